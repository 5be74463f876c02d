"""The run's artifact: one zip, straight to GitHub's Actions Results service.

There is no documented API for this. The protocol is that of GitHub's own client, @actions/artifact
(https://github.com/actions/toolkit/tree/main/packages/artifact), in its version 4: an artifact is
created by name, its zip goes in blocks to the signed address that the service answers with, and it
is finalized with its size and digest.
"""

import base64
import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote

import httpx
import msgspec

from copilot_seat_report import __version__
from copilot_seat_report.errors import RunError
from copilot_seat_report.http.loopback import is_loopback
from copilot_seat_report.http.retry import RetryPolicy, TransientError, retry_after
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log

BLOCK_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 256 * 1024
MAX_ANSWER_BYTES = 4 * 1024 * 1024
# A name that is taken is followed by name-2, name-3, …
NAMES_TRIED = 10
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
STORAGE_VERSION = "2021-08-06"
USER_AGENT = f"copilot-seat-report/{__version__}"
QUOTA_PAGE = "https://docs.github.com/en/billing/concepts/product-billing/github-actions"
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Artifact:
    """An artifact as the service took it: `digest` is `sha256:…` of the zip's `size` bytes."""

    id: str
    name: str
    digest: str
    size: int


def why_unavailable(runner: Runner) -> str | None:
    """Tell why this run has no artifact storage, in words that follow "because"; None if it has.

    Outside a workflow there is none, and GitHub Enterprise Server has none of this kind.
    """
    if not runner.runtime_token or not runner.results_url:
        return "this is no workflow run of GitHub Actions"
    host = httpx.URL(runner.server_url).host.lower()
    if host != "github.com" and not host.endswith((".ghe.com", ".localhost")):
        return f"GitHub Enterprise Server ({host}) does not support this kind of artifact"
    if not _is_safe(httpx.URL(runner.results_url)):
        return "the address of its service is plain http to another machine"
    return None


def upload_artifact(
    files: Mapping[str, Path],
    *,
    name: str,
    retention_days: int | None,
    runner: Runner,
    retry_policy: RetryPolicy,
    log: Log,
) -> Artifact:
    """Upload `files`, by their names in the zip, as one artifact of this workflow run.

    The same files make the same bytes. Where `name` is taken, the artifact of an earlier attempt
    of the run is replaced; one that may belong to another job of this attempt is not, and the next
    free name is taken (`Artifact.name`). `retention_days` beyond the repository's limit are cut.
    Raises RunError when the service refuses, or when waiting for it did not help.
    """
    with (
        tempfile.TemporaryFile() as archive,
        httpx.Client(timeout=TIMEOUT, headers={"User-Agent": USER_AGENT}) as http,
    ):
        _zip(files, archive)
        archive.seek(0)
        digest = "sha256:" + hashlib.file_digest(archive, "sha256").hexdigest()
        size = archive.tell()
        service = _Service(http, runner, retry_policy)
        name, address = _create(
            service,
            name,
            expires_at=_expiry(retention_days, runner, retry_policy, log),
            replace=runner.run_attempt > 1,
            log=log,
        )
        for secret in _signatures(address):
            log.mask(secret)
        log.info(f"Uploading the artifact {name} ({size:,} bytes)")
        _put_blob(http, address, archive, retry_policy)
        artifact_id = _finalize(service, name, size=size, digest=digest)
    return Artifact(id=artifact_id, name=name, digest=digest, size=size)


# --- The zip


def _zip(files: Mapping[str, Path], archive: IO[bytes]) -> None:
    """Write a zip whose bytes depend on the names and contents alone."""
    with zipfile.ZipFile(archive, "w") as zipped:
        for name in sorted(files):
            # ZipInfo's own date is 1980-01-01; the report's time stands in the report.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it runs, so that the mode counts
            entry.external_attr = 0o100644 << 16
            entry.file_size = files[name].stat().st_size
            with files[name].open("rb") as source, zipped.open(entry, "w") as target:
                while chunk := source.read(PIECE_BYTES):
                    target.write(chunk)


# --- The service


