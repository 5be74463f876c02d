"""Reports that are hard on a page."""

from datetime import timedelta

from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from tests import made_up
from tests.reports import TRICKS, reading, report

RULES = Rules(exempt_users=("person-001*",))


def several_organizations() -> Report:
    """Three organizations; some people hold seats in two or three, and in one by two teams."""
    by_two_teams = [
        made_up.seat(
            number,
            login="gamma",
            idle=timedelta(days=number),
            granted=timedelta(days=granted),
            assigning_team=made_up.team(team),
        )
        for number in range(16, 90, 3)
        for team, granted in (("Platform", 200), ("Platform", 300), ("Research", 100))
    ]
    readings = [
        reading(made_up.seats(60, login="acme"), "acme"),
        reading(made_up.seats(20, login="beta", first=41), "beta"),
        reading(by_two_teams, "gamma"),
    ]
    return build_report(readings, RULES, made_up.NOW)


def hostile() -> Report:
    """A person for each text that wants to break out, which is also their team and their editor."""
    return report(
        [
            made_up.seat(
                number,
                idle=None if number % 4 else timedelta(days=40),
                assignee=made_up.user(number, login=text),
                assigning_team=made_up.team(text),
                last_activity_editor=f"{text.replace('/', '')}/{text.replace('/', '')}",
            )
            for number, text in enumerate(TRICKS, 1)
        ]
    )
