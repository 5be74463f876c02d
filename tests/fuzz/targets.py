"""What comes from outside as bytes, and what must hold of it whatever the bytes are.

Each target takes bytes and raises nothing but AssertionError, and that only for a bug. Its seeds
are what the world really sends. `test_fuzz.py` tries them all; for longer, `make fuzz`.
"""

# ruff: noqa: PT017 (an error is one of the two right ends, and has its own rules)

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pandas as pd

from copilot_seat_report.cleaning import clean
from copilot_seat_report.errors import InputError, RunError
from copilot_seat_report.github import client
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import SEAT_PAGE, Scope
from copilot_seat_report.github.pages import MAX_PAGES, following_pages
from copilot_seat_report.github.usage_metrics import Record, Records
from copilot_seat_report.http.pacing import Pacing
from copilot_seat_report.http.retry import RetryPolicy, SystemClock, TransientError
from copilot_seat_report.report.changes import previous_of
from copilot_seat_report.report.editors import editor_of
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources import activity_report, people_file
from copilot_seat_report.sources.history.earlier import ThisReport
from copilot_seat_report.sources.history.file import HistoryError, history_in, read_history
from copilot_seat_report.sources.json_objects import NotObjects, objects
from copilot_seat_report.sources.seat_list import judge, unique_seats
from tests.histories import encoded, history, person, report, zipped
from tests.made_up import EDITORS, seats
from tests.network import network
from tests.usage_metrics import lines, record, reduced

ORIGIN = "https://api.github.com"
INT64 = 2**63


@dataclass(frozen=True)
class Target:
    """`runs` is how many inputs the test tries: some four seconds' worth."""

    check: Callable[[bytes], None]
    seeds: Sequence[bytes]
    runs: int


def decoder(data: bytes) -> None:
    """A page of seats: it is decoded into what the report can hold, or the error is a clear one."""
    try:
        page = client._decoded(data, SEAT_PAGE, "Page 1")
    except RunError as error:
        assert str(error).startswith(
            "Page 1: the response does not have the documented structure: "
        )
        return
    except TransientError as fault:
        assert fault.reason.startswith("the response is ")
        return
    assert page.total_seats is None or page.total_seats >= 0
    for seat in page.items:
        assert seat.created_at.tzinfo is not None
        assert seat.assignee is None or 0 <= (seat.assignee.id or 0) < INT64
    once = unique_seats([page.items, page.items])
    assert len(once) - len(page.items) == sum(seat.assignee is None for seat in page.items)
    for is_enterprise in (True, False):
        judge([page], once, Scope("acme", is_enterprise), None)


_GITHUB = GitHub(
    api_url=ORIGIN,
    token="the-token",
    workflow_token="",
    retry_policy=RetryPolicy(SystemClock(), lambda _: None),
    pacing=Pacing(SystemClock(), lambda _: None),
    clock=SystemClock(),
    network=network(),
)


def link_header(data: bytes) -> None:
    """A `Link` header, or a `Location`: no address that it gives takes the token elsewhere."""
    try:
        headers = httpx.Headers([(b"Link", data), (b"Location", data)])
        links = client._links(httpx.Response(200, headers=headers))
        following = [url for _, url in following_pages(links, "the list")]
    except RunError as error:
        assert "more than any list has" in str(error)
        return
    except TransientError as fault:
        assert "Link header is not valid" in fault.reason
        return
    assert len(following) <= MAX_PAGES
    # Those in the midst differ from the ends in the page's number only.
    for url in (*links.values(), *following[:1], *following[-1:], headers["location"]):
        try:
            target = _GITHUB._own(httpx.URL(f"{ORIGIN}/"), url, "Page 1")
        except RunError as error:
            assert "invalid URL" in str(error) or "The token is not sent there" in str(error)
            continue
        assert (target.scheme, target.host, target.port) == ("https", "api.github.com", None)


def editor(data: bytes) -> None:
    """The text of an editor: there is a name for it, and that and the version can be shown."""
    text = clean(data.decode("utf-8", "replace"))
    name, version = editor_of(text)
    assert name
    assert "/" not in version
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029\u202e]", name + version)
    assert len(name) <= len(text) + 40


SECRET = "qZx7"


