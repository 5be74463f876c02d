"""The second witness through the front door: a GitHub with a second host for the reports' files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.action import Action
from tests.github_markdown import Seen
from tests.github_server import (
    NO_METRICS_PERMISSION,
    POLICY_OFF,
    TOKEN,
    Enterprise,
    GitHubServer,
    Organization,
)
from tests.histories import people_in
from tests.loopback import Answer, answering
from tests.made_up import NOW, days, seat
from tests.usage_metrics import ReportFiles, record, reduced, user_report

# Four unused seats of which the metrics know two, two used ones, one of which barely.
SEATS = [
    seat(1, idle=days(45)),
    seat(2, idle=None),
    seat(3, idle=days(60)),
    seat(4, idle=None),
    seat(5, idle=days(1), plan_type="enterprise"),
    seat(6, idle=days(1)),
]
USED = [
    record(1, 3),
    reduced(2, None, credits_used=12.5),
    reduced(3, 3, credits_used=0),
    *(record(5, ago, credits_used=100) for ago in range(2, 12)),
    record(6, 4, credits_used=0.125),
]
FIGURES = ("active-in-metrics", "ai-credits-used", "ai-credits-included", "idle-monthly-saving")
NONE = dict.fromkeys(FIGURES, "")


@pytest.fixture
def host() -> Iterator[ReportFiles]:
    with ReportFiles() as host:
        yield host


@pytest.fixture
def acme(host: ReportFiles) -> Organization:
    account = Organization("acme", SEATS)
    # Shards, of which the last has what the first has too.
    account.usage_report = user_report(host, USED[:6], USED[6:], USED[:1])
    return account


@pytest.fixture
def server(acme: Organization) -> Iterator[GitHubServer]:
    with GitHubServer(acme, Organization("beta", [seat(7, login="beta")])) as server:
        yield server


@pytest.fixture
def action(tmp_path: Path, server: GitHubServer) -> Action:
    return Action(tmp_path, server)


def idle(outputs: dict[str, str]) -> set[str]:
    return set(json.loads(outputs["idle-users"]))


class TestOn:
    def test_who_is_seen_in_the_metrics_is_not_idle(self, action: Action) -> None:
        without, with_ = action(usage_metrics="off"), action(usage_metrics="on")

        assert idle(without.outputs) == {f"person-000{number}" for number in (1, 2, 3, 4)}
        assert idle(with_.outputs) == {"person-0003", "person-0004"}
        statuses = {row["login"]: (row["status"], row["flags"]) for row in with_.rows("seats.csv")}
        assert statuses["person-0001"] == ("inactive", "active-in-metrics")
        assert statuses["person-0002"] == ("no-activity", "active-in-metrics")
        assert statuses["person-0003"] == ("inactive", "")
        assert with_.report["idle_path"]["in_metrics"] == 2

    def test_who_is_seen_is_listed_apart_with_what_was_seen(self, action: Action) -> None:
        listed = []
        for usage_metrics in ("on", "off"):
            outcome = action(usage_metrics=usage_metrics, formats="xlsx")
            listed.append(Seen(outcome.summary or "").rows("Person", "By the seat"))
            book = load_workbook(outcome.workspace / outcome.directory / "report.xlsx")
            assert ("Active in metrics" in book.sheetnames) is (usage_metrics == "on")
        assert [sorted(rows) for rows in listed] == [
            [
                ["person-0001", "inactive", "2026-10-30", "1", "2.50"],
                ["person-0002", "no recorded activity", "no day stated", "", "12.50"],
            ],
            [],
        ]
        totals_alone = action(usage_metrics="on", summary="totals")
        assert "By the seat" not in (totals_alone.summary or "")

    def test_the_columns_of_a_person(self, action: Action) -> None:
        rows = {row["login"]: row for row in action(usage_metrics="on").rows("people.csv")}

        columns = ("active_days", "last_active_day", "ai_credits_used", "ai_adoption_phase")
        assert list(rows["person-0001"])[-4:] == list(columns)
        assert {login: [row[name] for name in columns] for login, row in rows.items()} == {
            "person-0001": ["1", "2026-10-30", "2.50", "Phase 2"],
            "person-0002": ["", "", "12.50", ""],
            "person-0003": ["", "", "0.00", ""],
            "person-0004": ["", "", "", ""],
            "person-0005": ["10", "2026-10-31", "1000.00", "Phase 2"],
            "person-0006": ["1", "2026-10-29", "0.13", "Phase 2"],
        }

    def test_of_many_files_a_few_are_read_at_once(
        self, action: Action, acme: Organization, host: ReportFiles
    ) -> None:
        host.latency = 0.05
        acme.usage_report = user_report(host, *([record(5, ago)] for ago in range(2, 14)))

        rows = {row["login"]: row for row in action(usage_metrics="on").rows("people.csv")}

        assert rows["person-0005"]["active_days"] == "12"
        assert host.most_in_flight == 3

    def test_without_it_there_are_no_such_columns_and_figures(self, action: Action) -> None:
        outcome = action(usage_metrics="off")

        assert "active_days" not in outcome.rows("people.csv")[0]
        assert "active_days" not in outcome.report["people"][0]
        assert outcome.figures(*FIGURES) == NONE
        assert outcome.report["metrics"] is None
        assert "usage-metrics" in {
            source["source"] for source in outcome.report["sources"] if source["state"] == "off"
        }

    def test_the_figures(self, action: Action) -> None:
        outcome = action(usage_metrics="on")

        assert outcome.figures(*FIGURES) == {
            "active-in-metrics": "2",
            # 2.5 + 12.5 + 0 + 1,000 + 0.13: what the people's column adds up to.
            "ai-credits-used": "1015.13",
            "ai-credits-included": str(5 * 1900 + 3900),
            "idle-monthly-saving": "38.00",
        }
        metrics = outcome.report["metrics"]
        assert (metrics["people"], metrics["cleared"], metrics["barely_used"]) == (5, 2, 1)
        assert (metrics["first_day"], metrics["last_day"]) == ("2026-10-04", "2026-10-31")
        assert metrics["saving"]["case"] == "ample"
        assert "billed on its own" in " ".join(metrics["saving"]["words"])
        (source,) = [s for s in outcome.report["sources"] if s["source"] == "usage-metrics"]
        assert (source["state"], source["words"]) == ("read", "")
        assert source["up_to"] == "2026-11-01T00:00:00Z"

    @pytest.mark.parametrize(
        ("used", "price", "case", "saving", "words"),
        [
            (9_000, "0.01", "ample", "38.00", "credits of the other seats cover all"),
            (11_500, "0.01", "partly", "19.00", "some of their credits are used"),
            (20_000, "0.01", "used-up", "0.00", "the pool is used up, and all of their credits"),
            (20_000, "0.005", "used-up", "19.00", "Each further credit costs USD 0.005."),
        ],
    )
    def test_what_would_be_saved(
        self,
        used: int,
        price: str,
        case: str,
        saving: str,
        words: str,
        action: Action,
        acme: Organization,
        host: ReportFiles,
    ) -> None:
        """Two idle Business seats bring 3,800 of 13,400 credits."""
        acme.usage_report = user_report(
            host, [record(1), reduced(2, None, credits_used=1), record(5, credits_used=used - 3.5)]
        )
        outcome = action(usage_metrics="on", credit_price=price)
        assert outcome.outputs["idle-monthly-saving"] == saving
        assert outcome.report["metrics"]["saving"]["case"] == case
        assert words in outcome.log
        assert (
            f"would save an estimated USD {saving.removesuffix('.00')} of their 38" in outcome.log
        )
        assert "next billing cycle only: the 28 days stand for a month" in outcome.log

    def test_where_nobody_is_idle_nothing_would_be_saved(
        self, action: Action, acme: Organization
    ) -> None:
        acme.seats = SEATS[4:]
        outcome = action(usage_metrics="on")
        assert outcome.outputs["idle-monthly-saving"] == "0.00"
        words = " ".join(outcome.report["metrics"]["saving"]["words"])
        assert "5,800 AI credits a month, of which the idle ones include 0;" in words
        assert "Taking back" not in words

    def test_credits_are_what_the_contract_says(self, action: Action) -> None:
        outcome = action(usage_metrics="on", credits_business="10", credits_enterprise="1000")

        assert outcome.outputs["ai-credits-included"] == "1050"
        # The other seats bring 1,030 credits, 1,015.13 are used.
        assert outcome.outputs["idle-monthly-saving"] == "38.00"
        scarce = action(usage_metrics="on", credits_business="10", credits_enterprise="980")
        # Of the idle seats' 20, 5.13 are used.
        assert scarce.outputs["idle-monthly-saving"] == "37.95"

    def test_the_token_stays_with_github(
        self, action: Action, server: GitHubServer, host: ReportFiles
    ) -> None:
        action(usage_metrics="on")

        assert {request.token for request in server.requests} <= {TOKEN, "the-workflow-token"}
        assert len(host.requests) == 3
        assert all("authorization" not in request.headers for request in host.requests)

    def test_an_expired_link_is_asked_for_again(self, action: Action, host: ReportFiles) -> None:
        host.faults[2] = answering(403, "<Error><Code>AuthenticationFailed</Code></Error>")
        assert action(usage_metrics="on").outputs["ai-credits-used"] == "1015.13"

    def test_nothing_moves_with_a_day_of_use_too_long_ago(
        self, action: Action, acme: Organization, host: ReportFiles
    ) -> None:
        acme.usage_report = user_report(host, [record(1, 20)])
        assert idle(action(usage_metrics="on", inactive_days="14").outputs) >= {"person-0001"}
        assert idle(action(usage_metrics="on").outputs).isdisjoint({"person-0001"})

    def test_a_day_later_than_the_report_goes_on_as_the_reports(self, action: Action) -> None:
        """SOURCE_DATE_EPOCH may be long ago; the next report takes no date of the future."""
        action.environment["SOURCE_DATE_EPOCH"] = str(int((NOW - days(20)).timestamp()))

        written = json.loads(action(usage_metrics="on", history="auto").text("history.json"))

        known = set(written["people"]["last_active_day"]) - {None}
        assert known == {"2026-10-13"}

    def test_use_without_a_day_clears_whatever_the_number_of_days(
        self, action: Action, acme: Organization, host: ReportFiles
    ) -> None:
        """Whoever is active by this one too: under a what-if, and by the next report's rules."""
        acme.seats = [seat(1, idle=days(10))]
        acme.usage_report = user_report(host, [record(1, 25), reduced(1, None, credits_used=1)])

        outcome = action(usage_metrics="on", formats="html", history="auto")

        (person,) = people_in(json.loads(outcome.text("history.json")))
        assert person["used_in_metrics"]
        data = re.search('id="people-data">(.+?)</script>', outcome.text("report.html"), re.DOTALL)
        assert data
        assert json.loads(data[1])["metrics"] == [0]

    def test_the_log_says_what_was_seen(self, action: Action) -> None:
        log = action(usage_metrics="on").log

        assert "usage metrics have records of 5 of the 6 people in this report" in log
        assert (
            "2 people with no activity in the seat list in the last 30 days have recent use in the"
            in log
        )
        assert "1 person active in the seat list has at most 2 days of use in the 28 days" in log
        assert "would save an estimated USD 38 of their 38 a month" in log

    def test_of_the_barely_used_it_says_whose_seat_is_new(
        self, action: Action, acme: Organization, host: ReportFiles
    ) -> None:
        acme.seats = [seat(6, granted=days(5)), seat(5), seat(4, granted=days(9))]
        acme.usage_report = user_report(host, [record(4), record(5), record(6)])
        log = action(usage_metrics="on").log
        assert "2 of these seats were granted in these days" in log
        acme.seats = [seat(6, granted=days(5))]
        assert "The seat was granted in these days" in action(usage_metrics="on").log