class _Rejection(Exception):
    """An answer that another try would not change."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}".strip())
        self.status = status


class _Service:
    """The methods of github.actions.results.api.v1.ArtifactService, as Twirp's JSON."""

    def __init__(self, http: httpx.Client, runner: Runner, retry_policy: RetryPolicy) -> None:
        """Take the ids of run and job out of the runner's token; raises RunError without them."""
        self.run_id, self.job_id = _backend_ids(runner.runtime_token)
        self.retry_policy = retry_policy
        self._http = http
        self._token = runner.runtime_token
        origin = httpx.URL(runner.results_url).copy_with(path="/", query=None, fragment=None)
        self._url = origin.join("twirp/github.actions.results.api.v1.ArtifactService/")

    def call(self, method: str, **fields: object) -> dict[str, Any]:
        """Call a method, again after a transient error; raises _Rejection or RunError."""
        return self.retry_policy.attempt(
            f"The artifact service ({method})", lambda: self.call_once(method, **fields)
        )

    def call_once(self, method: str, **fields: object) -> dict[str, Any]:
        """Call a method; raises TransientError for what may pass, else _Rejection."""
        body = {
            "workflow_run_backend_id": self.run_id,
            "workflow_job_run_backend_id": self.job_id,
            # A field that is not set is left out, as in GitHub's own client.
            **{key: value for key, value in fields.items() if value is not None},
        }
        response, content = _send(
            self._http,
            "POST",
            self._url.join(method),
            content=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        answer = _decoded(content)
        if response.status_code != 200:
            said = [str(answer.get(key, "")) for key in ("code", "msg")] if answer else []
            _raise_for(response, content, " ".join(said))
        if answer is None:
            raise TransientError("an answer that is not a JSON object")
        if answer.get("ok", True) is not True:
            raise _Rejection(response.status_code, "not ok")
        return answer

    def find(self, name: str) -> dict[str, Any] | None:
        """Do as `find_once`, again after a fault."""
        return self.retry_policy.attempt(
            "The artifact service (ListArtifacts)", lambda: self.find_once(name)
        )

    def find_once(self, name: str) -> dict[str, Any] | None:
        """Return the newest artifact of that name in this run, as the service lists it."""
        listed = self.call_once("ListArtifacts", name_filter=name).get("artifacts", [])
        named = [
            artifact
            for artifact in (listed if isinstance(listed, list) else [])
            if isinstance(artifact, dict) and artifact.get("name") == name
        ]
        return max(named, key=_database_id, default=None)


def _create(
    service: _Service, name: str, *, expires_at: str | None, replace: bool, log: Log
) -> tuple[str, httpx.URL]:
    """Create the artifact and return the name it got, with the signed address for its zip."""

    def create(candidate: str) -> httpx.URL | None:
        try:
            answer = service.call(
                "CreateArtifact", name=candidate, expires_at=expires_at, version=4
            )
        except _Rejection as refused:
            if refused.status == 409:
                return None
            raise RunError(_refused(f"create the artifact {candidate!r}", refused)) from refused
        return _signed_address(answer)

    candidates = [name, *(f"{name}-{number}" for number in range(2, NAMES_TRIED + 1))]
    for candidate in candidates:
        address = create(candidate)
        if address is None and replace and _delete(service, candidate):
            log.info(f"Deleted the artifact {candidate} of an earlier attempt of this run")
            address = create(candidate)
        if address is not None:
            if candidate != name:
                log.notice(f"This run has an artifact {name!r} already; this one is {candidate!r}.")
            return candidate, address
    raise RunError(
        f"This run has artifacts of all the names from {name!r} to {candidates[-1]!r} already. "
        "Nothing was published. Give each job another `artifact-name`, or start a new run in place "
        "of another attempt."
    )


def _delete(service: _Service, name: str) -> bool:
    """Delete the artifact of that name, if it is an earlier attempt's; tell whether it was.

    A job has another id in each attempt, so one with this job's own id is from this attempt. An
    artifact that was never finalized keeps its name and is not listed: nothing can be done then.
    """
    try:
        found = service.find(name)
        if found is None or _field(found, "workflow_job_run_backend_id") == service.job_id:
            return False
        service.call(
            "DeleteArtifact",
            workflow_run_backend_id=_field(found, "workflow_run_backend_id"),
            workflow_job_run_backend_id=_field(found, "workflow_job_run_backend_id"),
            name=name,
        )
    except _Rejection as refused:
        # Not there: deleted by a call whose answer got lost.
        return refused.status == 404
    return True


def _finalize(service: _Service, name: str, *, size: int, digest: str) -> str:
    """Finalize the artifact and return its id.

    A call that timed out may have been carried out, and a second one would make a second artifact
    (https://github.com/actions/upload-artifact/issues/531): so the list is looked at first.
    """
    calls = 0

    def finalized() -> str | None:
        try:
            found = service.find_once(name)
        except _Rejection as refused:
            raise RunError(
                f"GitHub did not tell whether it took the artifact {name!r} ({refused}): the run's "
                "page shows it, whole, if it did. Nothing else was published. Run the job again."
            ) from refused
        if found is None or _field(found, "workflow_job_run_backend_id") != service.job_id:
            return None
        return str(_database_id(found) or "") or None

    def send() -> str:
        nonlocal calls
        calls += 1
        if calls > 1 and (known := finalized()):
            return known
        try:
            answer = service.call_once("FinalizeArtifact", name=name, size=str(size), hash=digest)
        except _Rejection as refused:
            if calls > 1 and (known := finalized()):
                return known
            raise RunError(_refused(f"finalize the artifact {name!r}", refused)) from refused
        artifact_id = str(_field(answer, "artifact_id") or "")
        if not artifact_id:
            raise RunError(_unknown_shape("artifact_id"))
        return artifact_id

    return service.retry_policy.attempt("The artifact service (FinalizeArtifact)", send)


def _signed_address(answer: Mapping[str, Any]) -> httpx.URL:
    try:
        address = httpx.URL(_field(answer, "signed_upload_url") or "")
    except (httpx.InvalidURL, TypeError) as error:
        raise RunError(_unknown_shape("signed_upload_url")) from error
    if not address.host:
        raise RunError(_unknown_shape("signed_upload_url"))
    if not _is_safe(address):
        raise RunError(
            "The artifact service wants the report sent over plain http to another machine. "
            "It was not sent, and nothing was published."
        )
    return address


# --- The blob


def _put_blob(
    http: httpx.Client, address: httpx.URL, archive: IO[bytes], retry_policy: RetryPolicy
) -> None:
    """Put the archive's blocks, then the list of them, which makes them the blob."""
    size = archive.seek(0, io.SEEK_END)
    block_ids: list[str] = []
    for start in range(0, size, BLOCK_BYTES):
        # The ids of one blob are all of one length.
        block_ids.append(base64.b64encode(f"block-{len(block_ids):08}".encode()).decode())
        length = min(BLOCK_BYTES, size - start)
        _put(
            http,
            address,
            f"comp=block&blockid={quote(block_ids[-1], safe='')}",
            partial(_pieces, archive, start, length),
            what=f"Uploading block {len(block_ids)} of the artifact",
            retry_policy=retry_policy,
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(length)},
        )
    listed = "".join(f"<Latest>{block_id}</Latest>" for block_id in block_ids)
    document = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{listed}</BlockList>'.encode()
    _put(
        http,
        address,
        "comp=blocklist",
        lambda: document,
        what="Completing the upload of the artifact",
        retry_policy=retry_policy,
        headers={"Content-Type": "application/xml", "x-ms-blob-content-type": "application/zip"},
    )


