"""A server on a loopback socket whose answers can go wrong in every way that real ones do.

`github_server` and `results_server` are built on it: they say what the right answer to a request
is; this module listens, keeps a record of the requests, and spoils those that a test wants spoilt.
"""

import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """A request as it came in; `headers` have lower-case names."""

    number: int  # 1 is the first since the server started
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    zipped: bytes | None = None  # the body gzipped beforehand, for clients that take it


def json_answer(status: int, value: object, **headers: str) -> Answer:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, json.dumps(value).encode(), {**kind, **_named(headers)})


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    """Header names out of Python's names."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "GitHub.com"
    sys_version = ""
    wbufsize = -1  # an answer goes out in one piece
    disable_nagle_algorithm = True
    server: "_Listener"

    def handle(self) -> None:
        with suppress(ConnectionError):  # the client's right, and a fault's purpose
            super().handle()

    def handle_one_request(self) -> None:
        self.requestline, self.request_version, self.command = "", "", ""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        self.server.loopback.serve(self)

    def request_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def write(self, answer: Answer, *, part: float = 1.0) -> None:
        """Send the answer, or the head of it and that part of its body."""
        body, encoding = answer.body, {}
        if answer.zipped is not None and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, encoding = answer.zipped, {"Content-Encoding": "gzip"}
        self.send_response_only(answer.status)
        self.send_header("Server", self.version_string())
        if self.server.loopback.date:
            self.send_header("Date", self.server.loopback.date)
        for name, value in {**answer.headers, **encoding}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: int(len(body) * part)])
        self.wfile.flush()

    def drop(self, *, reset: bool = False) -> None:
        """Close the connection; with `reset`, by RST in place of FIN."""
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing: `LoopbackServer.requests` has it all."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    loopback: "LoopbackServer"


@dataclass(frozen=True)
class Exchange:
    """What a fault spoils: a request that came in, and the connection that waits for its answer."""

    handler: Handler
    request: Request
    server: "LoopbackServer"

    def right_answer(self) -> Answer:
        """Carry the request out."""
        return self.server.respond(self.request)


TransientError = Callable[[Exchange], None]


class LoopbackServer:
    """Base of the servers; `respond` is theirs.

    `faults` has what to do to which request, by its number; `changes` what to do just before one
    (the world goes on while a client reads).
    """

    def __init__(
        self, *, port: int = 0, latency: float = 0.0, context: ssl.SSLContext | None = None
    ) -> None:
        self._context = context  # for https
        self.latency = latency
        self.date = ""  # what its clock shows, as HTTP writes it; empty: it does not say
        self.requests: list[Request] = []
        self.faults: dict[int, TransientError] = {}
        self.changes: dict[int, Callable[[], None]] = {}
        self.most_in_flight = 0
        self.closing = threading.Event()
        self._in_flight = 0
        self._lock = threading.Lock()
        self._changing = threading.Lock()  # between listening and refusing
        self._listener: _Listener | None = None
        self._keeper: socket.socket | None = None
        self._bind(port)

    def respond(self, request: Request) -> Answer:
        raise NotImplementedError

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.closing.set()
        self.refuse()
        self._release()

    def refuse(self) -> None:
        """Stop listening: connections are refused until `accept`.

        The port stays taken meanwhile: else an outgoing connection might get it.
        """
        with self._changing:
            listener, self._listener = self._listener, None
            if listener is not None:
                listener.shutdown()
                listener.server_close()
                if not self.closing.is_set():
                    self._keeper = socket.socket()
                    self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    self._keeper.bind(("127.0.0.1", self._port))

    def accept(self) -> None:
        """Listen again, on the same port."""
        with self._changing:
            if self._listener is None and not self.closing.is_set():
                self._bind(self._port)
                self._release()

    def _release(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.close()

    def forget(self) -> None:
        """Start anew: no requests so far, no faults to come."""
        with self._lock:
            self.requests.clear()
            self.faults.clear()
            self.changes.clear()
            self.most_in_flight = 0

    def serve(self, handler: Handler) -> None:
        body = handler.request_body()
        with self._lock:
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
            request = Request(
                number=len(self.requests) + 1,
                method=handler.command,
                target=handler.path,
                headers={name.lower(): value for name, value in handler.headers.items()},
                body=body,
            )
            self.requests.append(request)
            change = self.changes.get(request.number)
            if change:
                change()
        try:
            if self.latency:
                time.sleep(self.latency)
            fault = self.faults.get(request.number)
            if fault:
                fault(Exchange(handler, request, self))
            else:
                handler.write(self.respond(request))
        finally:
            with self._lock:
                self._in_flight -= 1

    def _bind(self, port: int) -> None:
        listener = _Listener(("127.0.0.1", port), Handler)
        listener.loopback = self
        if self._context:
            listener.socket = self._context.wrap_socket(listener.socket, server_side=True)
        self._port: int = listener.server_address[1]
        self._listener = listener
        threading.Thread(
            target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()


# --- Faults


def reset(exchange: Exchange) -> None:
    """The connection is reset before anything is done."""
    exchange.handler.drop(reset=True)


def lost(exchange: Exchange) -> None:
    """The request is carried out, and its answer gets lost."""
    exchange.right_answer()
    exchange.handler.drop(reset=True)


def cut(exchange: Exchange) -> None:
    """The connection ends in the middle of the body."""
    answer = exchange.right_answer()
    exchange.handler.write(answer, part=0.5)
    exchange.handler.drop()


def stall(exchange: Exchange) -> None:
    """Half the body comes, then nothing more."""
    exchange.handler.write(exchange.right_answer(), part=0.5)
    exchange.server.closing.wait(60)
    exchange.handler.drop()


def silence(exchange: Exchange) -> None:
    """Not a byte comes."""
    exchange.server.closing.wait(60)
    exchange.handler.drop()


def refusing(seconds: float) -> TransientError:
    """The connection is dropped, and further ones are refused for a while."""

    def fault(exchange: Exchange) -> None:
        exchange.handler.drop(reset=True)
        exchange.server.refuse()
        timer = threading.Timer(seconds, exchange.server.accept)
        timer.daemon = True
        timer.start()

    return fault


def giving(answer: Answer) -> TransientError:
    """Another answer comes in place of the right one, which is not carried out."""
    return lambda exchange: exchange.handler.write(answer)


def answering(status: int, body: bytes | str = b"", **headers: str) -> TransientError:
    """`giving`, with the answer's parts; `Retry_After="1"` is the header Retry-After."""
    content = body.encode() if isinstance(body, str) else body
    return giving(Answer(status, content, _named(headers)))


