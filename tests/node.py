"""What the tests take from npm, installed on first use as `tests/package-lock.json` has it."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MODULES = TESTS / "node_modules"
LOCK = TESTS / "package-lock.json"


def lacking() -> str:
    """Return what this machine lacks to install and run it; empty where it can."""
    if shutil.which("npm") and shutil.which("node"):
        return ""
    return "Node.js with npm (https://nodejs.org, or your system's packages)"


def install() -> None:
    """Install what the lock file names, once, even where tests run side by side."""
    if lacking():
        missing(lacking())
    with (TESTS / ".npm-lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # A folder may be older than a fresh checkout and hold just what is locked all the same.
        installed = MODULES / ".installed-lock.json"
        if installed.exists() and installed.read_bytes() == LOCK.read_bytes():
            return
        command = ["npm", "ci", "--no-audit", "--no-fund", "--silent", "--prefix", str(TESTS)]
        subprocess.run(command, check=True)
        shutil.copyfile(LOCK, installed)


def missing(what: str) -> None:
    """Skip a test that needs something this machine lacks; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"needs {what}")
