"""A company's proxy: it re-signs TLS with an authority of its own, and may demand a password."""

import base64
import select
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates for any host; `pem` is the file with its own.

    As many companies' do, its certificate leaves out what RFC 5280 asks for.
    """

    def __init__(self, folder: Path, name: str = "The company's authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.pem = folder / "authority.pem"
        certificate = self._builder(self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=False
        )
        self.pem.write_bytes(_encoded(certificate.sign(self._key, hashes.SHA256())))

    def context(self, host: str) -> ssl.SSLContext:
        """What a server that calls itself by that name answers with."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        is_address = host.replace(".", "").isdigit()
        named = x509.IPAddress(ip_address(host)) if is_address else x509.DNSName(host)
        certificate = (
            self._builder(name, key)
            .add_extension(x509.SubjectAlternativeName([named]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        pem = self._folder / f"{host}.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + _encoded(certificate)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def _builder(self, name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder(self._name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )


def _encoded(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class Proxy:
    """A proxy that leads every host to one server, which speaks plain http.

    `asked` has each CONNECT's target. `status` other than 200 is its answer to all.
    """

    def __init__(
        self, to_port: int, authority: Authority, *, password: str = "", status: int = 200
    ) -> None:
        self.asked: list[str] = []
        self.to_port = to_port
        self.authority = authority
        self.password = password
        self.status = status
        self._listener = _Listener(("127.0.0.1", 0), _Handler)
        self._listener.proxy = self
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._listener.server_address[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy


class _Handler(BaseHTTPRequestHandler):
    server: _Listener

    def do_CONNECT(self) -> None:
        proxy = self.server.proxy
        proxy.asked.append(self.path)
        expected = base64.b64encode(f"worker:{proxy.password}".encode()).decode()
        if proxy.password and self.headers.get("Proxy-Authorization") != f"Basic {expected}":
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="company"')
            self.end_headers()
            return
        self.send_response(proxy.status)
        self.end_headers()
        self.close_connection = True
        if proxy.status == 200:
            host = self.path.rpartition(":")[0]
            with (
                suppress(OSError),  # who does not trust the certificate hangs up
                proxy.authority.context(host).wrap_socket(
                    self.connection, server_side=True
                ) as near,
                socket.create_connection(("127.0.0.1", proxy.to_port)) as far,
            ):
                _pass_on(near, far)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""


def _pass_on(near: ssl.SSLSocket, far: socket.socket) -> None:
    """Pass on what either side sends, until one of them ends."""
    while True:
        readable = [near] if near.pending() else select.select([near, far], [], [])[0]
        for source in readable:
            piece = source.recv(65536)
            if not piece:
                return
            (far if source is near else near).sendall(piece)
