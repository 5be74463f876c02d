"""Whole reports of made-up seats, with no network between, and names that want to break out."""

from collections.abc import Sequence

import msgspec

from copilot_seat_report.github.pages import SeatList
from copilot_seat_report.github.seats import Scope, Seat, SeatSettings
from copilot_seat_report.report.build import Reading, build_report
from copilot_seat_report.report.model import Report, Rules
from tests import made_up

TRICKS = (
    "<img src=x onerror=alert(1)>",
    "</td></table><script>alert(1)</script>",
    "<!-- -->",
    "<r><t>raw</t></r>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-1+1",
    "&lt;b&gt; &amp; &#64; &nbsp; \"quotes\" 'too'",
    "@octocat",
    "octo/repo#123 #1 GH-1",
    "https://example.com www.example.com WWW.example.com someone@example.com",
    ":tada: $x^2$ ~~no~~ **bold** _it_ [a](b) ![c](d)",
    "\\| \\` a\\",
    "`backticks` | pipes `` ``` |",
    "|---|---|",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "_x0041_",
    "مرحبا بالعالم",
    "שלום",
    "long-" * 40,
    "\uffff\ufffe",
)


def reading(
    records: Sequence[made_up.Json],
    login: str = "acme",
    *,
    enterprise: bool = False,
    **settings: object,
) -> Reading:
    """What was read of one scope; `settings` are changes of what GitHub states beside the seats."""
    seats = tuple(msgspec.convert(list(records), list[Seat]))
    stated = msgspec.convert({**made_up.billing(records), **settings}, SeatSettings)
    list_ = SeatList(Scope(login, enterprise), seats, len(seats), complete=True, readings=1)
    return Reading(list_, None if enterprise else stated)


def report(
    people: int | Sequence[made_up.Json], rules: Rules | None = None, *, is_sample: bool = False
) -> Report:
    """The report of one organization with these seats, or with so many people of all shapes."""
    records = made_up.seats(people) if isinstance(people, int) else people
    return build_report([reading(records)], rules or Rules(), made_up.NOW, is_sample=is_sample)
