"""Files behind signed addresses, from a server that can go wrong in every way."""

import gzip
from collections.abc import Iterator

import httpx
import pytest

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.download import MAX_SECONDS, DownloadError, Hosts, download
from copilot_seat_report.http.retry import RetryPolicy
from tests.clock import FakeClock
from tests.loopback import (
    TRANSPORT_FAULTS,
    Answer,
    LoopbackServer,
    Request,
    TransientError,
    answering,
    bomb,
    silence,
    stall,
)
from tests.network import network

BLOBS = Hosts(("*.blob.core.windows.net",))
HERE = Hosts(BLOBS.names, loopback=True)
SIGNATURE = "?sig=the-signature"
CONTENT = bytes(range(256)) * 400


class FileServer(LoopbackServer):
    """Gives one file, gzipped to whom that suits, as long as the address is signed."""

    def respond(self, request: Request) -> Answer:
        if not request.target.endswith(SIGNATURE):
            return Answer(403, b"<Error>AuthenticationFailed</Error>")
        return Answer(200, CONTENT, zipped=gzip.compress(CONTENT))


class Session:
    """A client without credentials, and what it did: `said` in the log, `clock.slept`."""

    def __init__(self, server: FileServer) -> None:
        self.server = server
        self.clock = FakeClock()
        self.said: list[str] = []
        self.sizes: list[int] = []

    def read(self, *, max_bytes: int = 2**20, max_seconds: float = MAX_SECONDS) -> bytes:
        with network().client(timeout=httpx.Timeout(0.3)) as client:
            return download(
                f"{self.server.url}/file{SIGNATURE}",
                self._whole,
                client=client,
                hosts=HERE,
                what="The file",
                retry_policy=RetryPolicy(self.clock, self.said.append),
                max_bytes=max_bytes,
                max_seconds=max_seconds,
            )

    def _whole(self, chunks: Iterator[bytes]) -> bytes:
        content = b""
        for chunk in chunks:
            content += chunk
            self.sizes.append(len(chunk))
        return content

    def failure(self, *, max_bytes: int = 2**20, max_seconds: float = MAX_SECONDS) -> RunError:
        with pytest.raises(RunError) as failure:
            self.read(max_bytes=max_bytes, max_seconds=max_seconds)
        assert "the-signature" not in str(failure.value)
        assert "the-signature" not in "".join(self.said)
        return failure.value


@pytest.fixture
def session() -> Iterator[Session]:
    with FileServer() as server:
        yield Session(server)


def test_a_file_comes_in_chunks_and_without_credentials(session: Session) -> None:
    assert session.read() == CONTENT
    (request,) = session.server.requests
    assert request.method == "GET"
    assert "authorization" not in request.headers
    assert "cookie" not in request.headers
    assert max(session.sizes) <= 2**17


@pytest.mark.parametrize("fault", TRANSPORT_FAULTS.values(), ids=TRANSPORT_FAULTS)
def test_a_transient_error_is_outlasted(session: Session, fault: TransientError) -> None:
    session.server.faults = {1: fault, 2: fault}
    first = session.read()
    # What can be told from the file by its content alone is for the reader to find.
    if fault in (
        TRANSPORT_FAULTS[name] for name in ("not JSON", "empty body", "HTML in its place")
    ):
        assert first != CONTENT
    else:
        assert first == CONTENT
        assert len(session.clock.slept) == 2


@pytest.mark.parametrize("fault", [stall, silence])
def test_a_file_that_does_not_come_is_asked_for_again(
    session: Session, fault: TransientError
) -> None:
    session.server.faults = {1: fault}
    assert session.read() == CONTENT
    assert "no response in time" in session.said[0]


def test_a_file_that_trickles_in_is_given_up(session: Session) -> None:
    assert "the file was not complete after 0 s" in str(session.failure(max_seconds=0))


def test_a_server_that_stays_down_ends_in_an_error(session: Session) -> None:
    session.server.faults = dict.fromkeys(range(1, 7), answering(503))
    assert "answered with status 503" in str(session.failure())