class TestScopes:
    def test_an_enterprise_is_one_pool(
        self, action: Action, server: GitHubServer, host: ReportFiles
    ) -> None:
        seats = [*SEATS, seat(8, idle=days(70), login="beta", plan_type="enterprise")]
        group = Enterprise("megacorp", seats)
        group.usage_report = user_report(host, USED, name="megacorp")
        server.add(group)
        outcome = action(usage_metrics="on", enterprise="megacorp", organization="")

        assert outcome.outputs["ai-credits-included"] == str(5 * 1900 + 2 * 3900)
        assert outcome.report["metrics"]["saving"]["pools"] == 1
        assert "enterprise's seats share one pool" in outcome.log

    def test_each_organization_is_a_pool_of_its_own(
        self, action: Action, server: GitHubServer, host: ReportFiles
    ) -> None:
        """What the one has left is no help to the other: all of beta's idle seat's credits go."""
        beta = server.organizations["beta"]
        # Person 5 holds the more expensive seat in acme, and is of acme's pool.
        beta.seats = [
            seat(number, login="beta", idle=days(idle))
            for number, idle in ((7, 50), (8, 1), (5, 1))
        ]
        beta.usage_report = user_report(host, [record(8, credits_used=5000)], name="beta")
        outcome = action(usage_metrics="on", organization="acme,beta")

        saving = outcome.report["metrics"]["saving"]
        assert (saving["pools"], saving["case"]) == (2, "partly")
        assert outcome.outputs["ai-credits-included"] == str(5 * 1900 + 3900 + 2 * 1900)
        assert outcome.outputs["idle-monthly-saving"] == "38.00"
        assert "each organization counts as a pool of its own" in outcome.log

    def test_one_organization_that_does_not_give_them(self, action: Action) -> None:
        """Who is seen in the others is still cleared; the credits as a whole are not known."""
        outcome = action(usage_metrics="on", organization="acme,beta")

        assert outcome.figures(*FIGURES) == {**NONE, "active-in-metrics": "2"}
        assert "organization beta" in outcome.annotations("warning")[0]

    def test_a_selection(self, action: Action, host: ReportFiles) -> None:
        """The 28 days are read once for all; of credits and saving a selection says nothing."""
        users = "person-0001,person-0004"
        outcome = action(usage_metrics="on", users=users)

        assert idle(outcome.outputs) == {"person-0004"}
        assert outcome.figures(*FIGURES) == {**NONE, "active-in-metrics": "1"}
        assert len(host.requests) == 3
        assert "save" not in outcome.log

    def test_an_incomplete_list(self, action: Action, acme: Organization) -> None:
        acme.stated = 7
        outcome = action(usage_metrics="on")

        assert outcome.outputs["complete"] == "false"
        assert outcome.figures(*FIGURES) == {**NONE, "active-in-metrics": "2"}


