"""Finding the last report among the artifacts of earlier runs, as GitHub serves them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import httpx
import pytest

from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.download import Hosts
from copilot_seat_report.http.pacing import Pacing
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.sources.history.earlier import Earlier, ThisReport
from copilot_seat_report.sources.history.file import ReportRules, Scope
from copilot_seat_report.sources.history.find import HOSTS, EarlierRuns, find_earlier
from tests.clock import FakeClock
from tests.github_server import (
    WORKFLOW_TOKEN,
    GitHubServer,
    Run,
    StoredArtifact,
    primary_limit_answer,
)
from tests.histories import RULES, WEEK, artifact, history, person, report, together, zipped
from tests.loopback import (
    TRANSPORT_FAULTS,
    Exchange,
    TransientError,
    answering,
    changing_json,
    giving,
)
from tests.made_up import NOW, Json, number_of
from tests.network import network

HERE = number_of("acme/reports")
FORK = number_of("mallory/reports")
ENVIRONMENT = {
    "GITHUB_REPOSITORY": "acme/reports",
    "GITHUB_REPOSITORY_ID": str(HERE),
    "GITHUB_RUN_ID": "1234",
    "GITHUB_WORKFLOW_REF": "acme/reports/.github/workflows/seats.yml@refs/heads/main",
    "GITHUB_REF": "refs/heads/main",
}
NAME = "copilot-seat-report"
SCOPE = Scope(api="127.0.0.1", organizations=("acme",))


class Search:
    """GitHub with the artifacts of earlier runs, and this run in search of the last report."""

    def __init__(self, server: GitHubServer) -> None:
        self.server = server
        self.environment = dict(ENVIRONMENT)
        self.this = ThisReport(
            scope=SCOPE,
            shown_scope=SCOPE,
            key_check="",
            rules=ReportRules(**RULES),
            report_time=NOW,
        )
        self.clock = FakeClock()
        self.network = network()
        self.said: list[str] = []

    def __call__(self, *left: StoredArtifact) -> Earlier:
        self.server.leave(*left)
        policy = RetryPolicy(self.clock, self.said.append, total_seconds=20, attempts=3)
        github = GitHub(
            api_url=self.server.url,
            token=WORKFLOW_TOKEN,
            workflow_token=WORKFLOW_TOKEN,
            retry_policy=policy,
            pacing=Pacing(self.clock, self.said.append),
            clock=self.clock,
            network=network(),
        )
        with network().client(timeout=httpx.Timeout(5)) as client:
            earlier = find_earlier(
                EarlierRuns(
                    github=github,
                    client=client,
                    hosts=Hosts(HOSTS, loopback=True),
                    runner=Runner.of(self.environment),
                    artifact_name=NAME,
                    retry_policy=policy,
                    clock=self.clock,
                ),
                self.this,
            )
        github.close()
        assert "the-signature" not in earlier.status.words + "".join(self.said)
        return earlier

    def paths(self) -> list[str]:
        """What was asked for, without the repository."""
        return [
            request.path.removeprefix("/repos/acme/reports") for request in self.server.requests
        ]


@pytest.fixture
def search() -> Iterator[Search]:
    with GitHubServer() as server:
        yield Search(server)


def weeks_ago(weeks: int, **changes: object) -> Json:
    """The history of a report that was made so many weeks ago."""
    return {**history(reports=[report(NOW - weeks * WEEK)]), "people": together(), **changes}


def when(earlier: Earlier) -> int:
    """How many weeks ago the report was made that was found."""
    assert earlier.status.state == "read", earlier.status.words
    assert earlier.status.words == ""
    assert earlier.status.up_to == earlier.reports[-1].report_time
    return round((NOW - earlier.reports[-1].report_time) / WEEK)


def why_none(earlier: Earlier, state: str) -> str:
    assert earlier.status.state == state, earlier.status.words
    assert (earlier.reports, earlier.people) == ((), None)
    said, _, why = earlier.status.words.partition(": ")
    assert said == "Nothing is compared with an earlier report"
    return why


NOTHING_LEFT = (
    "no earlier run of this workflow on this branch or the default branch left a report that "
    "GitHub still keeps. The next report can be compared with this one."
)


# --- Which one


def test_the_newest_report_is_found_whatever_the_order(search: Search) -> None:
    earlier = search(
        artifact(12, weeks_ago(2), age=2 * WEEK),
        artifact(11, weeks_ago(1), age=1 * WEEK),
        artifact(13, weeks_ago(3), age=3 * WEEK),
    )
    assert when(earlier) == 1
    assert search.paths() == [
        "/actions/artifacts",
        "/actions/artifacts",
        "",
        "/actions/runs/11",
        "/actions/runs/11/artifacts",
        "/actions/artifacts/11/zip",
        "/blobs/11",
    ]


def test_github_may_list_the_oldest_first(search: Search) -> None:
    def reversed_(page: Json) -> Json:
        return {**page, "artifacts": page["artifacts"][::-1]}

    search.server.faults = {1: changing_json(reversed_)}
    assert when(search(artifact(11, weeks_ago(1)), artifact(12, weeks_ago(2), age=2 * WEEK))) == 1


def test_every_page_of_the_list_is_read(search: Search) -> None:
    planted = [
        artifact(1000 + n, b"", age=timedelta(hours=n), run=Run(1000 + n, head_repository_id=FORK))
        for n in range(1, 151)
    ]
    assert when(search(artifact(11, weeks_ago(1)), *planted)) == 1
    assert search.paths().count("/actions/artifacts") == 3


def test_the_token_goes_to_the_api_and_not_to_the_store(search: Search) -> None:
    search(artifact(11, weeks_ago(1)))
    *asked, fetched = search.server.requests
    assert {request.token for request in asked} == {WORKFLOW_TOKEN}
    assert "authorization" not in fetched.headers


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch", "push", "repository_dispatch"])
def test_runs_started_by_these_events_count(search: Search, event: str) -> None:
    assert when(search(artifact(11, weeks_ago(1), run=Run(11, event=event)))) == 1


@pytest.mark.parametrize(
    "path", [".github/workflows/seats.yml@main", ".github/workflows/seats.yml"]
)
def test_the_workflows_file_is_told_with_and_without_its_branch(search: Search, path: str) -> None:
    assert when(search(artifact(11, weeks_ago(1), run=Run(11, path=path)))) == 1


def test_a_run_on_another_branch_finds_its_own_and_the_default_branchs(search: Search) -> None:
    search.environment["GITHUB_REF"] = "refs/heads/try/out"
    own = artifact(11, weeks_ago(1), run=Run(11, head_branch="try/out"))
    default = artifact(12, weeks_ago(2), age=2 * WEEK)
    assert when(search(own, default)) == 1
    search.server.artifacts.remove(own)
    assert when(search()) == 2


def test_a_run_of_a_tag_finds_those_of_the_default_branch(search: Search) -> None:
    search.environment["GITHUB_REF"] = "refs/tags/v1"
    tagged = artifact(11, weeks_ago(1), run=Run(11, head_branch="v1"))
    assert when(search(tagged, artifact(12, weeks_ago(2), age=2 * WEEK))) == 2


def test_a_report_by_these_rules_goes_before_a_newer_one_by_others(search: Search) -> None:
    other = history(reports=[report(NOW - WEEK, inactive_days=60)])
    assert when(search(artifact(11, other), artifact(12, weeks_ago(2), age=2 * WEEK))) == 2


def test_without_one_by_these_rules_the_newest_of_the_scope_will_do(search: Search) -> None:
    newest = history(reports=[report(NOW - WEEK, inactive_days=60)])
    older = history(reports=[report(NOW - 2 * WEEK, inactive_days=90)])
    assert when(search(artifact(11, newest), artifact(12, older, age=2 * WEEK))) == 1


def test_of_two_jobs_that_share_a_name_the_one_that_became_another_is_found(
    search: Search,
) -> None:
    run = Run(11)
    globex = weeks_ago(1, scope={"api": "127.0.0.1", "organizations": ["globex"]})
    page = artifact(13, b"<html>", run=run, name=f"{NAME}.html")
    earlier = search(
        artifact(11, globex, run=run),
        artifact(12, weeks_ago(1), run=run, name=f"{NAME}-2"),
        page,
    )
    assert when(earlier) == 1
    assert "/blobs/13" not in search.paths()


def test_of_a_job_that_was_run_again_the_last_attempt_counts(search: Search) -> None:
    first, second = Run(11), Run(12)
    earlier = search(
        artifact(21, weeks_ago(3), age=3 * WEEK, run=first),
        artifact(22, weeks_ago(2), age=2 * WEEK, run=second),
        artifact(23, weeks_ago(1), age=1 * WEEK, run=first, name=f"{NAME}-2"),
    )
    assert when(earlier) == 1


def test_an_artifact_with_a_longer_name_is_another(search: Search) -> None:
    run = Run(11)
    earlier = search(
        artifact(21, weeks_ago(2), age=2 * WEEK, run=run),
        *(
            artifact(22 + n, b"", run=run, name=f"{NAME}{rest}")
            for n, rest in enumerate(("-notes", ".html", "-", "-2-3", "2"))
        ),
    )
    assert when(earlier) == 2
    assert [path for path in search.paths() if path.startswith("/blobs")] == ["/blobs/21"]


def test_a_report_on_a_selection_is_passed_over(search: Search) -> None:
    selection = zipped({"report.json": b"{}"})
    assert when(search(artifact(11, selection), artifact(12, weeks_ago(2), age=2 * WEEK))) == 2


def test_where_there_are_reports_on_selections_alone_that_is_no_fault(search: Search) -> None:
    earlier = search(artifact(11, zipped({"report.json": b"{}"})))
    assert why_none(earlier, "not-found") == NOTHING_LEFT


def test_ten_runs_are_looked_at_and_no_more(search: Search) -> None:
    other = history(scope={"api": "127.0.0.1", "organizations": ["globex"]})
    left = [artifact(n, other, age=timedelta(days=n)) for n in range(11, 21)]
    earlier = search(*left, artifact(30, weeks_ago(3), age=3 * WEEK))
    assert "covers another organization" in why_none(earlier, "unusable")
    assert search.paths().count("/blobs/30") == 0
    assert len([path for path in search.paths() if path.startswith("/blobs")]) == 10


def test_ten_zips_are_looked_at_and_no_more(search: Search) -> None:
    other = history(scope={"api": "127.0.0.1", "organizations": ["globex"]})
    names = [NAME, *(f"{NAME}-{n}" for n in range(2, 13))]
    of_one_run = [
        artifact(n, other, run=Run(11), name=name) for n, name in enumerate(names, start=11)
    ]
    earlier = search(*of_one_run, artifact(30, weeks_ago(3), age=3 * WEEK))
    assert "covers another organization" in why_none(earlier, "unusable")
    assert len([path for path in search.paths() if path.startswith("/blobs")]) == 10


def test_a_minute_is_spent_and_no_more(search: Search) -> None:
    other = history(scope={"api": "127.0.0.1", "organizations": ["globex"]})
    search.server.changes = {7: lambda: search.clock.sleep(61)}
    earlier = search(artifact(11, other), artifact(12, weeks_ago(2), age=2 * WEEK))
    assert "covers another organization" in why_none(earlier, "unusable")
    assert "/blobs/12" not in search.paths()


# --- Planted ones


PLANTED: dict[str, Run] = {
    "a fork's run": Run(11, head_repository_id=FORK),
    "a fork's run on its branch main": Run(11, head_repository_id=FORK, event="pull_request"),
    "a run of a fork that is gone": Run(11, head_repository_id=None),
    "another repository's run": Run(11, repository_id=FORK, head_repository_id=FORK),
    "a pull request's run": Run(11, event="pull_request"),
    "a pull request's run with secrets": Run(11, event="pull_request_target"),
    "a run that another one started": Run(11, event="workflow_run"),
    "another workflow's run": Run(11, path=".github/workflows/seats2.yml"),
    "a run of a workflow beside it": Run(11, path=".github/workflows/seats.yml.yml"),
    "a run on another branch": Run(11, head_branch="mallory/main"),
    "a run without a branch": Run(11, head_branch=None),
    "this run itself": Run(1234),
}


@pytest.mark.parametrize("run", PLANTED.values(), ids=PLANTED)
def test_an_artifact_of_a_run_that_is_not_trusted_is_never_fetched(
    search: Search, run: Run
) -> None:
    earlier = search(artifact(11, weeks_ago(1), run=run))
    assert why_none(earlier, "not-found") == NOTHING_LEFT
    assert not [path for path in search.paths() if path.startswith("/blobs")]


@pytest.mark.parametrize(
    "change",
    [
        {"head_repository": None},
        {"repository": None},
        {"head_repository": {"id": FORK}},
        {"repository": {"id": FORK}, "head_repository": {"id": FORK}},
        {"head_branch": "mallory/main"},
    ],
)
def test_what_the_list_says_of_a_run_is_checked_with_the_run(search: Search, change: Json) -> None:
    search.server.faults = {4: changing_json(lambda run: {**run, **change})}
    assert why_none(search(artifact(11, weeks_ago(1))), "not-found") == NOTHING_LEFT


@pytest.mark.parametrize("change", [{"workflow_run": None}, {"expired": True}])
def test_an_artifact_without_a_run_or_that_has_expired_is_passed_over(
    search: Search, change: Json
) -> None:
    def changed(page: Json) -> Json:
        return {**page, "artifacts": [{**each, **change} for each in page["artifacts"]]}

    search.server.faults = {1: changing_json(changed)}
    assert why_none(search(artifact(11, weeks_ago(1))), "not-found") == NOTHING_LEFT


def test_an_artifact_without_a_date_goes_last(search: Search) -> None:
    def undated(page: Json) -> Json:
        first, *others = page["artifacts"]
        return {**page, "artifacts": [{**first, "created_at": None}, *others]}

    search.server.faults = {1: changing_json(undated)}
    assert when(search(artifact(11, weeks_ago(1)), artifact(12, weeks_ago(2), age=2 * WEEK))) == 2


OTHER_SCOPE = (
    "covers another organization or enterprise, or another set of them; a new series starts with "
    "this report."
)
UNUSABLE: dict[str, tuple[StoredArtifact, str]] = {
    "a forged digest": (
        artifact(11, weeks_ago(1), digest=f"sha256:{0:064}"),
        "does not have the digest that GitHub states.",
    ),
    "no zip": (artifact(11, b"anything"), "is in something that is not a report's zip."),
    "an empty file": (artifact(11, b""), "is in something that is not a report's zip."),
    "a zip beyond measure": (artifact(11, weeks_ago(1), size=2**30), "is larger than 512 MiB."),
    "a login that is markup": (
        artifact(11, history(person(1, login="<script>"))),
        "is not a history.json that this action wrote (at $.people.login[...]).",
    ),
    "another scope": (
        artifact(11, weeks_ago(1, scope={"api": "127.0.0.1", "organizations": ["globex"]})),
        OTHER_SCOPE,
    ),
    "another server": (
        artifact(11, weeks_ago(1, scope={"api": "api.github.com", "organizations": ["acme"]})),
        OTHER_SCOPE,
    ),
    "a schema of tomorrow": (
        artifact(11, weeks_ago(1, schema_version=2)),
        "was made by a newer release of this action (schema 2; this one reads 1).",
    ),
    "a report that is not earlier": (artifact(11, weeks_ago(0)), "is not earlier than this one."),
    "an artifact that has expired meanwhile": (
        artifact(11, weeks_ago(1), gone=True),
        "could not be read: the response had status 410.",
    ),
}


@pytest.mark.parametrize(("left", "why"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_report_that_cannot_be_used_is_passed_over_and_that_is_said(
    search: Search, left: StoredArtifact, why: str
) -> None:
    assert why_none(search(left), "unusable") == f"the newest one {why}"
    search.server.forget()
    assert when(search(artifact(12, weeks_ago(2), age=2 * WEEK))) == 2


def test_an_artifact_without_a_digest_is_read(search: Search) -> None:
    assert when(search(artifact(11, weeks_ago(1), digest=None))) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/zip?sig=the-signature",
        "http://account1.blob.core.windows.net/zip?sig=the-signature",
        "https://account1.blob.core.windows.net.example.com/zip?sig=the-signature",
        "https://169.254.169.254/?sig=the-signature",
    ],
)
def test_a_zip_on_another_host_is_not_fetched(search: Search, address: str) -> None:
    search.server.faults = {6: answering(302, Location=address)}
    why = why_none(search(artifact(11, weeks_ago(1))), "unusable")
    assert why == (
        "the newest one could not be read: it is not at *.blob.core.windows.net or "
        "*.actions.githubusercontent.com, or it is too large."
    )


def test_a_store_that_redirects_is_not_followed(search: Search) -> None:
    search.server.faults = {7: answering(302, Location=f"{search.server.url}/blobs/11")}
    why = why_none(search(artifact(11, weeks_ago(1))), "unusable")
    assert why.endswith("could not be read: the response had status 302.")


# --- Pseudonyms


def anonymized(weeks: int, key: str, *organizations: str) -> Json:
    scope = {"api": "127.0.0.1", "organizations": [*organizations]}
    return weeks_ago(weeks, key_check=key, scope=scope)


@pytest.fixture
def under_key(search: Search) -> Search:
    """This report is anonymized, under the key that `key-1` stands for."""
    search.this = replace(
        search.this,
        shown_scope=Scope(api="127.0.0.1", organizations=("organization-1",)),
        key_check="key-1",
    )
    return search


def test_under_the_same_key_everything_is_compared(under_key: Search) -> None:
    assert when(under_key(artifact(11, anonymized(1, "key-1", "organization-1")))) == 1


def test_under_the_same_key_another_organization_is_told(under_key: Search) -> None:
    earlier = under_key(artifact(11, anonymized(1, "key-1", "organization-2")))
    assert "covers another organization" in why_none(earlier, "unusable")


def test_under_another_key_only_totals_go_on(under_key: Search) -> None:
    earlier = under_key(artifact(11, anonymized(1, "key-2", "organization-2")))
    assert earlier.status.state == "partial"
    assert earlier.status.words == (
        "Nothing is compared with an earlier report: the one of 2026-10-26 has pseudonyms "
        "from another key. Only its totals are carried on. To compare people, use the same "
        "“anonymize” and “anonymize-key” in every run."
    )
    assert earlier.people is None
    assert len(earlier.reports) == 1


def test_beside_names_only_totals_go_on(under_key: Search) -> None:
    earlier = under_key(artifact(11, weeks_ago(1)))
    assert earlier.status.words == (
        "Nothing is compared with an earlier report: the one of 2026-10-26 has names, and this one "
        "has pseudonyms. Only its totals are carried on."
    )
    assert earlier.people is None


def test_beside_names_another_organization_is_told(under_key: Search) -> None:
    globex = weeks_ago(1, scope={"api": "127.0.0.1", "organizations": ["globex"]})
    assert "covers another organization" in why_none(under_key(artifact(11, globex)), "unusable")


def test_with_names_only_totals_of_pseudonyms_go_on(search: Search) -> None:
    earlier = search(artifact(11, anonymized(1, "key-2", "organization-2")))
    assert earlier.status.state == "partial"
    assert earlier.status.words == (
        "Nothing is compared with an earlier report: the one of 2026-10-26 has pseudonyms, and "
        "this one has names. Only its totals are carried on."
    )
    assert earlier.people is None


@pytest.mark.parametrize(
    "scope",
    [
        {"api": "127.0.0.1", "organizations": ["organization-1", "organization-2"]},
        {"api": "127.0.0.1", "enterprise": "enterprise-1"},
        {"api": "api.github.com", "organizations": ["organization-1"]},
    ],
)
def test_under_another_key_another_kind_of_scope_is_told(under_key: Search, scope: Json) -> None:
    earlier = under_key(artifact(11, weeks_ago(1, key_check="key-2", scope=scope)))
    assert "covers another organization" in why_none(earlier, "unusable")


def test_of_two_under_other_keys_in_one_run_nobody_can_say_which_it_is(under_key: Search) -> None:
    run = Run(11)
    earlier = under_key(
        artifact(11, anonymized(1, "key-2", "organization-2"), run=run),
        artifact(12, anonymized(1, "key-3", "organization-3"), run=run, name=f"{NAME}-2"),
        artifact(13, anonymized(2, "key-4", "organization-4"), age=2 * WEEK),
    )
    assert [report.report_time for report in earlier.reports] == [NOW - 2 * WEEK]


# --- Never in the way


def test_the_first_report_has_none_before_it(search: Search) -> None:
    assert why_none(search(), "not-found") == NOTHING_LEFT
    assert search.paths() == ["/actions/artifacts", "/actions/artifacts"]


def test_a_job_without_the_permission_is_told_which(search: Search) -> None:
    search.server.actions_read = False
    assert why_none(search(artifact(11, weeks_ago(1))), "not-permitted") == (
        "“workflow-token” may not read the earlier runs of this repository (GitHub answered with "
        "status 403). Give the job “permissions: actions: read”."
    )


@pytest.mark.parametrize(
    "variable", ["GITHUB_REPOSITORY_ID", "GITHUB_WORKFLOW_REF", "GITHUB_REPOSITORY"]
)
def test_a_runner_that_does_not_say_where_it_is_finds_nothing(
    search: Search, variable: str
) -> None:
    del search.environment[variable]
    assert why_none(search(artifact(11, weeks_ago(1))), "not-found") == (
        "the runner does not say which workflow of this repository is running."
    )
    assert not search.paths()


def test_a_workflow_of_another_repository_finds_nothing(search: Search) -> None:
    search.environment["GITHUB_WORKFLOW_REF"] = "acme/policies/.github/workflows/a.yml@refs/heads/x"
    assert why_none(search(artifact(11, weeks_ago(1))), "not-found").startswith("the runner")


@pytest.mark.parametrize("number", range(1, 8))
@pytest.mark.parametrize("fault", TRANSPORT_FAULTS.values(), ids=TRANSPORT_FAULTS)
def test_a_transient_error_at_any_request_is_outlasted(
    search: Search, fault: TransientError, number: int
) -> None:
    search.server.faults = {number: fault}
    earlier = search(artifact(11, weeks_ago(1)))
    # What comes in a zip's place is told by its digest, what comes in its address's by the status.
    spoilt = number > 5 and earlier.status.state == "unusable"
    assert spoilt or when(earlier) == 1


@pytest.mark.parametrize("number", range(1, 8))
@pytest.mark.parametrize("status", [403, 404, 410, 422, 500])
def test_a_failure_at_any_request_is_said_and_not_in_the_way(
    search: Search, number: int, status: int
) -> None:
    search.server.faults = dict.fromkeys(range(number, number + 3), answering(status))
    earlier = search(artifact(11, weeks_ago(1)))
    assert earlier.people is None
    assert str(status) in earlier.status.words
    assert sum(search.clock.slept) < 20


def test_a_server_that_stays_down_is_not_waited_for(search: Search) -> None:
    search.server.faults = dict.fromkeys(range(1, 100), answering(503))
    assert why_none(search(artifact(11, weeks_ago(1))), "unreachable") == (
        "the list of earlier reports could not be read: GitHub answered with status 503."
    )
    assert sum(search.clock.slept) < 20


def test_a_limit_of_an_hour_is_not_waited_for(search: Search) -> None:
    reset = int((NOW + timedelta(hours=1)).timestamp())
    search.server.faults = {1: giving(primary_limit_answer(reset))}
    why = why_none(search(artifact(11, weeks_ago(1))), "unreachable")
    assert why.endswith("could not be read: GitHub's primary rate limit is used up.")
    assert search.clock.slept == []


def test_an_answer_of_another_shape_is_not_in_the_way(search: Search) -> None:
    search.server.faults = {1: changing_json(lambda _: {"artifacts": 3})}
    why = why_none(search(artifact(11, weeks_ago(1))), "unreachable")
    assert "the response does not have the documented structure" in why
    assert "Nothing was published" not in why


def test_a_disk_without_room_is_not_in_the_way(search: Search) -> None:
    full = OSError(28, "No space left on device")
    with patch("tempfile.TemporaryFile", side_effect=full):
        earlier = search(artifact(11, weeks_ago(1)))
    why = why_none(earlier, "unusable")
    assert why == "the newest one could not be read: No space left on device."


def test_a_zip_that_is_cut_short_and_comes_again_is_read_from_its_beginning(
    search: Search,
) -> None:
    def half(exchange: Exchange) -> None:
        exchange.handler.write(exchange.right_answer(), part=0.5)
        exchange.handler.drop()

    search.server.faults = {7: half}
    assert when(search(artifact(11, weeks_ago(1)))) == 1
