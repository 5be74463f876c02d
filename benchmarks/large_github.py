"""`tests.github_server` for any number of seats: of the pages only the gzipped bytes are kept."""

import argparse
import signal
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, overload

from tests import made_up
from tests.github_server import Account, GitHubServer, Organization, PrimaryLimit
from tests.loopback import Answer, Request, json_answer
from tests.made_up import Json


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seats", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--unlimited", action="store_true", required=True)
    options = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    account = Organization("acme", Seats(options.seats, now))
    with LargeGitHub(account, latency=options.latency) as server:
        server.secondary_limits = False
        server.primary = PrimaryLimit(limit=1_000_000, remaining=1_000_000)
        server.warm()
        print(server.url, flush=True)
        signal.signal(signal.SIGTERM, lambda *_: server.closing.set())
        server.closing.wait()


if __name__ == "__main__":
    main()
