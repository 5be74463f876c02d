"""What a run has loaded when it begins."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
# They take longer to load than GitHub takes to answer, and load meanwhile.
LATER = ("pandas", "numpy", "jinja2", "xlsxwriter", "tqdm")


def test_what_takes_long_to_load_is_not_loaded_before_the_first_request() -> None:
    program = (
        f"import sys, copilot_seat_report.run; print([m for m in {LATER} if m in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout

    assert loaded == "[]\n"
