"""The whole action behind a company's proxy, and where the way to GitHub is wrong.

The errors are those of a process of its own: they come within seconds of the real clock.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.action import Action, Outcome
from tests.github_server import Organization
from tests.loopback import TRANSPORT_FAULTS
from tests.made_up import seats
from tests.proxy import Authority, Proxy

Step = Callable[..., Action]

SECONDS = 12  # of which three attempts take up to five, and Python's start on a busy machine some
API = "https://api.github.test"
COMPANY = {"NO_PROXY": "localhost,127.0.0.1,[::1],fe80::/10,<local>,.company.test"}


@pytest.fixture
def action(step: Step) -> Action:
    return step(Organization("acme", seats(120)), **COMPANY)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def proxy(action: Action, authority: Authority) -> Iterator[Proxy]:
    with Proxy(action.server.port, authority, password="s3cret") as proxy:
        action.environment["HTTPS_PROXY"] = f"http://worker:s3cret@{proxy.address}"
        yield proxy


def test_a_proxy_with_a_password_that_re_signs(
    action: Action, proxy: Proxy, authority: Authority
) -> None:
    action.server.known_as = API
    (action.workspace / "company.pem").write_bytes(authority.pem.read_bytes())

    outcome = action(api_url=API, ca_file="company.pem")

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["seats"] == "120"
    assert set(proxy.asked) == {"api.github.test:443"}
    assert "s3cret" not in outcome.log


def test_this_machine_is_reached_without_it(action: Action, proxy: Proxy) -> None:
    assert action().status == 0
    assert proxy.asked == []


def failed(action: Action, status: int = 1, **inputs: str) -> str:
    begun = time.monotonic()
    outcome: Outcome = action.start(formats="json", **inputs)

    assert time.monotonic() - begun < SECONDS
    assert outcome.status == status, outcome.log
    assert "s3cret" not in outcome.log
    assert "githubstatus" not in outcome.log
    return outcome.error


def test_a_proxys_certificate_that_nobody_vouches_for(action: Action, proxy: Proxy) -> None:
    error = failed(action, api_url=API)

    assert error.startswith("The certificate of api.github.test could not be verified (")
    assert "set `ca-file`" in error
    assert proxy.asked


def test_a_proxy_that_demands_a_password(action: Action, proxy: Proxy) -> None:
    action.environment["HTTPS_PROXY"] = f"http://{proxy.address}"

    error = failed(action, api_url=API)

    assert f"the proxy http://{proxy.address} (HTTPS_PROXY) requires a name and a password" in error


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("ALL_PROXY", "socks5://x:s3cret@proxy.test:1080", "ALL_PROXY is the URL of a SOCKS"),
        ("HTTPS_PROXY", "ftp://x:s3cret@proxy.test", "HTTPS_PROXY is not a URL such as http:"),
        ("HTTPS_PROXY", "http://x:s3cret@proxy.test:no", "HTTPS_PROXY is not a URL such as"),
        ("https_proxy", "x:s3cret@127.0.0.1:9", "the proxy http://127.0.0.1:9 (https_proxy): the"),
    ],
)
def test_a_proxy_that_cannot_be_used(action: Action, variable: str, text: str, words: str) -> None:
    action.environment[variable] = text

    assert words in failed(action, api_url=API)


def test_a_name_that_is_not_known(action: Action) -> None:
    assert "the name api.github.test could not be resolved" in failed(action, api_url=API)


def test_an_address_that_has_a_web_page(action: Action) -> None:
    action.server.faults = dict.fromkeys(range(1, 30), TRANSPORT_FAULTS["HTML in its place"])

    error = failed(action)

    assert "127.0.0.1 answered with a web page (HTML)" in error
    assert "Check `api-url`" in error


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR"])
def test_a_certificate_at_a_path_of_the_host(action: Action, variable: str) -> None:
    action.environment[variable] = "/etc/ssl/company.pem"

    error = failed(action, 2)

    assert error.startswith(f"{variable}: /etc/ssl/company.pem cannot be read (No such file")
    assert "does not exist in the action's container" in error
    assert action.server.requests == []


def test_a_ca_file_that_has_none(action: Action) -> None:
    (action.workspace / "company.pem").write_text("certificate")

    assert failed(action, 2, ca_file="company.pem").startswith("ca-file: company.pem has no cert")
    assert failed(action, 2, ca_file="other.pem").startswith(
        "ca-file: must be the path of an existing file"
    )
