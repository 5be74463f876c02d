# Only a tag here, so that a build from a clone gets the base's security fixes. The release (.github/workflows/release.yml)
# adds the digest in both places, and builds the image that users pull from exactly that one.
FROM docker.io/library/python:3.13-slim AS build
COPY requirements.txt /
# The base's own pip fills the environment, so that the environment needs none. Everything that no run uses is removed: tests
# (actions-toolkit has a top-level one) and numpy's modules for them; files for compilers and type checkers; numpy's
# polynomials, Fourier transforms and interface to Fortran, and pandas' to matplotlib; anyio, which httpx needs for asynchronous
# requests; tzdata, as all times are UTC; commands, and pip's lists of files. Modules are compiled here, because each container
# runs only once.
RUN python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --no-cache-dir --no-compile --no-deps \
      --require-hashes --only-binary :all: -r /requirements.txt \
 && cd /opt/venv/lib/python3*/site-packages \
 && rm -r anyio tzdata numpy/fft numpy/polynomial numpy/testing pandas/plotting/_matplotlib numpy/_core/_simd.*.so \
      numpy/_core/*_tests.*.so \
 && find . -depth -type d \( -name tests -o -name include -o -name f2py \) -exec rm -r {} + \
 && find . -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.[acfh]' \
      -o -name conftest.py -o -name RECORD \) -delete \
 && find /opt/venv/bin -type f -delete \
 && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib
# Executable, because runners start a single program. Isolated (-I): neither a json.py in the checkout nor a job's PYTHONPATH
# can replace a module. Unbuffered (-u): lines are logged at once.
COPY entrypoint.py /app/
COPY src /app/src
RUN sed -i '1i #!/opt/venv/bin/python -Iu' /app/entrypoint.py && chmod 755 /app/entrypoint.py \
 && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app/src

FROM docker.io/library/python:3.13-slim
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# Without this, numpy starts a thread per processor for its linear algebra, which is not used.
ENV OPENBLAS_NUM_THREADS=1
# Root on purpose, so there is no USER: the workspace and the files for outputs and summary belong to the runner's user, whose
# ID differs from runner to runner. https://docs.github.com/en/actions/reference/workflows-and-actions/dockerfile-support#user
#
# The same as in action.yml: on Kubernetes, the runner reads only that.
ENTRYPOINT ["/app/entrypoint.py"]
