# By tag here, so that a build from a clone takes the base's security fixes. The release (.github/workflows/release.yml)
# writes the digest behind it, in both places, and the image that users pull is built from exactly that one.
FROM docker.io/library/python:3.13-slim AS build
COPY requirements.txt /
# The base's own pip fills the environment, so that none has to be in it. Out goes what no run can use: tests (actions-toolkit
# has a top-level one) and numpy's modules for them; what compilers and type checkers read; numpy's polynomials, Fourier
# transforms and bridge to Fortran, pandas' to matplotlib; anyio, which httpx needs for asynchronous requests; tzdata, as all
# times are UTC; commands, and pip's lists of files. Compiled once and for all: a container is started for one run.
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
# Executable, as runners start one program and no more. Isolated (-I): neither a json.py in the checkout nor a job's
# PYTHONPATH takes the place of a module. Unbuffered (-u): a line is in the log when it is said.
COPY entrypoint.py /app/
COPY src /app/src
RUN sed -i '1i #!/opt/venv/bin/python -Iu' /app/entrypoint.py && chmod 755 /app/entrypoint.py \
 && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app/src

FROM docker.io/library/python:3.13-slim
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# numpy's linear algebra is not used; without this it starts a thread for each processor.
ENV OPENBLAS_NUM_THREADS=1
# Root on purpose, so no USER: the workspace and the files for outputs and the summary belong to the runner's user, whose
# number differs from runner to runner. https://docs.github.com/en/actions/reference/workflows-and-actions/dockerfile-support#user
#
# The same in action.yml: on Kubernetes the runner takes it from there alone.
ENTRYPOINT ["/app/entrypoint.py"]
