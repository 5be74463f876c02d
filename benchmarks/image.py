"""The image: what it adds to its base, and how soon it starts."""

import json
import tarfile
import tempfile
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from benchmarks.measuring import Usage, alternately, run, typical
from benchmarks.results import Result
from tests.engine import ROOT, command, engine

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
        "8a",
        "The image adds to its base, unpacked",
        (whole - base) / 1e6,
        92,
        "MB",
        f"{whole / 1e6:.0f} MB with the base",
    )
    yield Result(
        "8b",
        "The image adds to its base, to pull",
        _to_pull(image) / 1e6,
        30,
        "MB",
        "its layers, gzipped as for a registry",
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
        "8c",
        "The prebuilt image starts and says its `--help`, beside a bare interpreter in its base",
        ours.wall / bare.wall,
        1.5,
        "x",
        f"{ours.wall:.2f} s / {bare.wall:.2f} s",
    )


def _to_pull(image: str) -> int:
    """Return how many bytes the layers have that are not the base's, gzipped."""
    of_base = len(json.loads(engine("image", "inspect", BASE).stdout)[0]["RootFS"]["Layers"])
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder, "image.tar")
        engine("save", "--output", saved, image)
        with tarfile.open(saved) as archive:
            (content,) = json.load(_file(archive, "manifest.json"))
            return sum(_gzipped(_file(archive, name)) for name in content["Layers"][of_base:])


def _file(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    file = archive.extractfile(name)
    assert file is not None
    return file


def _gzipped(file: IO[bytes]) -> int:
    compressor = zlib.compressobj()
    size = sum(len(compressor.compress(block)) for block in iter(lambda: file.read(1 << 20), b""))
    return size + len(compressor.flush())


def _start(container: str) -> Usage:
    return run([*command(), "start", "--attach", container])
