"""The image: what it adds to its base, and how soon it starts."""

import shutil
import uuid
from collections.abc import Iterator

from benchmarks.measuring import Usage, alternately, run, typical
from benchmarks.results import Result
from tests.engine import ROOT, engine, host

BASE = "docker.io/library/python:3.13-slim"
RUNS = 9


def measure() -> Iterator[Result]:
    image = "copilot-seat-report-benchmark"
    engine("build", "--tag", image, ROOT)
    whole, base = (
        int(engine("image", "inspect", "--format", "{{.Size}}", name).stdout)
        for name in (image, BASE)
    )
    yield Result(
        "6a",
        "The image adds to its base, unpacked",
        (whole - base) / 1e6,
        170,
        "MB",
        f"{whole / 1e6:.0f} MB with the base",
    )
    names = [f"benchmark-{uuid.uuid4().hex[:8]}" for _ in range(2)]
    try:
        engine("create", "--name", names[0], image, "--help")
        engine("create", "--name", names[1], BASE, "python3", "-c", "")
        ours, bare = map(
            typical, alternately(*(lambda name=name: _start(name) for name in names), runs=RUNS)
        )
    finally:
        engine("rm", "--force", *names, check=False)
    yield Result(
        "6b",
        "The prebuilt image starts and says its `--help`, beside a bare interpreter in its base",
        ours.wall / bare.wall,
        1.5,
        "x",
        f"{ours.wall:.2f} s / {bare.wall:.2f} s",
    )


def _start(container: str) -> Usage:
    client = ["docker", "--host"] if shutil.which("docker") else ["podman", "--remote", "--url"]
    return run([*client, host(), "start", "--attach", container])