class TestNotGiven:
    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (POLICY_OFF, "'Copilot usage metrics' policy must be enabled"),
            (POLICY_OFF, "Have an owner enable it: Settings > Copilot > Policies"),
            (NO_METRICS_PERMISSION, "GitHub would accept: organization_copilot_metrics=read"),
            (Answer(204), "GitHub has no usage metrics for organization acme"),
        ],
    )
    def test_the_report_is_made_without(
        self, answer: Answer, words: str, action: Action, acme: Organization
    ) -> None:
        acme.usage_report = answer
        without = action(usage_metrics="off")
        outcome = action(usage_metrics="on")

        assert outcome.status == 0
        assert idle(outcome.outputs) == idle(without.outputs)
        assert outcome.figures(*FIGURES) == NONE
        (warning,) = [each for each in outcome.annotations("warning") if "metrics" in each]
        assert words in warning
        assert warning.endswith("The report is made without usage metrics.")
        (source,) = [s for s in outcome.report["sources"] if s["source"] == "usage-metrics"]
        assert source["words"] == warning
        assert outcome.report["people"][0]["active_days"] is None

    def test_a_part_of_them(self, action: Action, acme: Organization, host: ReportFiles) -> None:
        """What was read clears people; what would be saved, and who barely uses a seat, is open."""
        acme.usage_report = user_report(host, [record(1), record(6)], b"<html>")
        outcome = action(usage_metrics="on")

        assert "person-0001" not in idle(outcome.outputs)
        assert outcome.figures(*FIGURES) == {**NONE, "active-in-metrics": "1"}
        metrics = outcome.report["metrics"]
        assert (metrics["barely_used"], metrics["granted_since"]) == (None, None)
        assert "barely used" not in outcome.log
        assert "1 of 2 files" in outcome.annotations("warning")[0]

    def test_no_record_states_credits(
        self, action: Action, acme: Organization, host: ReportFiles
    ) -> None:
        acme.usage_report = user_report(host, [record(1, without=["ai_credits_used"])])
        assert action(usage_metrics="on").figures(*FIGURES) == {**NONE, "active-in-metrics": "1"}

    def test_another_host_gets_no_request(
        self, action: Action, acme: Organization, host: ReportFiles
    ) -> None:
        report = user_report(host, [record(1)])
        acme.usage_report = lambda: {
            **report(),
            "download_links": [f"https://{'a' * 20}.example/part-0?sig=the-signature"],
        }
        outcome = action(usage_metrics="on")
        assert outcome.figures(*FIGURES) == NONE
        assert "the-signature" not in outcome.log
        assert host.requests == []

    def test_an_api_elsewhere_has_no_files_here(self, action: Action, host: ReportFiles) -> None:
        """This machine's own addresses are asked only where GitHub is one of them: in tests."""
        outcome = action(sample="true")
        assert outcome.outputs["active-in-metrics"] != ""
        assert host.requests == []