def changing(change: Callable[[Answer], Answer]) -> TransientError:
    """The right answer comes, changed."""
    return lambda exchange: exchange.handler.write(change(exchange.right_answer()))


def changing_json(change: Callable[[Any], object]) -> TransientError:
    """The right answer comes with another value in its body."""

    def changed(answer: Answer) -> Answer:
        body = json.dumps(change(json.loads(answer.body))).encode()
        return Answer(answer.status, body, answer.headers)

    return changing(changed)


def bomb(megabytes: int) -> TransientError:
    """A body of that size that comes gzipped, in next to nothing."""
    content = gzip.compress(b" " * (megabytes * 1024 * 1024), compresslevel=1)
    return answering(200, content, Content_Encoding="gzip", Content_Type="application/json")


HTML = "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head></html>"

# What can befall any request to any service, without making a test wait.
TRANSPORT_FAULTS: Mapping[str, TransientError] = {
    "connection reset": reset,
    "answer lost": lost,
    "body cut short": cut,
    "not JSON": answering(200, "{'seats': …", Content_Type="application/json"),
    "empty body": answering(200, b"", Content_Type="application/json"),
    "HTML in its place": answering(200, HTML, Content_Type="text/html"),
    "500": answering(500),
    "502 with HTML": answering(502, HTML, Content_Type="text/html"),
    "503": answering(503),
    "504": answering(504),
}
