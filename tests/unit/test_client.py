"""One session with GitHub's REST API, against a server that can go wrong in every way."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from copilot_seat_report.artifact import requests
from copilot_seat_report.errors import RunError
from copilot_seat_report.github import client as client_module
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import SEAT_PAGE, SeatPage
from copilot_seat_report.github.endpoints import ORGANIZATION_SEATS as SEATS
from copilot_seat_report.github.endpoints import REPOSITORY
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.http.pacing import Pacing
from copilot_seat_report.http.retry import RetryPolicy
from tests.clock import FakeClock
from tests.github_server import TOKEN, GitHubServer, Organization
from tests.loopback import (
    TRANSPORT_FAULTS,
    Answer,
    Exchange,
    TransientError,
    answering,
    bomb,
    changing,
    giving,
    json_answer,
    silence,
    stall,
)
from tests.made_up import NOW, seats
from tests.network import network

PATH = "orgs/acme/copilot/billing/seats"
EPOCH = int(NOW.timestamp())


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer(Organization("acme", seats(3))) as server:
        yield server


class Session:
    """A client, and what it did: `said` in the log, `clock.slept`."""

    def __init__(self, api_url: str, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.said: list[str] = []
        self.github = GitHub(
            api_url=api_url,
            token=TOKEN,
            workflow_token="",
            retry_policy=RetryPolicy(self.clock, self.said.append),
            pacing=Pacing(self.clock, self.said.append),
            clock=self.clock,
            network=network(),
        )

    def read(self, url: str = PATH) -> SeatPage:
        return self.github.get(self.github.url(url), SEAT_PAGE, what="Page 1", endpoint=SEATS).value

    def failure(self) -> str:
        """Why the page cannot be read."""
        with pytest.raises(RunError) as failure:
            self.read()
        assert "Page 1" in str(failure.value)
        return str(failure.value)

    @property
    def waits(self) -> list[int]:
        """The waits less their jitter, which is below a second."""
        return [int(seconds) for seconds in self.clock.slept]


NewSession = Callable[..., Session]


@pytest.fixture
def new_session() -> Iterator[NewSession]:
    sessions: list[Session] = []

    def make(api_url: str, clock: FakeClock | None = None) -> Session:
        sessions.append(Session(api_url, clock))
        return sessions[-1]

    yield make
    for session in sessions:
        session.github.close()


@pytest.fixture
def session(server: GitHubServer, new_session: NewSession) -> Session:
    return new_session(server.url)


# --- What is sent


def test_a_request_is_one_that_github_asks_for(server: GitHubServer, session: Session) -> None:
    assert len(session.read().items) == 3

    (request,) = server.requests
    assert request.method == "GET"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/vnd.github+json"
    assert request.headers["x-github-api-version"] == "2026-03-10"
    assert request.headers["user-agent"].startswith("copilot-seat-report/")


@pytest.mark.parametrize("suffix", ["", "/", "/api", "/api/"])
def test_an_address_is_below_the_base(new_session: NewSession, suffix: str) -> None:
    session = new_session(f"https://api.example.com{suffix}")

    url = session.github.url("orgs/a%2Fb/copilot", per_page=100)

    assert url == f"https://api.example.com{suffix.rstrip('/')}/orgs/a%2Fb/copilot?per_page=100"


# --- Faults that may pass


@pytest.mark.parametrize("name", TRANSPORT_FAULTS)
def test_a_fault_is_waited_out(server: GitHubServer, session: Session, name: str) -> None:
    server.faults = {1: TRANSPORT_FAULTS[name], 2: TRANSPORT_FAULTS[name]}

    assert len(session.read().items) == 3

    assert session.waits == [1, 2]
    assert len(session.said) == 2


@pytest.mark.parametrize("status", [408, 500, 501, 502, 503, 504, 520, 599])
def test_a_server_error_is_waited_out_as_long_as_it_asks(
    server: GitHubServer, session: Session, status: int
) -> None:
    server.faults = {1: answering(status), 2: answering(status, Retry_After="33")}

    session.read()

    assert session.waits == [1, 33]


def test_a_refused_connection_is_waited_out(server: GitHubServer, new_session: NewSession) -> None:
    class Accepting(FakeClock):
        """The server listens again at the second wait."""

        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if len(self.slept) == 2:
                server.accept()

    session = new_session(server.url, Accepting())
    server.refuse()

    assert len(session.read().items) == 3
    assert session.waits == [1, 2]


@pytest.mark.parametrize("fault", [silence, stall])
def test_an_answer_that_does_not_come_is_waited_for_within_a_bound(
    server: GitHubServer,
    new_session: NewSession,
    monkeypatch: pytest.MonkeyPatch,
    fault: TransientError,
) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT", httpx.Timeout(0.2))
    server.faults = {1: fault}
    session = new_session(server.url)

    session.read()

    assert session.waits == [1]
    assert "no response in time (ReadTimeout)" in session.said[0]


def test_an_answer_that_comes_by_drops_is_not_waited_for_without_end(
    server: GitHubServer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(exchange: Exchange) -> None:
        exchange.handler.write(Answer(200, b" " * 1000), part=0.001)
        while not exchange.server.closing.wait(0.02):
            exchange.handler.wfile.write(b" ")
            exchange.handler.wfile.flush()

    monkeypatch.setattr(client_module, "MAX_RESPONSE_SECONDS", 0.1)
    server.faults = {1: drip}

    session.read()

    assert session.waits == [1]
    assert "was not complete after" in session.said[0]


def test_no_request_is_waited_for_without_end() -> None:
    for timeout in (client_module.TIMEOUT, requests.TIMEOUT):
        assert 0 < (timeout.connect or 0) <= 20
        assert 0 < (timeout.read or 0) <= 60
        assert 0 < (timeout.write or 0) <= 60


def test_a_head_without_measure_is_a_fault(server: GitHubServer, session: Session) -> None:
    server.faults = {1: answering(200, page(), X_Much="x" * 1_000_000)}

    session.read()

    assert "the connection failed (RemoteProtocolError" in session.said[0]


def test_a_request_that_is_under_way_at_the_end_is_not_sent_again(
    server: GitHubServer, session: Session
) -> None:
    def close(exchange: Exchange) -> None:
        session.github.close()
        exchange.handler.drop(reset=True)

    server.faults = {1: close}

    with pytest.raises(RunError, match="The run was stopped"):
        session.read()
    assert session.said == []


def test_the_error_names_the_last_fault(server: GitHubServer, session: Session) -> None:
    server.faults = {number: answering(502) for number in range(1, 7)}

    assert "failed 6 times; the last time: GitHub answered with status 502" in session.failure()


# --- Limits


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(
    ("headers", "message", "documentation", "wait"),
    [
        ({"Retry_After": "17"}, "whatever", "", 17),
        ({"Retry_After": "17", "X_RateLimit_Remaining": "0"}, "", "", 17),
        ({"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(EPOCH + 99)}, "", "", 100),
        ({"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(EPOCH - 99)}, "", "", 1),
        ({"X_RateLimit_Remaining": "0"}, "API rate limit exceeded for user", "", 60),
        ({}, "You have exceeded a secondary rate limit. Please wait", "", 60),
        ({}, "Slow down", "https://docs.github.com/x#about-secondary-rate-limits", 60),
    ],
)
def test_a_limit_is_told_and_waited_for_by_githubs_rules(
    server: GitHubServer,
    session: Session,
    status: int,
    headers: dict[str, str],
    message: str,
    documentation: str,
    wait: int,
) -> None:
    body = {"message": message, "documentation_url": documentation}
    server.faults = {1: giving(json_answer(status, body, **headers))}

    assert len(session.read().items) == 3
    assert session.waits[0] == wait
    assert any("one at a time" in said for said in session.said)


def test_too_many_requests_is_a_limit_whatever_it_says(
    server: GitHubServer, session: Session
) -> None:
    server.faults = {1: answering(429, "<html>"), 2: answering(429, "<html>")}

    session.read()

    assert session.waits[:2] == [60, 120]


def test_the_time_of_a_limit_is_by_githubs_clock(server: GitHubServer, session: Session) -> None:
    server.date = "Mon, 02 Nov 2026 06:10:00 GMT"  # ten minutes ahead of this machine's
    reset = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(EPOCH + 600 + 30)}
    server.faults = {1: giving(json_answer(403, {"message": "API rate limit exceeded"}, **reset))}

    session.read()

    assert session.waits == [31]
    assert session.github.clock_offset == timedelta(minutes=10)


def test_a_limit_that_lasts_longer_than_a_run_may_wait_fails_at_once(
    server: GitHubServer, session: Session
) -> None:
    reset = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(EPOCH + 3600)}
    server.faults = {1: giving(json_answer(403, {"message": "API rate limit exceeded"}, **reset))}

    assert "Run it again after 2026-11-02 07:00:0" in session.failure()
    assert session.waits == []


@pytest.mark.parametrize("value", ["99999999999999999999", "-1", "soon", "1e9", ""])
def test_a_time_that_is_none_is_as_good_as_not_said(
    server: GitHubServer, session: Session, value: str
) -> None:
    server.faults = {
        1: answering(429, Retry_After=value),
        2: answering(429, X_RateLimit_Remaining="0", X_RateLimit_Reset=value),
    }

    session.read()

    assert session.waits[:2] == [60, 120]


def test_after_a_limit_requests_go_one_at_a_time(server: GitHubServer, session: Session) -> None:
    server.latency = 0.05
    server.faults = {1: answering(429, Retry_After="1")}
    with ThreadPoolExecutor(10) as pool:
        session.read()
        server.forget()
        for page in [pool.submit(session.read) for _ in range(10)]:
            page.result()

    assert server.most_in_flight == 1
    assert len(server.requests) == 10


# --- Refusals


def test_a_refusal_is_told_at_once(server: GitHubServer, session: Session) -> None:
    server.tokens[TOKEN] = "not an owner"

    with pytest.raises(Rejection, match="not an owner of the organization") as refusal:
        session.read()

    assert refusal.value.status == 403
    assert session.waits == []


def test_a_token_that_expires_midway_is_told(server: GitHubServer, session: Session) -> None:
    session.read()
    server.tokens[TOKEN] = "expired"

    with pytest.raises(Rejection, match="expired or was revoked during the run"):
        session.read()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"message": 7}', b"\xff" * 9])
def test_a_refusal_without_words_is_one_too(
    server: GitHubServer, session: Session, body: bytes
) -> None:
    server.faults = {1: answering(403, body)}

    with pytest.raises(Rejection, match="Page 1 was refused with status 403 by GitHub"):
        session.read()


# --- Redirects


def redirecting(location: str, status: int = 301) -> TransientError:
    return answering(status, Location=location)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_api_is_followed_with_the_token(
    server: GitHubServer, session: Session, status: int
) -> None:
    number = server.organizations["acme"].id
    target = f"/organizations/{number}/copilot/billing/seats"
    server.faults = {1: redirecting(target, status), 2: redirecting(server.url + target, status)}

    assert len(session.read().items) == 3

    assert [request.path for request in server.requests][1:] == [target, target]
    assert server.requests[-1].token == TOKEN


def test_the_token_goes_to_no_other_host(server: GitHubServer, session: Session) -> None:
    with GitHubServer(Organization("acme", seats(3))) as other:
        addresses = [
            f"{other.url}/{PATH}",
            f"http://localhost:{server.port}/{PATH}",
            f"https://127.0.0.1:{server.port}/{PATH}",
            f"//localhost:{other.port}/{PATH}",
            f"http://127.0.0.1:{server.port}@localhost:{other.port}/{PATH}",
            "file:///etc/passwd",
        ]
        for address in addresses:
            server.forget()
            server.faults = {1: redirecting(address)}

            assert "The token is not sent there" in session.failure()
            with pytest.raises(RunError, match="The token is not sent there"):
                session.github.get(address, SEAT_PAGE, what="Page 2", endpoint=SEATS)
            assert len(server.requests) == 1
        assert other.requests == []


def test_a_redirect_that_never_ends(server: GitHubServer, session: Session) -> None:
    server.faults = {number: redirecting(f"/{PATH}?{number}") for number in range(1, 20)}

    assert "redirected more than 3 times" in session.failure()
    assert len(server.requests) == 4


@pytest.mark.parametrize("address", ["////", "//[a]", "//x:a/", "//\0", ":x://["])
def test_a_link_to_what_is_no_address(server: GitHubServer, session: Session, address: str) -> None:
    with pytest.raises(RunError, match="leads to an invalid URL"):
        session.github.get(address, SEAT_PAGE, what="Page 2", endpoint=SEATS)
    assert server.requests == []


@pytest.mark.parametrize("address", ["//[a]", "//x:a/"])
def test_a_redirect_to_what_is_no_address(
    server: GitHubServer, session: Session, address: str
) -> None:
    server.faults = {1: redirecting(address)}

    session.read()

    assert "Invalid URL in location header" in session.said[0]


def test_a_redirect_that_leads_nowhere(server: GitHubServer, session: Session) -> None:
    server.faults = {1: answering(302)}

    with pytest.raises(Rejection, match="does not document this status"):
        session.read()


# --- Addresses to download from

ZIP = "repos/acme/reports/actions/artifacts/7/zip"
SIGNED = "https://storage.example.com/signed/7?sig=secret"


def location(session: Session) -> str:
    return session.github.location(
        session.github.url(ZIP), what="The artifact", endpoint=REPOSITORY
    )


def test_an_address_to_download_from_is_returned_and_not_asked_for(
    server: GitHubServer, session: Session
) -> None:
    with GitHubServer() as storage:
        signed = f"{storage.url}/signed/7?sig=secret"
        server.faults = {1: redirecting(signed, 302)}

        assert location(session) == signed

        assert storage.requests == []
    (request,) = server.requests
    assert request.token == TOKEN
    assert "secret" not in "".join(session.said)


def test_a_relative_address_to_download_from_is_made_whole(
    server: GitHubServer, session: Session
) -> None:
    server.faults = {1: redirecting("/signed/7", 302)}

    assert location(session) == f"{server.url}/signed/7"


def test_the_address_is_found_where_the_repository_was_renamed(
    server: GitHubServer, session: Session
) -> None:
    moved = "/repositories/1/actions/artifacts/7/zip"
    server.faults = {1: redirecting(moved, 301), 2: redirecting(SIGNED, 302)}

    assert location(session) == SIGNED
    assert [request.path for request in server.requests] == [f"/{ZIP}", moved]


def test_the_token_goes_to_no_other_host_for_an_address_either(
    server: GitHubServer, session: Session
) -> None:
    server.faults = {1: redirecting(SIGNED, 301)}

    with pytest.raises(RunError, match="The token is not sent there"):
        location(session)


def test_an_address_is_asked_for_again_after_a_fault(
    server: GitHubServer, session: Session
) -> None:
    server.faults = {1: answering(502), 2: answering(429), 3: redirecting(SIGNED, 302)}

    assert location(session) == SIGNED
    assert session.waits[:2] == [1, 120]


def test_an_artifact_that_is_gone_has_no_address(server: GitHubServer, session: Session) -> None:
    server.faults = {1: giving(json_answer(410, {"message": "Artifact has expired"}))}

    with pytest.raises(Rejection, match="Artifact has expired") as rejection:
        location(session)
    assert rejection.value.status == 410


@pytest.mark.parametrize("status", [302, 304])
def test_a_redirect_without_an_address(server: GitHubServer, session: Session, status: int) -> None:
    server.faults = {1: answering(status)}

    with pytest.raises(Rejection, match=f"status {status}"):
        location(session)


def test_an_answer_in_place_of_an_address(server: GitHubServer, session: Session) -> None:
    server.faults = {1: answering(200, b"PK")}

    with pytest.raises(RunError, match="instead of a download URL"):
        location(session)


# --- Bodies

SEAT = {"created_at": "2026-01-02T03:04:05Z", "assignee": {"id": 1, "login": "person-0001"}}


def page(**changes: object) -> bytes:
    return json.dumps({"total_seats": 1, "seats": [{**SEAT, **changes}]}).encode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"null", "Expected `object`, got `null`"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "`seats`"),
        (b'{"message": "ok"}', "`seats`"),
        (b'{"seats": null}', "`seats`"),
        (b'{"seats": 7}', "`$.seats`"),
        (b'{"total_seats": 1}', "`seats`"),
        (b'{"seats": [], "total_seats": -1}', "`$.total_seats`"),
        (b'{"seats": [], "total_seats": "1"}', "`$.total_seats`"),
        (b'{"seats": [], "total_seats": 1.5}', "`$.total_seats`"),
        (b'{"seats": [], "total_seats": 1e400}', "`$.total_seats`"),
        (b'{"seats": [], "total_seats": %s}' % (b"9" * 5000), "`$.total_seats`"),
        (b'{"seats": [{}]}', "`created_at`"),
        (page(assignee={"id": 2**63, "login": "x"}), "`$.seats[0].assignee.id`"),
        (page(assignee={"id": -1, "login": "x"}), "`$.seats[0].assignee.id`"),
        (page(assignee={"id": 1, "login": 7}), "`$.seats[0].assignee.login`"),
        (page(created_at="2026-01-02T03:04:05"), "`$.seats[0].created_at`"),
        (page(last_activity_at="10000-01-01T00:00:00Z"), "`$.seats[0].last_activity_at`"),
        (page(last_activity_at=0), "`$.seats[0].last_activity_at`"),
        (page(assigning_team=[]), "`$.seats[0].assigning_team`"),
    ],
)
def test_an_answer_of_another_shape_is_told_by_its_field_at_once(
    server: GitHubServer, session: Session, body: bytes, field: str
) -> None:
    server.faults = {1: answering(200, body)}

    failure = session.failure()

    assert "does not have the documented structure" in failure
    assert field in failure
    assert session.waits == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"seats": []} and more',
        b'{"seats": [], "more": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"more": ' * 10_000 + b"1" + b"}" * 10_000,
        page()[:-1],
        page(assignee={"id": 1, "login": "\ud800"}),
        page(assignee={"id": 1, "login": "x"}).replace(b'"x"', b'"\xff"'),
        page().decode().encode("utf-16"),
        b"\x00" * 1000,
    ],
)
def test_what_is_no_json_is_asked_for_again_and_then_told(
    server: GitHubServer, session: Session, body: bytes
) -> None:
    server.faults = {number: answering(200, body) for number in range(1, 7)}

    failure = session.failure()

    assert "failed 6 times; the last time: the response is" in failure


WEB_PAGE = b"\n<!DOCTYPE html><html>"


def test_a_web_page_in_place_of_the_api_is_told_by_name_within_seconds(
    server: GitHubServer, session: Session
) -> None:
    server.faults = {number: answering(200, WEB_PAGE) for number in range(1, 7)}

    failure = session.failure()

    assert failure.startswith(
        "Page 1 failed 3 times; the last time: 127.0.0.1 answered with a web page (HTML)"
    )
    assert "Check `api-url`" in failure
    assert "githubstatus" not in failure
    assert session.waits == [1, 2]


def test_a_web_page_where_github_has_answered_before_is_an_incident(
    server: GitHubServer, session: Session
) -> None:
    session.read()
    server.faults = {number: answering(200, WEB_PAGE) for number in range(2, 8)}

    assert "failed 6 times; the last time: the response is HTML" in session.failure()


def deflated(body: bytes) -> Answer:
    return Answer(200, zlib.compress(body), {"Content-Encoding": "deflate"})


def twice_gzipped(body: bytes) -> Answer:
    return Answer(200, gzip.compress(gzip.compress(body)), {"Content-Encoding": "gzip, gzip"})


@pytest.mark.parametrize("encoded", [deflated, twice_gzipped])
def test_a_compression_that_was_not_asked_for_is_not_undone(
    server: GitHubServer, session: Session, encoded: Callable[[bytes], Answer]
) -> None:
    server.faults = {1: changing(lambda answer: encoded(answer.body))}

    session.read()

    assert "has a compression that was not requested" in session.said[0]


def test_what_says_that_it_is_gzip_and_is_not(server: GitHubServer, session: Session) -> None:
    server.faults = {1: answering(200, page(), Content_Encoding="gzip")}

    session.read()

    assert "could not be decompressed" in session.said[0]


@pytest.mark.parametrize("fault", [bomb(100), answering(200, b" " * 100_000_000)])
def test_a_page_of_a_hundred_megabytes_is_not_taken(
    server: GitHubServer, session: Session, fault: TransientError
) -> None:
    server.faults = {1: fault}

    assert "larger than 16 MiB" in session.failure()
    assert session.waits == []


def test_a_huge_error_is_told_in_few_words(server: GitHubServer, session: Session) -> None:
    server.faults = {1: giving(json_answer(403, {"message": "word\n" * 1_000_000}))}

    failure = session.failure()

    assert len(failure) < 2_000
    assert "\n" not in failure


# --- Links


def test_the_links_of_an_answer_are_those_of_all_its_headers(
    server: GitHubServer, session: Session
) -> None:
    answer = Answer(200, page(), {"Link": '<a?x=1,2>; REL="next last", <b>; rel=first'})
    server.faults = {1: giving(answer)}

    links = session.github.get(
        session.github.url(PATH), SEAT_PAGE, what="Page 1", endpoint=SEATS
    ).links

    assert links == {"next": "a?x=1,2", "last": "a?x=1,2", "first": "b"}


def test_a_link_header_that_cannot_be_read_is_asked_for_again(
    server: GitHubServer, session: Session
) -> None:
    answer = giving(Answer(200, page(), {"Link": '<a>; rel="next'}))
    server.faults = {1: answer}

    session.read()

    assert session.waits == [1]
    assert "Link header is not valid" in session.said[0]
