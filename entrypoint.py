"""The entry point of the container, and of a shell in a clone: calls the package in `src/`."""

import gc
import sys
from pathlib import Path

# A run is short and creates no reference cycles; collecting them would take a twentieth of its
# time, also while it imports what it needs.
gc.disable()
sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

from copilot_seat_report.run import main  # noqa: E402

if __name__ == "__main__":
    main()
