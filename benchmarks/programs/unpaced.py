"""The action as it is, without the waits between its requests.

The action sends at most 850 requests a minute, to stay under GitHub's limits, so that a million
seats take twelve minutes whatever the machine. Here the limits are lifted, and the minute over
which it keeps account is short, so that the account is as long as it would be. All else is the
same: sockets, pages, checks and files.
"""

import gc
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from copilot_seat_report.http import pacing
from copilot_seat_report.run import main

pacing.REQUESTS_PER_WINDOW = math.inf  # type: ignore[assignment]
pacing.RESPONSE_SECONDS_PER_WINDOW = math.inf
pacing.WINDOW_SECONDS = 3.0  # about 850 requests

gc.disable()  # as entrypoint.py does
main()