class TestAnonymized:
    def test_days_stay_and_credits_are_hundreds(self, action: Action) -> None:
        outcome = action(usage_metrics="on", anonymize="true", public_repository="allow")

        rows = outcome.rows("people.csv")
        assert {row["ai_credits_used"] for row in rows} == {"", "0.00", "1000.00"}
        assert sorted(row["active_days"] for row in rows) == ["", "", "", "1", "1", "10"]
        assert outcome.outputs["ai-credits-used"] == "1000.00"
        assert outcome.outputs["active-in-metrics"] == "2"

    def test_what_is_not_given_names_nobody(self, action: Action, acme: Organization) -> None:
        acme.usage_report = POLICY_OFF
        outcome = action(usage_metrics="on", anonymize="true", public_repository="allow")

        assert "made without usage metrics" in outcome.log
        assert "acme" not in outcome.log
        assert "acme" not in outcome.text("report.json")


class TestSample:
    def test_it_has_metrics_of_every_kind(self, action: Action) -> None:
        outcome = action(sample="true")
        metrics = outcome.report["metrics"]

        assert metrics["cleared"] > 5
        assert metrics["barely_used"] > 5
        assert metrics["saving"]["case"] == "partly"
        people = outcome.report["people"]
        assert any(p["status"] == "active" and p["active_days"] is None for p in people)
        assert any(p["active_days"] is None and p["ai_credits_used"] for p in people)
        assert any(p["active_days"] == 0 for p in people)
        assert {p["ai_adoption_phase"] for p in people} == {"", "Phase 1", "Phase 2", "Phase 3"}
        saving, cost = (
            float(outcome.outputs[name]) for name in ("idle-monthly-saving", "idle-monthly-cost")
        )
        assert 0 < saving < cost


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("usage_metrics", "yes", "usage-metrics: must be one of on, off"),
        ("credits_business", "-1", "credits-business: must be a whole number from 0"),
        ("credits_enterprise", "many", "credits-enterprise: must be a whole number from 0"),
        ("credit_price", "1e-2", "credit-price: must be the price of one credit, such as 0.01"),
    ],
)
def test_a_wrong_input(name: str, text: str, words: str, action: Action) -> None:
    outcome = action(**{name: text})
    assert outcome.status == 2
    assert words in outcome.error
