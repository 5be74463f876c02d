"""The job summary, as GitHub renders it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from copilot_seat_report.files.caveats import caveats
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.markdown import escape
from copilot_seat_report.files.names import NAMES
from copilot_seat_report.files.summary import (
    Detail,
    artifact_links,
    artifact_names,
    render_summary,
    templates,
)
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from tests import made_up
from tests.github_markdown import ELEMENTS, Seen
from tests.made_up import NOW, days, seat, team
from tests.reports import TRICKS, completeness, csv_of, reading, report, with_lists
from tests.unit.test_markdown import AUTOLINKS, shown

LIMIT = 1_000_000


def read(made: Report, detail: Detail = "full", files: Sequence[str] = ()) -> Seen:
    return Seen(render_summary(made, detail=detail, files=files))


def everything() -> Report:
    """A report with every section."""
    records = made_up.seats(60)
    theirs = csv_of({f"person-{n:04}": NOW - days(3) for n in range(1, 60, 2)} | {"gone": None})
    return build_report(
        [
            reading(records),
            reading([seat(n, login="umbrella", idle=days(45)) for n in (1, 100)], "umbrella"),
        ],
        Rules(inactive_days=30, exempt_users=("person-0004",)),
        NOW,
        sources=Sources(activity_report=theirs),
        unknown_users=("nobody-1", "nobody-2"),
    )


def test_it_begins_with_the_answer() -> None:
    text = read(report(60)).text
    assert headline(report(60)) in text[:500]
    assert "As of 2 November 2026, 06:00 UTC." in text[:500]


def test_the_figures_are_those_of_the_report() -> None:
    made = report(60, Rules(exempt_users=("person-0004",)))
    seen, totals = read(made), made.totals
    rows = {row[0].partition(":")[0]: row[1:] for row in seen.rows("", "People", "Share")}
    assert [rows[name][0] for name in ("Active", "Inactive", "New", "No recorded activity")] == [
        str(totals.active),
        str(totals.inactive),
        str(totals.new),
        str(totals.no_activity),
    ]
    priced = made.people.groupby("status")["monthly_price"].sum()
    assert [rows[name][2] for name in ("Active", "Inactive", "New", "No recorded activity")] == [
        f"{priced[status] / 100:,.2f}" for status in ("active", "inactive", "new", "no-activity")
    ]
    assert rows["All people"] == [str(totals.people), "", f"{totals.monthly_cost:,}"]
    assert rows["Idle"] == [
        str(totals.idle),
        f"{totals.idle_percent}%",
        f"{totals.idle_monthly_cost:,}",
    ]
    assert f"{totals.seats} seats; {totals.unassigned} seats have no assignee" in seen.text


def test_the_chart_shows_the_figures_of_its_table() -> None:
    seen = read(report(60))
    [bars] = seen.charts
    counts = [row[1] for row in seen.rows("Last activity", "People", "Share")]
    assert f"bar [{', '.join(counts)}]" in bars


def test_the_idle_are_listed_longest_first_whatever_the_order_of_the_report() -> None:
    made = report(60, Rules(sort="-login"))
    rows = read(made).rows("Person", "Last activity")
    idle = made.people[made.people["idle"]]
    assert {row[0] for row in rows} == set(idle["login"])
    dates = [row[1] for row in rows]
    assert "none recorded" in dates
    assert dates == sorted(dates, key=lambda date: "" if date == "none recorded" else date)


def test_an_idle_person_has_what_one_needs_to_decide() -> None:
    record = seat(
        1,
        idle=days(45),
        signed_in=days(3),
        granted=days(400),
        assigning_team=team("Platform"),
        last_activity_editor="vscode/1.1/",
        plan_type="enterprise",
    )
    assert read(report([record])).rows("Person", "Last activity") == [
        [
            "person-0001",
            "2026-09-18",
            "2025-09-28",
            "VS Code",
            "Platform",
            "39.00",
            "ask first: check telemetry",
        ]
    ]


def test_a_person_of_many_teams_takes_one_line() -> None:
    records = [seat(1, idle=days(45), assigning_team=team(f"team {n}")) for n in range(5)]
    [row] = read(report(records)).rows("Person", "Last activity")
    assert row[4] == "team 0, team 1, team 2 and 2 more"


def test_teams_come_with_the_highest_idle_cost_first_and_the_nameless_last() -> None:
    made = report(200)
    *rows, total = read(made).rows("Team", "People")
    idle_costs = [float(row[-1]) for row in rows[:-1]]
    assert idle_costs == sorted(idle_costs, reverse=True)
    assert rows[-1][0] == "granted without a team"
    assert sum(int(row[1]) for row in rows) == made.totals.people
    assert total[:3] == ["All people, each once", str(made.totals.people), str(made.totals.active)]
    # Nobody is in two.
    assert "A person in several teams" not in read(made).text


def test_every_section_is_there() -> None:
    seen = read(everything(), files=NAMES)
    assert seen.headings == [
        "Copilot seats of acme and umbrella",
        "What to do next",
        f"Idle people ({everything().totals.idle})",
    ]
    # Settings fold up by organization, where there are several.
    settings = {"acme", "umbrella"}
    assert [title for title in seen.folds if title not in settings] == [
        "2 more idle people",
        "Data quality: 1 warning",
        "When people were last active",
        "Organizations",
        "Teams",
        "Editors",
        "6 more editors",
        "Plans",
        "Check telemetry",
        "Compared with GitHub's own activity report",
        "52 more differences",
        "Selected people without a seat",
        "Seats as GitHub counts them",
        "Limits of the data",
        "The report's files",
    ]
    assert seen.elements <= ELEMENTS
    for name in NAMES:
        assert f"{name}: " in seen.text
    for caveat in caveats(everything()):
        assert caveat.title in seen.text
        assert caveat.text in seen.text
        assert (caveat.source, caveat.link) in seen.links


def test_people_of_several_organizations_are_shown_with_them() -> None:
    seen = read(everything())
    assert {row[5] for row in seen.rows("Person", "Last activity")} == {
        "acme",
        "umbrella",
        "acme and umbrella",
    }
    assert {row[1] for row in seen.rows("Team", "Organization")} == {"acme", "umbrella", ""}


@pytest.mark.parametrize("detail", ["full", "totals"])
def test_only_the_full_summary_names_people(detail: Detail) -> None:
    made = everything()
    logins = {*made.people["login"], *made.unknown_users}
    logins |= {d.login for d in made.comparison.differences} if made.comparison else set()
    text = render_summary(made, detail=detail, files=NAMES)
    named = {login for login in logins if login in text}
    assert bool(named) == (detail == "full")
    assert Seen(text).headings[2] == f"Idle people ({made.totals.idle})"
    assert f"{len(made.telemetry)} people signed in" in text


def test_who_is_exempt_is_not_told() -> None:
    made = report(
        [seat(1, idle=days(45)), seat(2)], Rules(exempt_users=("person-0001", "secret-*"))
    )
    text = render_summary(made, detail="full")
    assert "secret" not in text
    assert "1 person is exempt" in Seen(text).text


def test_anonymized_it_has_pseudonyms_only() -> None:
    records = made_up.seats(60)
    made = build_report(
        [reading(records)],
        Rules(exempt_users=("person-0004",)),
        NOW,
        pseudonyms=Pseudonyms("key"),
        sources=Sources(activity_report=csv_of({"person-0001": None, "gone": None})),
        unknown_users=("nobody-1",),
    )
    text = render_summary(made, detail="full")
    assert "Anonymized" in text
    for name in ("person-0001", "person-0004", "acme", "Platform", "Research", "gone", "nobody"):
        assert name not in text


def test_of_pseudonyms_it_does_not_say_that_they_are_names() -> None:
    idle = [seat(1, idle=days(50))]
    hidden = build_report([reading(idle)], Rules(), NOW, pseudonyms=Pseudonyms("key"))
    said = render_summary(hidden, detail="totals")
    assert "This summary lists nobody; the report's files do, under pseudonyms." in said
    named = render_summary(report(idle), detail="totals")
    assert "This summary names nobody; the report's files do." in named


def test_a_sample_says_so_at_once() -> None:
    assert "Sample data" in render_summary(report(3, is_sample=True), detail="totals")[:200]
    assert "Sample data" not in render_summary(report(3), detail="full")


@pytest.mark.parametrize("detail", ["full", "totals"])
def test_no_one_and_nothing_to_show(detail: Detail) -> None:
    seen = read(report([]), detail)
    assert "Nobody holds a Copilot seat." in seen.text
    assert not seen.charts
    assert "Idle people" not in seen.text
    assert "What to do next" not in seen.text
    assert "GitHub has recorded no activity" not in seen.text


def test_with_no_idle_people_there_is_no_list_of_them() -> None:
    seen = read(report([seat(1), seat(2)]))
    assert not seen.rows("Person", "Last activity")
    assert "What to do next" not in seen.headings


def test_hostile_names_are_text_everywhere() -> None:
    records = [
        seat(
            number,
            idle=days(45),
            signed_in=days(3),
            assignee=made_up.user(number, login=text),
            assigning_team=team(text),
            last_activity_editor=text.replace("/", ""),
        )
        for number, text in enumerate(TRICKS, 1)
    ]
    made = build_report(
        [reading(records, TRICKS[0], plan_type="<b>", cli="a_|_b\n<i>")],
        Rules(),
        NOW,
        sources=Sources(activity_report=csv_of({text.lower(): NOW for text in TRICKS})),
        unknown_users=TRICKS,
    )
    seen = read(made)
    assert seen.elements <= ELEMENTS
    hosts = {urlsplit(link).hostname for _, link in seen.links}
    assert hosts == {
        "docs.github.com",
        "github.blog",
        "code.visualstudio.com",
        "www.jetbrains.com",
        "learn.microsoft.com",
    }
    assert not any(map(AUTOLINKS.search, seen.prose))
    for head in (
        ("Person", "Last activity"),
        ("Team", "People"),
        ("Person", "Editor"),
        ("Person", "Here"),
        ("Login",),
    ):
        texts = {shown(row[0]) for row in seen.rows(*head)}
        assert {shown(text) for text in TRICKS} <= texts, head
    assert {shown(text) for text in TRICKS if "/" not in text} <= {
        shown(row[0]) for row in seen.rows("Last used in")
    }
    assert ["Plan", "<b>"] in seen.rows("Setting")
    assert ["Copilot CLI", "a | b <i>"] in seen.rows("Setting")
    assert TRICKS[0] in seen.headings[0]


ARTIFACTS = "https://github.com/acme/reports/actions/runs/123/artifacts"


@pytest.mark.parametrize(
    ("page", "links"),
    [
        (
            f"{ARTIFACTS}/5",
            [("Open the report", f"{ARTIFACTS}/5"), ("Download", f"{ARTIFACTS}/4%20%285%29")],
        ),
        ("", [("Download the report", f"{ARTIFACTS}/4%20%285%29")]),
    ],
)
def test_page_and_zip_are_linked(page: str, links: list[tuple[str, str]]) -> None:
    assert Seen(artifact_links(f"{ARTIFACTS}/4 (5)", page)).links == links


@pytest.mark.parametrize("page", ["seats `of` <b>.html", ""])
def test_where_no_link_may_be_the_artifacts_are_named(page: str) -> None:
    seen = Seen(artifact_names("seats `of` <b>", page))

    assert seen.links == []
    assert seen.elements <= {"p", "strong", "code", "wbr"}
    assert re.match("Open the report: " if page else "Download the report", seen.text.strip())
    assert "at the bottom of this run's page" in seen.text.lower()


class TestTheLimit:
    """What is too long is cut at the border of a row, and what stands behind it stays."""

    @staticmethod
    def cut(made: Report, limit: int = LIMIT, detail: Detail = "full") -> Seen:
        whole = render_summary(made, detail=detail, files=NAMES, limit=10**8)
        text = render_summary(made, detail=detail, files=NAMES, limit=limit)
        for top in (
            artifact_links(f"{ARTIFACTS}/{'1' * 1_900}", f"{ARTIFACTS}/{'2' * 1_900}"[:1_900]),
            artifact_names("<" * 255, "<" * 260),
        ):
            assert len(f"{top}\n\n{text}".encode()) <= limit
        headings = re.compile("^#.*", re.MULTILINE)
        assert headings.findall(text) == headings.findall(whole)
        assert text.count("<details>") == text.count("</details>")
        return Seen(text)

    def test_fifty_thousand_people(self) -> None:
        made = report([seat(n, idle=days(31 + n / 1000)) for n in range(1, 50_001)])
        seen = self.cut(made)
        rows = seen.rows("Person", "Last activity")
        assert len(rows) > 4_000
        # The right ones: those idle for longest.
        assert rows[0][0] == "person-50000"
        assert [row[0] for row in rows] == [f"person-{50_000 - n}" for n in range(len(rows))]
        assert f"{50_000 - len(rows):,} more idle people are left out here" in seen.text

    def test_five_thousand_teams_and_long_names(self) -> None:
        records = [
            seat(
                n,
                idle=days(45),
                signed_in=days(2),
                assignee=made_up.user(n, login=f"{'é|' * 100}{n}"),
                assigning_team=team(f"{'`<ü' * 66}{n}"),
                last_activity_editor=f"{'*_' * 100}{n}/1",
            )
            for n in range(1, 5_001)
        ]
        seen = self.cut(report(records))
        for head, what in (
            (("Person", "Last activity"), "idle people"),
            (("Team", "People"), "teams"),
            (("Last used in",), "editors"),
            (("Person", "Editor"), "people"),
        ):
            rows = [row for row in seen.rows(*head) if row[0] != "All people, each once"]
            assert rows
            assert f"{5_000 - len(rows):,} more {what} are left out here" in seen.text
            assert all(len(row) == len(rows[0]) for row in rows)

    def test_many_differences_users_and_organizations(self) -> None:
        records = [seat(n, idle=days(45)) for n in range(1, 2_001)]
        made = build_report(
            [reading(records, "acme")]
            + [reading([seat(10_000 + n)], f"organization-{n}") for n in range(300)],
            Rules(),
            NOW,
            sources=Sources(activity_report=csv_of({f"other-{n}": None for n in range(2_000)})),
            unknown_users=[f"unknown-{n}" for n in range(2_000)],
        )
        seen = self.cut(made, 200_000)
        assert "differences are left out here" in seen.text
        assert "logins are left out here" in seen.text
        assert "organizations are left out here: the report's files have them all." in seen.text

    @pytest.mark.parametrize("limit", [30_000, 31_000, 60_000, 150_000, 10_000_000])
    @pytest.mark.parametrize("detail", ["full", "totals"])
    def test_any_limit(self, limit: int, detail: Detail) -> None:
        self.cut(report(1_500), limit, detail)


class TestWhatToDoNext:
    @staticmethod
    def steps(made: Report) -> str:
        _, _, rest = read(made).text.partition("What to do next")
        return rest.partition("When people were last active")[0]

    def test_idle_people_are_asked_before_a_seat_is_taken_back(self) -> None:
        steps = self.steps(report([seat(1, idle=days(45))]))
        assert "Ask the idle person whether" in steps
        assert steps.index("Ask the idle person") < steps.index("Take back")
        assert "single seats cannot be taken back" not in steps
        assert "Ask the idle people whether" in self.steps(report(60))

    def test_what_taking_seats_back_saves_is_said_where_it_is_known(self) -> None:
        made = report([seat(1, idle=days(45))])
        assert "what that saves depends on the pool of AI credits." in self.steps(made)
        known = replace(made, totals=replace(made.totals, idle_monthly_saving=Decimal("9.50")))
        assert (
            "Taking back all idle seats would save an estimated USD 9.50 in the next billing "
            "cycle: see Data quality."
        ) in self.steps(known)

    def test_where_everyone_has_a_seat_the_setting_comes_first(self) -> None:
        everyone = reading([seat(1, idle=days(45))], seat_management_setting="assign_all")
        assert "single seats cannot be taken back" in self.steps(
            build_report([everyone], Rules(), NOW)
        )

    def test_people_active_by_githubs_own_report_are_asked_first(self) -> None:
        theirs = csv_of({"person-0001": NOW - days(9), "person-0002": NOW - days(1)})
        made = build_report(
            [reading([seat(1, idle=days(50)), seat(2, idle=days(45))])],
            Rules(inactive_days=8),
            NOW,
            sources=Sources(activity_report=theirs),
        )
        assert (
            "First ask the 1 person who is idle here but active according to GitHub's own report"
            in self.steps(made)
        )
        rows = read(made).rows("Person", "Here")
        assert [(row[0], row[4]) for row in rows] == [
            ("person-0002", "idle here, active there"),
            ("person-0001", ""),
        ]

    def test_telemetry_unassigned_seats_and_an_incomplete_list(self) -> None:
        records = [seat(1, idle=days(45), signed_in=days(1)), seat(2, assignee=None)]
        made = reading(records)
        changing = replace(made, seats=replace(made.seats, completeness=completeness(2, 3)))
        steps = self.steps(build_report([changing], Rules(), NOW))
        assert "enable telemetry in their editor" in steps
        assert "Look at the 1 seat with no assignee" in steps
        assert "Run the report again" in steps


def test_the_seats_as_github_counts_them_and_the_settings() -> None:
    records = made_up.seats(60)
    seen = read(build_report([reading(records, seat_breakdown={"total": 61})], Rules(), NOW))
    rows = {row[0]: row[1:] for row in seen.rows("This billing cycle")}
    assert rows["Seats"] == ["61", "60"]
    assert rows["Pending invitations"] == ["not stated", "\N{EN DASH}"]
    assert "Seats may have been granted or removed between the two requests." in seen.text
    assert ["Seat management", "selected people and teams"] in seen.rows("Setting")


def test_an_enterprise_has_no_such_counts() -> None:
    made = build_report([reading(made_up.seats(9), "mega", enterprise=True)], Rules(), NOW)
    seen = read(made)
    assert "Seats as GitHub counts them" not in seen.headings
    assert "all 9 seats that GitHub reports" in seen.text


def test_more_days_than_github_keeps_is_warned_of() -> None:
    assert "90 days are more" not in read(report(3, Rules(inactive_days=90))).text
    text = read(report(3, Rules(inactive_days=91))).text
    assert "GitHub does not keep dates for 91 days." in text


def test_organizations_that_may_be_billed_separately_are_said_to_be_priced_as_one() -> None:
    limit = "Each person is priced once, as if the organizations belonged to one enterprise."
    both = build_report([reading([seat(1)]), reading([seat(1)], "labs")], Rules(), NOW)

    assert limit in read(both).text
    assert limit not in read(report(3)).text


def test_both_reports_may_agree() -> None:
    theirs = csv_of({"person-0001": NOW - days(1)}, NOW - timedelta(minutes=5))
    made = build_report([reading([seat(1)])], Rules(), NOW, sources=Sources(activity_report=theirs))
    seen = read(made)
    assert "(made 2026-11-02 05:55 UTC)" in seen.text
    assert "Both reports agree on the only person." in seen.text
    assert not seen.rows("Why they differ")


def test_a_selection_never_passes_for_everyone() -> None:
    made = build_report(
        [reading([seat(1, idle=days(45)), seat(2)])],
        Rules(),
        NOW,
        selection=("person-0001", "person-0002", "nobody"),
        unknown_users=("nobody",),
    )
    seen = read(made)
    assert seen.headings[0] == "Copilot seats of 3 selected people in acme"
    assert "Selection. This report covers only 3 selected people." in seen.text
    assert "2 of the 3 selected people hold a Copilot seat. 1 of these 2 people" in seen.text
    assert "Selection: this report covers only the 3 people" in seen.text
    assert "All the selected people" not in seen.text
    assert seen.rows("", "People")[4][:2] == ["All selected people with a seat", "2"]
    assert "No Copilot seat was found for 1 of the 3 selected people." in seen.text
    assert "Complete" not in seen.text
    assert "This billing cycle" not in seen.text


def test_an_incomplete_list_is_said_before_the_answer_and_in_the_first_step() -> None:
    made = with_lists(report([seat(1, idle=days(45)), seat(2)]), completeness(2, 3))
    seen = read(made)
    assert (
        "Incomplete: 2 of 3 seats were read. 1 of the 2 people whose seats were read"
        in (seen.text[:200])
    )
    assert seen.rows("", "People")[4][0] == "All people whose seats were read"
    _, _, steps = seen.text.partition("What to do next")
    assert steps.lstrip().startswith("Run the report again before you act on it")


def test_idle_people_can_be_recomputed_and_are_told_apart() -> None:
    records = [
        seat(1, idle=days(45)),
        seat(2, idle=None),
        seat(3, idle=days(45), cancelled=True),
        seat(4, idle=days(30.5)),
        seat(5, idle=days(45), signed_in=days(1), plan_type="enterprise"),
        seat(6, idle=days(45)),
    ]
    theirs = csv_of({"person-0006": NOW - days(3)})
    made = build_report([reading(records)], Rules(), NOW, sources=Sources(activity_report=theirs))
    seen = read(made)
    *_, everyone, idle, first, without = seen.rows("", "People")
    assert everyone[1] == "6"
    assert idle == [
        "Idle: 5 inactive and 1 with no recorded activity, less 1 leaving",
        "5",
        "83.3%",
        "115.00",
    ]
    assert first == ["of these, ask first: settling or check telemetry", "2", "33.3%", "58.00"]
    assert without == ["of these, no sign of use in the seat list", "3", "50.0%", "57.00"]
    assert {row[0]: row[-1] for row in seen.rows("Person", "Last activity")} == {
        "person-0001": "no sign of use",
        "person-0002": "no sign of use",
        "person-0004": "ask first: settling",
        "person-0005": "ask first: check telemetry",
        "person-0006": "ask first: active in GitHub's own report",
    }


def test_organizations_that_share_people_have_a_total_and_the_reason() -> None:
    made = build_report(
        [reading([seat(1, idle=days(45)), seat(2)]), reading([seat(1, idle=days(45))], "labs")],
        Rules(),
        NOW,
    )
    seen = read(made)
    assert seen.rows("Organization", "People") == [
        ["acme", "2", "1", "1", "50.0%", "38.00", "19.00"],
        ["labs", "1", "0", "1", "100.0%", "0.00", "0.00"],
        ["All people, each once", "2", "1", "1", "50.0%", "38.00", "19.00"],
    ]
    for groups in ("organizations", "teams"):
        note = (
            f"A person in several {groups} counts in each; the cost counts once, with one of their"
        )
        assert note in seen.text


def test_a_share_is_rounded_alike_everywhere() -> None:
    """Of 1 in 16, the half is rounded up, not to the even digit."""
    records = [seat(n, idle=days(45 if n == 1 else 1)) for n in range(1, 17)]
    seen = read(report(records))
    shares = {row[2] for row in seen.rows("", "People") if row[1] == "1"} | {
        row[4] for row in seen.rows("Team", "People")
    }
    assert shares == {"6.3%"}
    assert "(6.3%)" in seen.text


def test_an_enterprise_hears_of_no_billing_cycle() -> None:
    made = build_report([reading([seat(1, idle=days(45))], "mega", enterprise=True)], Rules(), NOW)
    seen = read(made)
    assert seen.headings[0] == "Copilot seats of the enterprise mega"
    assert "cycle" not in seen.text
    assert "manage-for-organization" not in str(seen.links)


def test_under_pseudonyms_times_of_people_are_days() -> None:
    theirs = csv_of({"person-0001": NOW - days(3)})
    made = build_report(
        [reading([seat(1, idle=days(45), signed_in=days(1))])],
        Rules(),
        NOW,
        pseudonyms=Pseudonyms("key"),
        sources=Sources(activity_report=theirs),
    )
    seen = read(made)
    [case] = seen.rows("Person", "Editor")
    [difference] = seen.rows("Person", "Here")
    assert case[2:] == ["2026-11-01", "2026-09-18"]
    assert difference[1:3] == ["2026-09-18", "2026-10-30"]


def test_what_a_template_is_filled_with_is_escaped_unless_it_is_marked() -> None:
    template = templates().from_string("{{ text }} {{ number }} {{ text | code }}")
    assert template.render(text="*a*", number=1) == f"{escape('*a*')} 1 `*a*`"
