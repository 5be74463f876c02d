"""Fuzz one target, guided by coverage: `python -m tests.fuzz TARGET [libFuzzer's own options]`.

https://llvm.org/docs/LibFuzzer.html#options. Inputs that reach new code are kept in
out/fuzz/TARGET, one that fails is written beside them.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["copilot_seat_report", "csv", "httpx._urls"]):
    from tests.fuzz.targets import TARGETS

name, *options = sys.argv[1:]
target = TARGETS[name]
corpus = Path("out", "fuzz", name)
corpus.mkdir(parents=True, exist_ok=True)
for number, seed in enumerate(target.seeds):
    (corpus / f"seed-{number}").write_bytes(seed)
atheris.Setup([name, *options, f"-artifact_prefix={corpus}-failed-", str(corpus)], target.check)
atheris.Fuzz()