def activity_csv(data: bytes) -> None:
    """GitHub's own CSV: its logins and their times, or an error that says where and what to do."""
    for name_nobody in (True, False):
        source = activity_report.source_of("report.csv", name_nobody=name_nobody)
        try:
            report = activity_report.parse_activity_report(data, source)
        except InputError as error:
            place = "activity-report: " if name_nobody else "activity-report: report.csv"
            assert str(error).startswith(place)
            assert len(str(error)) < 2_000
            assert not name_nobody or SECRET not in str(error)
            continue
        rows = [row for rows in report.activity.values() for row in rows]
        for time in (report.report_time, *(row.last_activity_at for row in rows)):
            assert time is None or (time.tzinfo is UTC and isinstance(time, datetime))
        for login in (*report.activity, *(row.organization for row in rows)):
            assert clean(login) == login.strip() == login.lower()
        assert "" not in report.activity
        assert report.names_organizations or {row.organization for row in rows} <= {""}


def people_csv(data: bytes) -> None:
    """A people file: a row a login, or an error that says where and what to do."""
    for name_nobody in (True, False):
        source = people_file.source_of("people.csv", name_nobody=name_nobody)
        try:
            people = people_file.parse_people_file(data, source)
        except InputError as error:
            place = "people-file: " if name_nobody else "people-file: people.csv"
            assert str(error).startswith(place)
            assert len(str(error)) < 2_000
            assert not name_nobody or SECRET not in str(error)
            continue
        assert len({people.key, *people.columns}) == len(people.columns) + 1
        assert all(people.columns)
        assert list(people.rows.values()) == list(range(len(people.rows)))
        assert all(people.rows)
        for texts in (people.rows, *people.columns.values()):
            assert len(texts) == len(people.rows)
            assert all(clean(text) == text == text.strip() for text in texts)
        for of_login in (people.exempt_until, people.left):
            assert of_login.keys() <= people.rows.keys()
        assert people.nameless_rows >= 0


def usage_metrics(data: bytes) -> None:
    """A file of usage metrics: the same records in whatever pieces it comes, or an error."""
    whole = _records(data, len(data) or 1)
    assert _records(data, 1) == _records(data, 7) == whole
    for each in whole:
        if isinstance(each, Record):
            assert 0 <= each.user_id < INT64
            assert each.credits is None or 0 <= each.credits <= 10**15
            assert each.phase is None or clean(each.phase) == each.phase != ""


def _records(data: bytes, size: int) -> list[Record | str | None]:
    found: list[Record | str | None] = []
    chunks = (data[place : place + size] for place in range(0, len(data), size))
    records = Records()
    try:
        found.extend(objects(chunks, records.of, records.of_lines))
    except NotObjects:
        found.append("not objects")
    return found


def _pages() -> list[bytes]:
    records = seats(50)
    return [
        *(json.dumps({"total_seats": 1, "seats": [record]}).encode() for record in records),
        json.dumps({"total_seats": 50, "seats": records}).encode(),
        b'{"total_seats": 0, "seats": []}',
        b'{"message": "Not Found", "status": "404"}',
        b"<html></html>",
    ]


def _links() -> list[bytes]:
    url = f"{ORIGIN}/organizations/7/copilot/billing/seats?per_page=100&page="
    return [
        f'<{url}2>; rel="next", <{url}3>; rel="last"'.encode(),
        f'<{url}1>; rel="prev", <{url}3>; rel="next", <{url}9>; rel="last"'.encode(),
        f'<{ORIGIN}/x?after=abc>; rel="next"'.encode(),
        b'</x?page=2>; rel=next, <//evil.example/x?page=3>; rel="last"',
        b"https://evil.example/",
        b"/organizations/7",
    ]


def earlier_report(data: bytes) -> None:
    """A `history.json`, or the zip that it comes in: it can be judged whole, or says why not."""
    try:
        content = history_in(io.BytesIO(data)) if data.startswith(b"PK") else data
        found = None if content is None else read_history(content)
    except HistoryError as error:
        assert str(error).startswith(("is ", "was made by a newer release", "contradicts itself: "))
        assert SECRET not in str(error)
        return
    if found is None:
        return
    assert all(
        time is None or time <= found.last.report_time
        for fact in ("created_at", "last_activity_at", "idle_since")
        for time in found.people.of(fact)
    )
    this = ThisReport(
        scope=found.scope,
        shown_scope=found.scope,
        key_check=found.key_check,
        rules=found.last.rules,
        report_time=datetime.max.replace(tzinfo=UTC),
    )
    keys = pd.Series([1])
    previous = previous_of(
        this.after(found, found.last.report_time), keys, Rules(), metrics_read=True
    )
    assert previous is not None
    assert len(previous.people) == len(found.people.login)
    assert set(previous.people["status"]) <= {"active", "inactive", "new", "no-activity"}


