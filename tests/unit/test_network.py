"""What goes wrong on the way to another machine, and how soon it is told."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from copilot_seat_report.errors import RunError, ServiceError
from copilot_seat_report.http.client import Network
from copilot_seat_report.http.retry import RetryPolicy, TransientError
from tests.clock import FakeClock
from tests.loopback import Answer, LoopbackServer, Request, cut, lost, silence
from tests.network import get, network
from tests.proxy import Authority, Proxy

API = "https://api.github.test/orgs/acme?sig=s3cret"


class Server(LoopbackServer):
    def respond(self, request: Request) -> Answer:
        return Answer(200, request.path.encode())


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def proxy(authority: Authority) -> Iterator[Proxy]:
    with Server() as server, Proxy(server.port, authority) as proxy:
        yield proxy


def through(address: str, authority: Authority, *, names_hosts: bool = True) -> Network:
    environment = {"HTTPS_PROXY": f"http://{address}", "NO_PROXY": "[::1],<local>,fe80::/10"}
    return Network.of(environment, authority.pem, names_hosts=names_hosts)


def test_a_proxy_that_re_signs(proxy: Proxy, authority: Authority) -> None:
    answer = get(through(proxy.address, authority), API)

    assert (answer.status_code, answer.text) == (200, "/orgs/acme")
    assert proxy.asked == ["api.github.test:443"]


def test_a_proxy_that_demands_a_password(proxy: Proxy, authority: Authority) -> None:
    proxy.password = "pass@word"

    for given in (
        f"http://worker:pass%40word@{proxy.address}",
        f"worker:pass@word@{proxy.address}",
    ):
        assert get(through(given.removeprefix("http://"), authority), API).status_code == 200


@pytest.mark.parametrize("given", ["", "worker:s3cret@"])
def test_a_proxy_that_does_not_take_the_password(
    proxy: Proxy, authority: Authority, given: str
) -> None:
    proxy.password = "another"

    with pytest.raises(ServiceError) as error:
        get(through(f"{given}{proxy.address}", authority), API)

    assert str(error.value) == (
        f"api.github.test could not be reached: the proxy http://{proxy.address} (HTTPS_PROXY) "
        "requires a name and a password, and did not accept those it got (407). Nothing was "
        "published. Set them in HTTPS_PROXY, percent-encoded and from a secret: "
        "http://NAME:PASSWORD@HOST:PORT."
    )


@pytest.mark.parametrize("status", [400, 403, 405])
def test_a_proxy_that_refuses(proxy: Proxy, authority: Authority, status: int) -> None:
    proxy.status = status

    with pytest.raises(
        ServiceError, match=rf"the proxy .* refused to connect \({status}\)"
    ) as error:
        get(through(proxy.address, authority), API)

    assert "docs/runners.md lists the hosts" in str(error.value)


def failure(call: Callable[[], object]) -> tuple[str, list[int]]:
    """Why it fails under the retry policy, and the waits before that."""
    clock, said = FakeClock(), list[str]()
    with pytest.raises(RunError) as error:
        RetryPolicy(clock, said.append).attempt("Page 1", call)
    assert "s3cret" not in "".join([str(error.value), *said])
    return str(error.value), [int(seconds) for seconds in clock.slept]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def listening(greeting: bytes | None) -> Iterator[str]:
    """Something other than a proxy, at that address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        if greeting:
                            connection.sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def assert_names_the_proxy(told: tuple[str, list[int]], address: str, *, how: str = "http") -> None:
    message, waits = told
    assert message.startswith(
        "Page 1 failed 3 times; the last time: api.github.test could not be reached through the "
        f"proxy {how}://{address} (HTTPS_PROXY): "
    )
    assert "Check HTTPS_PROXY and the proxy" in message
    assert "githubstatus" not in message
    assert waits == [1, 2]


def test_a_proxy_that_is_not_there(authority: Authority) -> None:
    address = f"127.0.0.1:{closed_port()}"
    way = through(f"worker:s3cret@{address}", authority)

    assert_names_the_proxy(failure(lambda: get(way, API)), address)


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x01\x00\x02\x02\x50", None]
)
def test_a_port_that_is_not_a_proxys(authority: Authority, greeting: bytes | None) -> None:
    with listening(greeting) as address:
        way = through(f"worker:s3cret@{address}", authority)

        assert_names_the_proxy(failure(lambda: get(way, API)), address)


def test_a_proxy_that_is_asked_by_tls_and_does_not_speak_it(
    proxy: Proxy, authority: Authority
) -> None:
    way = Network.of({"HTTPS_PROXY": f"https://{proxy.address}"}, authority.pem, names_hosts=True)

    assert_names_the_proxy(failure(lambda: get(way, API)), proxy.address, how="https")


