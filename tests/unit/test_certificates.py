"""Whose certificates are trusted."""

import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import certifi
import pytest

from copilot_seat_report.errors import InputError, RunError
from copilot_seat_report.http.certificates import ssl_context
from copilot_seat_report.http.client import Network
from tests.loopback import Answer, LoopbackServer, Request
from tests.network import get
from tests.proxy import Authority

Ask = Callable[..., int]


class Server(LoopbackServer):
    def respond(self, request: Request) -> Answer:  # noqa: ARG002 the base's
        return Answer(204)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def ask(authority: Authority) -> Iterator[Ask]:
    """Ask a server that the authority vouches for; returns the answer's status."""
    with Server(context=authority.context("127.0.0.1")) as server:

        def status(ca_file: Path | None = None, **environment: str) -> int:
            network = Network.of(environment, ca_file, names_hosts=True)
            return get(network, f"https://127.0.0.1:{server.port}/").status_code

        yield status


def test_who_is_not_trusted_is_named_at_once_and_so_is_the_way_out(ask: Ask) -> None:
    with pytest.raises(RunError) as error:
        ask()

    assert str(error.value) == (
        "The certificate of 127.0.0.1 could not be verified (unable to get local issuer "
        "certificate). Nothing was published. Behind a proxy that re-signs TLS, set `ca-file` to "
        "its authority's certificate, a PEM file in the workspace."
    )


def test_a_file_of_the_users(ask: Ask, authority: Authority) -> None:
    assert ask(authority.pem) == 204


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])
def test_a_variable_with_a_file(ask: Ask, authority: Authority, variable: str) -> None:
    assert ask(**{variable: str(authority.pem)}) == 204


@pytest.mark.parametrize("suffix", ["pem", "crt", "cer"])
def test_a_variable_with_directories(
    ask: Ask, authority: Authority, tmp_path: Path, suffix: str
) -> None:
    (tmp_path / "certificates").mkdir()
    authority.pem.rename(tmp_path / "certificates" / f"company.{suffix}")
    (tmp_path / "certificates" / "another.pem").write_text("not a certificate")
    (tmp_path / "empty").mkdir()

    assert ask(SSL_CERT_DIR=f"{tmp_path / 'empty'}:{tmp_path / 'certificates'}") == 204


def test_a_directory_as_openssl_makes_them(ask: Ask, authority: Authority, tmp_path: Path) -> None:
    done = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", authority.pem],
        check=True,
        capture_output=True,
        text=True,
    )
    (tmp_path / "hashed").mkdir()
    authority.pem.rename(tmp_path / "hashed" / f"{done.stdout.strip()}.0")

    assert ask(SSL_CERT_DIR=str(tmp_path / "hashed")) == 204


def test_each_adds_to_the_others(authority: Authority, tmp_path: Path) -> None:
    usual = set(ssl_context({}, None).get_ca_certs(binary_form=True))
    certifis = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    certifis.load_verify_locations(certifi.where())
    assert set(certifis.get_ca_certs(binary_form=True)) <= usual

    for number, added in enumerate(
        ("ca_file", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR")
    ):
        (tmp_path / str(number)).mkdir()
        one = Authority(tmp_path / str(number), f"Authority {added}")
        place = str(one.pem.parent if added == "SSL_CERT_DIR" else one.pem)
        environment = {} if added == "ca_file" else {added: place}
        ca_file = one.pem if added == "ca_file" else authority.pem

        trusted = set(ssl_context(environment, ca_file).get_ca_certs(binary_form=True))

        assert usual < trusted
        assert ssl.PEM_cert_to_DER_cert(one.pem.read_text()) in trusted


def test_the_machines_own_file_where_its_directory_lacks_it(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    def built_for(file: Path, directory: Path) -> None:
        paths = SimpleNamespace(openssl_cafile=str(file), openssl_capath=str(directory))
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)

    built_for(authority.pem, tmp_path / "nothing")
    assert ask() == 204
    (tmp_path / "directory").mkdir()
    built_for(authority.pem, tmp_path / "directory")
    assert ask() == 204
    built_for(tmp_path / "nothing", tmp_path / "directory")
    with pytest.raises(RunError, match="could not be verified"):
        ask()


NOT_THERE = (
    r"cannot be read \(No such file or directory\)\. In a workflow, a path on the runner's machine "
    "does not exist in the action's container, which has only the workspace: .* `ca-file`"
)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR"])
def test_a_path_of_the_host_is_named_with_its_variable(variable: str) -> None:
    with pytest.raises(InputError, match=f"^{variable}: /etc/ssl/company {NOT_THERE}"):
        ssl_context({variable: "/etc/ssl/company"}, None)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\n", b"\x30\x82\x01", b"x"])
@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "ca-file"])
def test_what_is_not_a_certificate_is_named_with_its_variable(
    tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / "company.der"
    file.write_bytes(content)
    environment = {} if name == "ca-file" else {name: str(file)}

    with pytest.raises(InputError, match=f"^{name}: company.der has no certificate in PEM format"):
        ssl_context(environment, file if name == "ca-file" else None)


@pytest.mark.parametrize(
    ("name", "place", "shown"),
    [
        ("ca-file", "mona.pem", "the file has no certificate"),
        ("SSL_CERT_FILE", "mona.pem", "the file has no certificate"),
        ("NODE_EXTRA_CA_CERTS", "nothing-of-mona", "the file cannot be read"),
        ("SSL_CERT_DIR", "nothing-of-mona", "the directory cannot be read"),
    ],
)
def test_where_nobody_is_named_no_path_is(
    tmp_path: Path, name: str, place: str, shown: str
) -> None:
    (tmp_path / "mona.pem").write_text("certificate")
    path = tmp_path / place
    environment = {} if name == "ca-file" else {name: str(path)}

    with pytest.raises(InputError, match=f"^{name}: {shown}") as error:
        Network.of(environment, path if name == "ca-file" else None, names_hosts=False)

    assert "mona" not in str(error.value)
