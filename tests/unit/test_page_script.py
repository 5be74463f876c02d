"""The logic of the page's list of people, which runs without a browser."""

import re
import shutil
import subprocess
from pathlib import Path

from tests import node

TESTS = Path(__file__).parents[1] / "page"


def test_the_list_of_people_filters_searches_sorts_and_exports() -> None:
    if not shutil.which("node"):
        node.missing("Node.js (https://nodejs.org, or your system's packages)")
    command = ["node", "--test", "--test-reporter=tap", "--experimental-test-coverage", str(TESTS)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # Every line of it is tested.
    assert re.search(r"people\.js +\| +100\.00 ", ran.stdout), ran.stdout
