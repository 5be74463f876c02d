"""Whole reports of made-up seats, without the network between."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from copilot_seat_report.github.pages import SeatList
from copilot_seat_report.github.seats import Scope, Seat, SeatSettings
from copilot_seat_report.report.build import Reading, build_report
from copilot_seat_report.report.model import Report, Rules
from tests import made_up
from tests.made_up import Json

RULES = Rules(exempt_users=("person-001*",))

# What a name may hold to break out of a page, a script, a table or a spreadsheet.
HOSTILE = (
    "<img src=x onerror=document.title='hacked'>",
    "</script><script>document.title='hacked'</script>",
    "<!--<script>",
    "{{ 7 * 7 }} {% raw %}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-1+1",
    "&lt;b&gt; & \"quotes\" 'too'",
    "`backticks` | pipes, and commas",
    "مرحبا بالعالم",
    "שלום",
    "long-" * 40,
)


def reading(records: Sequence[Json], *, login: str = "acme", stated: int | None = None) -> Reading:
    """What was read of one organization; `stated` is GitHub's total where it is another one."""
    seats = tuple(msgspec.convert(list(records), list[Seat]))
    total = len(seats) if stated is None else stated
    return Reading(
        SeatList(Scope(login), seats, total, complete=total == len(seats), readings=1),
        msgspec.convert(made_up.billing(records), SeatSettings),
    )


def report(records: Sequence[Json], rules: Rules = RULES) -> Report:
    """The report of one organization."""
    return build_report([reading(records)], rules, made_up.NOW)


def report_of_several_organizations() -> Report:
    """Three organizations; every third person holds a seat in two, some of them by two teams."""
    readings = [
        reading(made_up.seats(60, login="acme"), login="acme"),
        reading(made_up.seats(20, login="beta", first=41), login="beta"),
        reading(
            [
                made_up.seat(
                    number,
                    login="gamma",
                    idle=timedelta(days=number),
                    assigning_team=made_up.team(team),
                )
                for number in range(16, 90, 3)
                for team in ("Platform", "Research")
            ],
            login="gamma",
        ),
    ]
    return build_report(readings, RULES, made_up.NOW)


def hostile_report() -> Report:
    """A person for each hostile text, which is also their team and their editor."""
    return report(
        [
            made_up.seat(
                number,
                idle=None if number % 4 else timedelta(days=40),
                assignee=made_up.user(number, login=text),
                assigning_team=made_up.team(text),
                last_activity_editor=f"{text.replace('/', '')}/{text.replace('/', '')}",
            )
            for number, text in enumerate(HOSTILE, 1)
        ]
    )
