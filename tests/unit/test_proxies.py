"""Which proxy a host is reached through."""

from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.errors import ServiceError
from copilot_seat_report.http.proxies import Proxies

API = httpx.URL("https://api.github.com/orgs/acme")
PROXY = "http://proxy.corp:3128"


def proxy_of(url: httpx.URL | str = API, **environment: str) -> str | None:
    proxy = Proxies.of(environment).proxy_for(httpx.URL(url))
    return proxy.shown if proxy else None


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_variables(variable: str) -> None:
    assert proxy_of(**{variable: PROXY}) == f"{PROXY} ({variable})"


def test_the_first_that_is_not_empty_holds() -> None:
    all_of_them = {"ALL_PROXY": "http://c", "all_proxy": "http://b", "HTTPS_PROXY": "http://a"}

    assert proxy_of(**all_of_them, https_proxy=" ") == "http://a (HTTPS_PROXY)"
    assert proxy_of(HTTPS_PROXY="", HTTP_PROXY=PROXY, http_proxy=PROXY) is None
    assert proxy_of() is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("proxy.corp:3128", PROXY),
        ("proxy.corp", "http://proxy.corp"),
        ("HTTP://Proxy.Corp:3128/", PROXY),
        (" http://proxy.corp:3128 ", PROXY),
        ("http://proxy.corp:3128/path?x", PROXY),
        ("https://proxy.corp:3128", "https://proxy.corp:3128"),
        ("http://worker:s3%40cret@proxy.corp:3128", PROXY),
        ("worker:s3cret@proxy.corp:3128", PROXY),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
    ],
)
def test_the_forms_of_an_address_none_of_which_shows_a_password(text: str, shown: str) -> None:
    assert proxy_of(HTTPS_PROXY=text) == f"{shown} (HTTPS_PROXY)"
    assert "cret" not in repr(Proxies.of({"HTTPS_PROXY": text}))
    assert "cret" not in repr(Proxies.of({"HTTPS_PROXY": text}).proxy_for(API))


@pytest.mark.parametrize(
    "text",
    [
        "ftp://worker:s3cret@proxy.corp",
        "http://worker:s3cret@proxy.corp:port",
        "http://worker:s3cret@proxy.corp:99999",
        "http://worker:s3cret@proxy.corp:0",
        "http://worker:s3#cret@proxy.corp:3128",
        "http://",
        "http://s3cret@xn--a",
        "worker:s3\x00cret",
    ],
)
def test_what_is_not_the_address_of_a_proxy(text: str) -> None:
    with pytest.raises(ServiceError) as error:
        proxy_of(HTTPS_PROXY=text)

    assert str(error.value).startswith(
        "HTTPS_PROXY is not a URL such as http://proxy:3128, so GitHub cannot be reached"
    )
    assert "cret" not in str(error.value)


@pytest.mark.parametrize("scheme", ["socks4", "socks5", "socks5h"])
def test_a_socks_proxy_is_named_as_one(scheme: str) -> None:
    with pytest.raises(ServiceError, match=rf"^ALL_PROXY is .* a SOCKS proxy \({scheme}\), so"):
        proxy_of(ALL_PROXY=f"{scheme}://worker:s3cret@proxy.corp:1080")


def test_what_cannot_be_used_does_no_harm_where_it_is_not_needed() -> None:
    assert proxy_of(HTTPS_PROXY=PROXY, ALL_PROXY="socks5://proxy.corp") == f"{PROXY} (HTTPS_PROXY)"
    assert proxy_of(ALL_PROXY="socks5://proxy.corp", NO_PROXY="github.com") is None
    assert proxy_of("http://127.0.0.1:8000", HTTPS_PROXY="ftp://x") is None


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "127.0.0.1:8443", "LOCALHOST"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_this_machine_is_never_reached_through_a_proxy(scheme: str, host: str) -> None:
    assert proxy_of(f"{scheme}://{host}/", ALL_PROXY=PROXY, HTTPS_PROXY=PROXY) is None


@pytest.mark.parametrize(
    ("exceptions", "url"),
    [
        ("*", API),
        ("api.github.com", API),
        ("API.GitHub.com", API),
        ("github.com", API),
        (".github.com", API),
        ("*.github.com", API),
        ("github.com.", API),
        ("api.github.com:443", API),
        ("api.github.com:", API),
        ("corp.example, github.com", API),
        ("corp.example github.com", API),
        ("localhost,127.0.0.1,[::1],::1,fe80::/10,<local>,.corp,github.com", API),
        ("10.0.0.0/8", "https://10.1.2.3"),
        ("10.1.2.3", "https://10.1.2.3"),
        ("10.1.2.3:8443", "https://10.1.2.3:8443"),
        ("10.0.0.0/8:8443", "https://10.1.2.3:8443"),
        ("fd00::/8", "https://[fd00::1]"),
        ("[fd00::/8]", "https://[fd00::1]"),
        ("[fd00::1]:443", "https://[fd00::1]"),
        ("[fd00::1]", "https://[fd00::1]"),
        ("fd00::1", "https://[fd00::1]"),
        ("10.1.2.3/8", "https://10.9.9.9"),
    ],
)
def test_an_exception_that_covers(exceptions: str, url: httpx.URL | str) -> None:
    assert proxy_of(url, HTTPS_PROXY=PROXY, NO_PROXY=exceptions) is None
    assert proxy_of(url, HTTPS_PROXY=PROXY, no_proxy=exceptions, NO_PROXY="x") is None


@pytest.mark.parametrize(
    ("exceptions", "url"),
    [
        ("", API),
        (",", API),
        ("hub.com", API),
        ("api.github.com.evil", API),
        ("api.github.com:8443", API),
        ("api.github.com:https", API),
        ("<local>", API),
        (".", API),
        ("*:80", API),
        ("com:", "https://example.org"),
        ("10.0.0.0/8", API),
        ("10.0.0.0/8", "https://[fd00::1]"),
        ("10.0.0.0/99", "https://10.1.2.3"),
        ("1.2.3", "https://10.1.2.3"),
        ("fe80::/10", "https://[fd00::1]"),
        ("[::1]:x", "https://[fd00::1]"),
        ("[", "https://[fd00::1]"),
    ],
)
def test_an_exception_that_covers_something_else(exceptions: str, url: httpx.URL | str) -> None:
    assert proxy_of(url, HTTPS_PROXY=PROXY, NO_PROXY=exceptions) == f"{PROXY} (HTTPS_PROXY)"


@given(st.text(), st.sampled_from([API, httpx.URL("https://[fd00::1]:1"), httpx.URL("http://h")]))
def test_no_exception_ever_fails(exceptions: str, url: httpx.URL) -> None:
    Proxies.of({"HTTPS_PROXY": PROXY, "NO_PROXY": exceptions}).proxy_for(url)


@given(st.text())
def test_any_text_is_a_proxy_or_an_error(text: str) -> None:
    with suppress(ServiceError):
        proxy_of(HTTPS_PROXY=text)
