"""A socket in front of the engine's, for two requests that cost Podman 4 much time.

For `info`, it searches Debian's list of packages each time, and act asks ten to thirty times a run.
While it waits for a container, it polls without a pause, which takes a processor from that
container; a request of its own has an interval.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from tempfile import TemporaryDirectory
from threading import Thread

import httpx

# A client sends one request at a time, so that each begins a chunk.
_INFO = re.compile(rb"GET (/v[\d.]+/info) ")
_WAIT = re.compile(rb"POST /v[\d.]+/containers/(\w+)/wait[? ]")
_CHUNK = 65_536


@contextmanager
def quick(address: str) -> Iterator[str]:
    """Yield the address of a socket that passes everything on to the engine at `address`.

    Information is asked for once, and a request to wait for a container is passed on once that has
    stopped. An address that is not of a Unix socket is yielded as it is.
    """
    if not address.startswith("unix://"):
        yield address
        return
    engine = address.removeprefix("unix://")
    with TemporaryDirectory() as folder, _client(engine) as client:
        path = str(Path(folder, "engine.sock"))

        @cache
        def information(target: str) -> bytes:
            answer = client.get(target)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer.content)}\r\n"
            return f"{head}Content-Type: application/json\r\n\r\n".encode() + answer.content

        class Connection(BaseRequestHandler):
            request: socket.socket

            def handle(self) -> None:
                with socket.socket(socket.AF_UNIX) as behind:
                    behind.connect(engine)
                    answers = Thread(target=_pass_on, args=(behind, self.request), daemon=True)
                    answers.start()
                    while chunk := self.request.recv(_CHUNK):
                        if asked := _INFO.match(chunk):
                            self.request.sendall(information(asked[1].decode()))
                            continue
                        if wait := _WAIT.match(chunk):
                            _wait_until_stopped(client, wait[1].decode())
                        behind.sendall(chunk)
                    behind.shutdown(socket.SHUT_WR)
                    answers.join()

        with ThreadingUnixStreamServer(path, Connection) as server:
            server.daemon_threads = True
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            yield f"unix://{path}"
            server.shutdown()


def _client(engine: str) -> httpx.Client:
    return httpx.Client(
        transport=httpx.HTTPTransport(uds=engine), base_url="http://engine", timeout=None
    )


def _pass_on(answers: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):  # the client may be gone
        while chunk := answers.recv(_CHUNK):
            client.sendall(chunk)
        client.shutdown(socket.SHUT_WR)


def _wait_until_stopped(client: httpx.Client, container: str) -> None:
    """Return when the container has stopped, or at once if the engine is not Podman."""
    client.post(
        f"/v4.0.0/libpod/containers/{container}/wait",
        params={"condition": ["stopped", "exited"], "interval": "50ms"},
    )