def _histories() -> list[bytes]:
    plain = encoded(history(person(1), person(2, idle=None, last_active_day="2026-10-20")))
    hidden = {**person(1), "id": None, "login": "person-0123456789ab"}
    return [
        plain,
        encoded(history(hidden, key_check="key-check-0123456789ab", reports=[report()])),
        encoded(history(person(1, login=f"<{SECRET}>"))),
        encoded(history(schema_version=2)),
        encoded(history(person(1, created_at=SECRET))),
        zipped({"history.json": plain, "report.html": b"<html>"}),
        zipped({f"../{SECRET}": plain}),
        b"PK\x05\x06" + bytes(18),
    ]


def _reports() -> list[bytes]:
    head = ",".join(activity_report.COLUMNS)
    stated = "Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used"
    row = (
        "2026-08-15T10:00:00Z,person-0001,2026-08-15T09:00:00Z,2026-08-15T09:30:00Z,"
        "vscode/1.110.0/copilot-chat/0.38.2"
    )
    return [
        f"{stated}\n{row}\n".encode(),
        f"{stated},Organization\n{row},Acme\n{row},None\n".encode(),
        f"\ufeff{head}\r\n{row}\r\n".encode(),
        f"{head},more\n{row},1\n".encode(),
        f"{head}\n{row},{SECRET}\n".encode(),
        f'"{head.replace(",", chr(34) + "," + chr(34))}"\n{row}\n'.encode(),
        f"{stated}\n2026-08-15 10:00:00 UTC,person-0002,None,nil,Unspecified surface\n".encode(),
        f"{stated}\n{SECRET},{SECRET},None,None,{SECRET}\n".encode(),
        f"{stated}\n{row}\n".replace(",", ";").encode(),
        f"{stated}\n{row}\n".replace(",", "\t").encode("utf-16"),
        f"{SECRET},{SECRET}\n".encode(),
        b"login\nperson-0001\n",
        b"",
    ]


def _people_files() -> list[bytes]:
    return [
        b"login,department,cost center\nperson-0001,Sales,CC 7\n,Sales,\n",
        b"GitHub com login,GitHub com name,GitHub com cost center\nperson-0001,Person,CC 7\n",
        b"username;exempt_until;exempt_reason;left\nperson-0001;2026-12-31;leave;no\n",
        b"\xef\xbb\xbflogin\tleft\r\nperson-0001\tyes\r\nperson-0002\t2026-10-01\r\n",
        f"login,left\n{SECRET},{SECRET}\n".encode(),
        f"login,{SECRET},{SECRET}\n{SECRET},{SECRET},{SECRET}\n".encode(),
        f"login\n{SECRET}\n{SECRET}\n".encode(),
        f'login\n"{SECRET}"{SECRET}\n'.encode(),
        b"PK\x03\x04",
        b"",
    ]


def _usage_files() -> list[bytes]:
    whole, part = record(1), reduced(2, None)
    return [
        lines([whole, part]),
        lines([part, part]).replace(b"\n", b""),
        json.dumps([part, whole], indent=1).encode(),
        json.dumps({"user_id": 1, "ai_credits_used": "2", "x": '}{\\"'}).encode(),
        b'{"user_id": 1, "ai_adoption_phase": {"phase": "\\u202e"}}]',
        b"<Error><Code>AuthenticationFailed</Code></Error>",
    ]


TARGETS: Mapping[str, Target] = {
    "decoder": Target(decoder, _pages(), 75_000),
    "link-header": Target(link_header, _links(), 12_000),
    "editor": Target(editor, [text.encode() for text in EDITORS], 400_000),
    "activity-report": Target(activity_csv, _reports(), 60_000),
    "people-file": Target(people_csv, _people_files(), 60_000),
    "usage-metrics": Target(usage_metrics, _usage_files(), 2_000),
    "earlier-report": Target(earlier_report, _histories(), 75_000),
}
