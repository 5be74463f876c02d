"""The action as the runner starts it, on a GitHub of our own."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measuring import PYTHON, Usage, run

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"
ENTRYPOINT = ROOT / "entrypoint.py"
# The action without the waits between its requests.
UNPACED = PROGRAMS / "unpaced.py"
# As the image starts it.
START = (PYTHON, "-I", "-u")
NO_INPUTS: Mapping[str, str] = {}


def environment(
    api_url: str, workspace: Path, inputs: Mapping[str, str] = NO_INPUTS
) -> dict[str, str]:
    """Return a job's environment; the report is all but the workbook, unless `inputs` says so."""
    github = {
        "ACTIONS": "true",
        "API_URL": api_url,
        "OUTPUT": str(workspace / "outputs"),
        "REPOSITORY": "acme/reports",
        "RUN_ID": "1",
        "STEP_SUMMARY": str(workspace / "summary"),
        "WORKSPACE": str(workspace),
    }
    given = {
        "api-url": api_url,
        "formats": "html,csv,json",
        "organization": "acme",
        "token": "the-token",
        "workflow-token": "the-workflow-token",
        **inputs,
    }
    return {
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": "/usr/bin:/bin",
        **{f"GITHUB_{name}": value for name, value in github.items()},
        **{f"INPUT_{name.upper()}": value for name, value in given.items()},
    }


def run_action(
    api_url: str,
    program: Path = ENTRYPOINT,
    *,
    workspace: Path | None = None,
    inputs: Mapping[str, str] = NO_INPUTS,
    more: Mapping[str, str] = NO_INPUTS,
) -> Usage:
    """Run the action from process start to exit, in a workspace of its own if none is given.

    `more` are variables of its environment.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = workspace or Path(folder)
        for name in ("outputs", "summary"):
            (place / name).write_bytes(b"")
        return run([*START, str(program)], {**environment(api_url, place, inputs), **more})