def test_a_proxy_whose_name_is_not_known(authority: Authority) -> None:
    way = through("worker:s3cret@proxy.invalid:3128", authority)

    assert_names_the_proxy(failure(lambda: get(way, API)), "proxy.invalid:3128")


def test_a_proxy_that_cannot_reach_the_host(proxy: Proxy, authority: Authority) -> None:
    proxy.status = 502

    assert_names_the_proxy(
        failure(lambda: get(through(proxy.address, authority), API)), proxy.address
    )


def test_a_proxy_that_has_let_through_is_given_the_usual_time(
    proxy: Proxy, authority: Authority
) -> None:
    way = through(proxy.address, authority)
    get(way, API)
    proxy.status = 502

    message, waits = failure(lambda: get(way, API))

    assert waits == [1, 2, 4, 8, 16]
    assert "through the proxy http://127" in message
    assert "githubstatus" not in message


def test_where_nobody_is_named_neither_host_nor_proxy_is(
    proxy: Proxy, authority: Authority
) -> None:
    way = through(proxy.address, authority, names_hosts=False)
    proxy.status = 502
    told = [failure(lambda: get(way, API))[0]]
    proxy.status = 403
    told.append(failure(lambda: get(way, API))[0])
    proxy.password = "another"
    told.append(failure(lambda: get(way, API))[0])
    told.append(failure(lambda: get(replace(network(), names_hosts=False), API))[0])
    untrusted = replace(way, trusted=network().trusted)
    proxy.password, proxy.status = "", 200
    told.append(failure(lambda: get(untrusted, API))[0])

    for message in told:
        assert "github.test" not in message
        assert "127.0.0.1" not in message
    assert told[0].startswith(
        "Page 1 failed 3 times; the last time: GitHub's host could not be reached through the "
        "proxy of HTTPS_PROXY: the connection failed (ProxyError)."
    )
    assert told[4].startswith("The certificate of GitHub's host could not be verified. Nothing")


# --- Without a proxy


def test_httpx_reads_no_environment_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "[::1],fe80::/10")

    with Server() as server:
        assert get(network(), server.url).status_code == 200


def test_a_name_that_is_not_known_is_told_by_name_within_seconds() -> None:
    way = network()

    message, waits = failure(lambda: get(way, API))

    assert message.startswith(
        "Page 1 failed 3 times; the last time: the name api.github.test could not be resolved ("
    )
    assert "Check `api-url`, if it is set, and the runner's DNS servers." in message
    assert waits == [1, 2]


def test_a_name_that_was_known_before_is_given_the_usual_time() -> None:
    way = network()
    way.proven.add("api.github.test")

    assert failure(lambda: get(way, API))[1] == [1, 2, 4, 8, 16]


def test_a_host_that_cannot_be_reached_may_be_behind_a_firewall() -> None:
    way = network()
    url = f"http://127.0.0.1:{closed_port()}/"

    message, waits = failure(lambda: get(way, url))

    assert waits == [1, 2, 4, 8, 16]
    assert message.endswith(
        "https://www.githubstatus.com shows whether GitHub has an incident. docs/runners.md lists "
        "the hosts that a firewall or proxy must let through."
    )
    way.proven.add("127.0.0.1")
    assert failure(lambda: get(way, url))[0].endswith("GitHub has an incident.")


def test_what_does_not_speak_tls_is_told_within_seconds() -> None:
    with Server() as server:
        way = network()

        message, waits = failure(lambda: get(way, f"https://127.0.0.1:{server.port}"))

    assert "SSL" in message
    assert waits == [1, 2]


def test_what_fails_on_the_way_may_pass() -> None:
    with Server() as server:
        server.faults = {1: lost, 2: cut, 3: silence}
        with network().client(timeout=httpx.Timeout(0.3)) as client:
            for words in (
                r"the connection failed \(RemoteProtocolError|ReadError",
                r"the connection failed \(RemoteProtocolError: peer closed",
                r"no response in time \(ReadTimeout\)",
            ):
                with pytest.raises(TransientError, match=words) as fault:
                    client.get(f"{server.url}/{'long' * 10}")
                assert not fault.value.is_lasting


def test_a_header_that_cannot_be_sent_is_not_quoted() -> None:
    """An illegal value may be that of a token."""
    with (
        Server() as server,
        network().client(
            timeout=httpx.Timeout(5.0), headers={"Authorization": "s3\ncret"}
        ) as client,
        pytest.raises(TransientError, match=r"failed \(LocalProtocolError\)$"),
    ):
        client.get(server.url)


def test_one_connection_serves_many_requests_and_is_closed() -> None:
    connections = []

    class Counting(Server):
        def respond(self, request: Request) -> Answer:
            connections.append(request.headers)
            return super().respond(request)

    with Counting() as server:
        client = network().client(timeout=httpx.Timeout(5.0))
        for _ in range(3):
            client.get(server.url)
        client.close()
    assert len(connections) == 3