def test_the_wait_that_a_server_asks_for_is_kept_to(session: Session) -> None:
    session.server.faults = {1: answering(429, Retry_After="7")}
    assert session.read() == CONTENT
    assert 7 <= session.clock.slept[0] <= 8


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_final_and_says_its_status(session: Session, status: int) -> None:
    session.server.faults = {1: answering(status)}
    failure = session.failure()
    assert isinstance(failure, DownloadError)
    assert failure.status == status
    assert len(session.server.requests) == 1


def test_a_redirect_is_not_followed(session: Session) -> None:
    session.server.faults = {1: answering(302, Location=f"{session.server.url}/elsewhere")}
    assert "answered with status 302" in str(session.failure())
    assert len(session.server.requests) == 1


def test_a_file_of_the_greatest_size_is_read_and_a_larger_one_is_not(session: Session) -> None:
    assert session.read(max_bytes=len(CONTENT)) == CONTENT
    assert "larger than" in str(session.failure(max_bytes=len(CONTENT) - 1))


def test_a_file_that_only_decompressed_is_large_is_not_read(session: Session) -> None:
    session.server.faults = {1: bomb(megabytes=64)}
    assert "larger than 1 MiB" in str(session.failure())
    assert sum(session.sizes) <= 2**20


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip"])
def test_a_compression_that_was_not_asked_for_is_not_undone(
    session: Session, encoding: str
) -> None:
    session.server.faults = {1: answering(200, b"anything", Content_Encoding=encoding)}
    assert session.read() == CONTENT
    assert "was not requested" in session.said[0]


def test_a_body_that_is_not_what_its_head_says_is_asked_for_again(session: Session) -> None:
    session.server.faults = {1: answering(200, b"not gzip", Content_Encoding="gzip")}
    assert session.read() == CONTENT
    assert "the response is not valid (DecodingError)" in session.said[0]


@pytest.mark.parametrize(
    "url",
    [
        "https://account1.blob.core.windows.net/container/file?sig=the-signature",
        "https://ACCOUNT1.Blob.core.windows.net/file?sig=the-signature",
        "https://account1.blob.core.windows.net:443/file?sig=the-signature",
    ],
)
def test_an_address_on_an_allowed_host_is_asked(url: str) -> None:
    assert BLOBS.checked(url, "The file").host == "account1.blob.core.windows.net"


@pytest.mark.parametrize(
    "url",
    [
        "http://account1.blob.core.windows.net/file?sig=the-signature",
        "https://account1.blob.core.windows.net:8443/file?sig=the-signature",
        "https://a.b.blob.core.windows.net/file?sig=the-signature",
        "https://blob.core.windows.net/file?sig=the-signature",
        "https://account1.blob.core.windows.net.example.com/file?sig=the-signature",
        "https://example.com/account1.blob.core.windows.net?sig=the-signature",
        "https://account1-blob.core.windows.net/file?sig=the-signature",
        "https://user:password@account1.blob.core.windows.net/file?sig=the-signature",
        "https://account1.blob.core.windows.net@example.com/file?sig=the-signature",
        "http://127.0.0.1:10000/file?sig=the-signature",
        "https://127.0.0.1/file?sig=the-signature",
        "http://169.254.169.254/latest/meta-data?sig=the-signature",
        "file:///etc/passwd?sig=the-signature",
        "/relative?sig=the-signature",
        "https://[account1.blob.core.windows.net/?sig=the-signature",
        "https://account1.blob.core.windows.net:port/?sig=the-signature",
        "https://\u2024.blob.core.windows.net/?sig=the-signature",
        "",
    ],
)
def test_no_other_address_is_asked(url: str) -> None:
    with pytest.raises(DownloadError, match="The file: GitHub's response leads to") as failure:
        BLOBS.checked(url, "The file")
    assert "the-signature" not in str(failure.value)
    assert "password" not in str(failure.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"])
def test_this_machine_is_asked_where_that_is_allowed(url: str) -> None:
    assert HERE.checked(url, "The file").port == 1


@pytest.mark.parametrize("url", ["http://example.com/", "http://10.0.0.1/"])
def test_no_other_machine_is_asked_by_plain_http(url: str) -> None:
    with pytest.raises(DownloadError):
        HERE.checked(url, "The file")
