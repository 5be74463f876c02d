"""What is in the image, and that nothing around it gets in the way of a run."""

import json
from pathlib import Path

import pytest

from tests.engine import engine

BASE = "docker.io/library/python:3.13-slim"


@pytest.fixture(scope="module")
def files(image: str) -> list[Path]:
    """What the image adds to its base."""
    find = ("--entrypoint", "find", image, "/opt/venv", "/app", "-type", "f,d")
    return [Path(line) for line in engine("run", "--rm", *find).stdout.splitlines()]


def test_a_run_takes_nothing_from_the_workspace_or_the_environment(
    image: str, tmp_path: Path
) -> None:
    for module in ("json.py", "pandas.py", "sitecustomize.py"):
        (tmp_path / module).write_text("raise SystemExit('shadowed')")

    done = engine(
        *(
            "run",
            "--rm",
            "--workdir",
            "/github/workspace",
            "--volume",
            f"{tmp_path}:/github/workspace",
        ),
        *("--env", "INPUT_SAMPLE=true", "--env", "GITHUB_WORKSPACE=/github/workspace"),
        *("--env", "PYTHONPATH=/github/workspace", "--env", "PYTHONOPTIMIZE=2"),
        image,
    )

    assert "shadowed" not in done.stdout + done.stderr
    report = json.loads((tmp_path / "copilot-seat-report" / "report.json").read_text("utf-8"))
    assert report["totals"]["people"] > 0


def test_nothing_is_in_it_that_runs_in_no_run(files: list[Path]) -> None:
    unwanted = {
        *("tests", "testing", "conftest.py", "pip", "setuptools", "anyio", "tzdata"),
        *("f2py", "fft", "polynomial", "_matplotlib", "RECORD"),
        *(".pyi", ".pyx", ".pxd", ".h", ".c", ".a"),
    }

    code = [path for path in files if "licenses" not in path.parts]
    assert [path for path in code if {path.name, path.suffix} & unwanted] == []
    assert {str(path) for path in files if path.parent == Path("/app")} == {
        "/app/entrypoint.py",
        "/app/src",
    }


def test_everything_is_compiled(files: list[Path]) -> None:
    sources = {path for path in files if path.suffix == ".py" and path.parent != Path("/app")}
    compiled = {
        path.parents[1] / f"{path.name.partition('.')[0]}.py"
        for path in files
        if path.suffix == ".pyc"
    }

    assert len(sources) > 500
    assert compiled == sources


def test_it_adds_at_most_92_mb_to_its_base(image: str) -> None:
    whole, base = (
        int(engine("image", "inspect", "--format", "{{.Size}}", name).stdout)
        for name in (image, BASE)
    )

    print(f"The image adds {(whole - base) / 1e6:.1f} MB to its base.")
    assert whole - base <= 92e6
