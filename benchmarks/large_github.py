"""`tests.github_server` for any number of seats: of the pages only the gzipped bytes are kept.

With `--days`, it has usage metrics too: so many records of each person, each of a day of its own.
"""

import argparse
import signal
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, overload

from tests import made_up
from tests.github_server import Account, GitHubServer, Organization, PrimaryLimit
from tests.loopback import Answer, Request, json_answer
from tests.made_up import Json
from tests.usage_metrics import ReportFiles, lines, record, user_report

# 5 MB.
RECORDS_A_FILE = 1568


class Seats(Sequence[Json]):
    """Seats that are made when they are looked at."""

    def __init__(self, count: int, now: datetime) -> None:
        self._count = count
        self._now = now

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Json: ...
    @overload
    def __getitem__(self, place: slice) -> list[Json]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, int):
            return made_up.seat(place + 1, now=self._now)
        start, stop, _ = place.indices(self._count)
        return made_up.seats(stop - start, now=self._now, first=start + 1)


class LargeGitHub(GitHubServer):
    def _account(self, request: Request, account: Account | None, rest: str) -> Answer:
        if account is not None and rest == "copilot/billing":
            settings = made_up.billing([])
            settings["seat_breakdown"]["total"] = account.total
            return json_answer(200, settings)
        return super()._account(request, account, rest)

    def _made_page(
        self, account: Account, seats: Sequence[Json], number: int, per_page: int
    ) -> Answer:
        return replace(super()._made_page(account, seats, number, per_page), body=b"")


def metrics_files(people: int, days: int) -> list[bytes]:
    """Return the usage metrics as files of a size that GitHub's have."""
    records = (record(number, 2 + day) for number in range(1, people + 1) for day in range(days))
    return [lines(part) for part in iter(lambda: list(islice(records, RECORDS_A_FILE)), [])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seats", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds for each answer")
    parser.add_argument("--days", type=int, default=0)
    parser.add_argument("--copies", type=int, default=1, help="of each file of the usage metrics")
    options = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    account = Organization("acme", Seats(options.seats, now))
    with LargeGitHub(account, latency=options.latency) as server, ReportFiles() as host:
        if options.days:
            files = metrics_files(options.seats, options.days)
            account.usage_report = user_report(host, *files * options.copies)
        server.secondary_limits = False
        server.primary = PrimaryLimit(limit=1_000_000, remaining=1_000_000)
        server.warm()
        print(server.url, flush=True)
        signal.signal(signal.SIGTERM, lambda *_: server.closing.set())
        server.closing.wait()


if __name__ == "__main__":
    main()
