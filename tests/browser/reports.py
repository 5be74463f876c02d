"""Reports that are hard on a page, each built once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources import sample as sample_seats
from copilot_seat_report.sources import sample_people
from copilot_seat_report.sources.history.earlier import ThisReport
from copilot_seat_report.sources.history.file import ReportRules, Scope
from copilot_seat_report.sources.history.sample import made_up_report
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.people_file import parse_people_file, source_of
from copilot_seat_report.sources.status import SourceStatus
from copilot_seat_report.sources.usage_metrics import UsageMetrics
from copilot_seat_report.sources.use_by_day import PersonUse
from tests import histories, made_up
from tests.reports import TRICKS, completeness, csv_of, reading, reading_of, report

RULES = Rules(exempt_users=("person-001*",))


@cache
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


@cache
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


@cache
def enterprise() -> Report:
    """An enterprise: teams of its own with long names, seats that end, other plans."""
    names = ("Platform Infrastructure and Developer Experience, Europe and Africa", "Research")
    seats = [
        made_up.seat(
            number,
            login=("north-america-engineering", "emea-data", "apac")[number % 3],
            idle=timedelta(days=number) if number % 7 else None,
            signed_in=timedelta(days=number % 40),
            plan_type="enterprise",
            assigning_team=made_up.enterprise_team(names[number % 2]) if number % 4 else None,
            cancelled=number % 11 == 0,
        )
        for number in range(1, 80)
    ]
    return build_report([reading(seats, "megacorp", enterprise=True)], RULES, made_up.NOW)


@cache
def selection() -> Report:
    """Fifteen people asked for, of whom twelve hold a seat."""
    asked = [f"person-{number:04}" for number in range(1, 16)]
    return build_report(
        [reading(made_up.seats(12))],
        RULES,
        made_up.NOW,
        selection=asked,
        unknown_users=asked[12:],
    )


@cache
def selection_without_seats() -> Report:
    """Two people asked for, of whom none holds a seat."""
    asked = ["person-0001", "person-0002"]
    return build_report([reading([])], RULES, made_up.NOW, selection=asked, unknown_users=asked)


@cache
def incomplete() -> Report:
    """A list that changed while it was read, three times."""
    whole = reading(made_up.seats(60))
    lacking = completeness(60, 70, times_read=3, changed=True)
    seats = replace(whole.seats, completeness=lacking)
    return build_report([replace(whole, seats=seats)], RULES, made_up.NOW)


@cache
def anonymized() -> Report:
    """Two organizations under pseudonyms."""
    readings = [
        reading(made_up.seats(80, login="acme"), "acme"),
        reading(made_up.seats(20, login="beta", first=61), "beta"),
    ]
    return build_report(readings, RULES, made_up.NOW, pseudonyms=Pseudonyms("of the tests"))


@cache
def people_file() -> Report:
    """A people file with groups, exemptions and people who left, and GitHub's own report."""
    departments = (
        "Engineering",
        "Group Data Platform and Artificial Intelligence Enablement (Europe and Africa)",
        "",
        "Finance",
    )
    lines = ["login,department,cost_center,manager,name,office,exempt_until,exempt_reason,left"]
    lines += [
        f"person-{number:04},{departments[number % 4]},CC-{number % 6},boss-{number % 5},"
        f"Ada Example {number},Lisbon,{'2027-01-01,leave' if number % 13 == 0 else ','},"
        f"{'2026-10-10' if number % 17 == 0 else ''}"
        for number in range(1, 78)
    ]
    file = parse_people_file("\n".join(lines).encode(), source_of("people.csv", name_nobody=False))
    theirs = {
        f"person-{number:04}": None if number % 9 else made_up.NOW - timedelta(days=3)
        for number in range(1, 70)
    }
    sources = Sources(
        people_file=file,
        group_by=("department", "cost_center", "manager"),
        activity_report=csv_of(theirs),
    )
    return build_report([reading(made_up.seats(80))], RULES, made_up.NOW, sources=sources)


@cache
def long_names() -> Report:
    """Logins and teams that are as long as GitHub allows, with and without blanks."""
    teams = ("Platform-Infrastructure-and-Developer-Experience-" * 4, "Very long " * 20, "R&D")
    return report(
        [
            made_up.seat(
                number,
                idle=timedelta(days=number),
                assigning_team=made_up.team(teams[number % 3].strip("- ")),
                assignee=made_up.user(
                    number, login=f"a-login-as-long-as-may-be-{number:04}_emucomp"
                ),
            )
            for number in range(1, 60)
        ],
        RULES,
    )


@cache
def expensive() -> Report:
    """Prices with which a few people cost more than a hundred millions."""
    dear = Rules(price_business=999_999_99, price_enterprise=999_999_99, inactive_days=1)
    return report(200, dear)


@cache
def sixty_people() -> Report:
    """An organization with a bit of everything; its logins lead to GitHub."""
    return replace(report(60, RULES), profiles="https://github.com/")


@cache
def sample() -> Report:
    """The built-in sample, with all that can stand beside the seats: each page has all it may."""
    seats = sample_seats.seats(made_up.NOW)
    scope = Scope(api="api.github.com", organizations=("sample-organization",))
    rules = ReportRules(**histories.RULES)
    this = ThisReport(
        scope=scope, shown_scope=scope, key_check="", rules=rules, report_time=made_up.NOW
    )
    use = [
        PersonUse(
            seat.assignee.id or 0,
            active_days=number % 9,
            last_active_day=made_up.NOW.date() - timedelta(days=number % 40 + 2),
            silent_days=0,
            used_undated=False,
            credits=number * 1_000,
            adoption_phase="Phase 2: Repeat use",
        )
        for number, seat in enumerate(seats)
        if seat.assignee and number % 3
    ]
    metrics = UsageMetrics(
        status=SourceStatus(source="usage-metrics", state="read", up_to=made_up.NOW),
        people=tuple(use),
        first_day=made_up.NOW.date() - timedelta(days=29),
        last_day=made_up.NOW.date() - timedelta(days=2),
    )
    sources = Sources(
        usage_metrics=metrics,
        history=made_up_report(this, None),
        people_file=sample_people.people_file(seats, made_up.NOW),
        group_by=("department", "cost_center", "manager"),
        activity_report=csv_of({"brisk-marten_sample": made_up.NOW - timedelta(days=3)}),
    )
    read = reading_of(seats, name="sample-organization", plan="business")
    return build_report([read], Rules(), made_up.NOW, is_sample=True, sources=sources)


# A report of each kind that the page is different for.
STATES: dict[str, Callable[[], Report]] = {
    "sixty people": sixty_people,
    "several organizations": several_organizations,
    "hostile names": hostile,
    "enterprise": enterprise,
    "selection": selection,
    "selection without seats": selection_without_seats,
    "incomplete": incomplete,
    "anonymized": anonymized,
    "people file": people_file,
    "sample": sample,
    "long names": long_names,
    "expensive": expensive,
    "nobody": lambda: report([]),
    "one person": lambda: report(1),
    "one idle person": lambda: report([made_up.seat(1, idle=timedelta(days=50))]),
    "no assignee": lambda: report([made_up.seat(1, idle=None, assignee=None)]),
}
