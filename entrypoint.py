"""The entry point of the container, and of a shell in a clone: calls the package in `src/`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

from copilot_seat_report.run import main

if __name__ == "__main__":
    main()
