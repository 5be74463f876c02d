"""`tests.github_server` with usage metrics: the same records in as many files as asked for."""

import argparse
import signal
from datetime import UTC, datetime

from tests import made_up
from tests.github_server import GitHubServer, Organization
from tests.usage_metrics import ReportFiles, lines, record, user_report

# Their 28 days make a file of 5 MB.
PEOPLE = 56


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, required=True)
    options = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    account = Organization("acme", made_up.seats(PEOPLE, now=now))
    content = lines(
        record(number, days) for number in range(1, PEOPLE + 1) for days in range(2, 30)
    )
    with GitHubServer(account) as server, ReportFiles() as host:
        account.usage_report = user_report(host, *[content] * options.files)
        print(server.url, flush=True)
        signal.signal(signal.SIGTERM, lambda *_: server.closing.set())
        server.closing.wait()


if __name__ == "__main__":
    main()