def _pieces(archive: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    """Yield a part of the archive: no request has to hold the whole of it."""
    archive.seek(start)
    while length:
        piece = archive.read(min(PIECE_BYTES, length))
        length -= len(piece)
        yield piece


def _put(
    http: httpx.Client,
    address: httpx.URL,
    operation: str,
    content: Callable[[], bytes | Iterator[bytes]],
    *,
    what: str,
    retry_policy: RetryPolicy,
    headers: Mapping[str, str],
) -> None:
    # The query is signed as it stands: it is appended to, never taken apart and put together again.
    # The signature is all the authorization there is; a second one would be an error.
    query = b"&".join(part for part in (address.query, operation.encode()) if part)

    def send() -> None:
        response, answer = _send(
            http,
            "PUT",
            address.copy_with(query=query),
            content=content(),
            headers={"x-ms-version": STORAGE_VERSION, **headers},
        )
        if response.status_code != 201:
            code = re.search(rb"<Code>(\w{1,80})</Code>", answer)
            _raise_for(response, answer, code[1].decode() if code else "")

    try:
        retry_policy.attempt(what, send)
    except _Rejection as refused:
        raise RunError(_refused("take the artifact's zip", refused)) from refused


# --- One request


def _send(
    http: httpx.Client,
    method: str,
    url: httpx.URL,
    *,
    content: bytes | Iterator[bytes],
    headers: Mapping[str, str],
) -> tuple[httpx.Response, bytes]:
    """Send one request and return the answer with its body. No redirect is followed."""
    try:
        with http.stream(method, url, content=content, headers=headers) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise TransientError("an answer of a size that none should have")
            return response, bytes(body)
    except httpx.RequestError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise RunError(
                f"The certificate of {url.host} could not be verified: {error}. Behind a proxy "
                "with its own authority, set SSL_CERT_FILE to the file of its certificates."
            ) from error
        # Its text may hold the signed address: the kind of error says enough.
        raise TransientError(f"the connection failed ({type(error).__name__})") from error


def _raise_for(response: httpx.Response, content: bytes, said: str) -> None:
    """Raise what an answer that is no success means; `said` is what of it a person may see."""
    if b"insufficient usage" in content.lower():
        raise RunError(
            "The storage for artifacts is used up, so GitHub took none; nothing was published. "
            "Delete artifacts that are no longer needed, keep new ones for less long "
            "(`retention-days`), or raise the budget; GitHub counts anew every 6 to 12 hours. With "
            f"an empty `artifact-name` the report is made without an artifact. {QUOTA_PAGE}"
        )
    status = response.status_code
    # A 403 of something between here and the service is no answer of the service
    # (https://github.com/actions/toolkit/pull/2452); nor is a success of another kind.
    if (
        status in TRANSIENT
        or response.is_success
        or (status == 403 and b"Error from intermediary" in content)
    ):
        raise TransientError(f"status {status}", wait=retry_after(response.headers))
    raise _Rejection(status, " ".join(said.split())[:300])


def _refused(what: str, refused: _Rejection) -> str:
    return (
        f"GitHub's artifact service refused to {what} ({refused}). Nothing was published. Run the "
        "job again; if it stays, an empty `artifact-name` makes the report without an artifact."
    )


def _unknown_shape(field: str) -> str:
    return (
        f"GitHub's artifact service answered without a usable {field!r}. Nothing was published. "
        "Take the newest release of this action; if it stays, report it there."
    )


# --- Small things


def _backend_ids(token: str) -> tuple[str, str]:
    """Read the ids of the workflow run and of the job out of the runner's token."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        scopes = [scope.split(":") for scope in claims["scp"].split(" ")]
        (ids,) = [scope[1:] for scope in scopes if scope[0] == "Actions.Results"][:1]
        run_id, job_id = ids
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(
            "The runner's ACTIONS_RUNTIME_TOKEN does not name this run to the artifact service. "
            "Nothing was published. Update the runner; with an empty `artifact-name` the report is "
            "made without an artifact."
        ) from error
    return run_id, job_id


def _expiry(days: int | None, runner: Runner, retry_policy: RetryPolicy, log: Log) -> str | None:
    """Return when the artifact is to expire; None leaves it to the repository's own setting."""
    limit = runner.max_retention_days
    if days and limit and days > limit:
        log.warning(
            f"`retention-days` is {days}, and this repository keeps artifacts for {limit} days at "
            f"most: the artifact will be kept for {limit}."
        )
        days = limit
    if not days:
        return None
    return f"{retry_policy.clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def _signatures(address: httpx.URL) -> Iterator[str]:
    """Yield the forms in which the signature of a signed address may come to be printed."""
    for part in address.query.decode("ascii").split("&"):
        key, _, value = part.partition("=")
        if key == "sig" and value:
            yield from sorted({value, unquote(value), quote(unquote(value), safe="")})


def _field(answer: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401
    """Return a field by its snake_case name: some services answer in camelCase."""
    head, *rest = name.split("_")
    return answer.get(name, answer.get(head + "".join(word.title() for word in rest)))


def _database_id(artifact: Mapping[str, Any]) -> int:
    try:
        return int(_field(artifact, "database_id"))
    except (TypeError, ValueError):
        return 0


def _decoded(content: bytes) -> dict[str, Any] | None:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _is_safe(url: httpx.URL) -> bool:
    """Tell whether what is sent there stays between the two ends."""
    return url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
