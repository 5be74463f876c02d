"""What the container, and a shell in a clone, start: hands over to the package in `src/`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

from copilot_seat_report.run import main

if __name__ == "__main__":
    main()
