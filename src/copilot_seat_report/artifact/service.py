"""The calls of GitHub's Actions Results service.

These are the methods of github.actions.results.api.v1.ArtifactService, as Twirp's JSON
(https://twitchtv.github.io/twirp/docs/spec_v7.html). This action never calls its method to delete
an artifact: one of the same name may belong to another job.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
import msgspec

from copilot_seat_report.artifact.requests import Rejection, is_safe, raise_for, refused, send
from copilot_seat_report.errors import ServiceError
from copilot_seat_report.http.retry import RetryPolicy, TransientError
from copilot_seat_report.runner.environment import Runner


def why_unavailable(runner: Runner) -> str | None:
    """Return why this run has no artifact storage, as words after "because"; None if it has one.

    There is none outside a workflow, and none of this kind on GitHub Enterprise Server.
    """
    if not runner.runtime_token or not runner.results_url:
        return "this is not a workflow run of GitHub Actions"
    host = httpx.URL(runner.server_url).host.lower()
    if host != "github.com" and not host.endswith((".ghe.com", ".localhost")):
        return f"GitHub Enterprise Server ({host}) does not support this kind of artifact"
    if not is_safe(httpx.URL(runner.results_url)):
        return "its service is on another machine over plain http"
    return None


class ArtifactService:
    """The artifact service, for one job."""

    def __init__(self, http: httpx.Client, runner: Runner, retry_policy: RetryPolicy) -> None:
        """Read the IDs of run and job from the runner's token; raises ServiceError without them."""
        ids = backend_ids(runner.runtime_token)
        if ids is None:
            raise ServiceError(
                "The runner's ACTIONS_RUNTIME_TOKEN does not identify this run to the artifact "
                "service.",
                "Update the runner, or set an empty `artifact-name` to make the report without an "
                "artifact.",
            )
        self.http = http
        self.retry_policy = retry_policy
        self._run_id, self._job_id = ids
        self._token = runner.runtime_token
        origin = httpx.URL(runner.results_url).copy_with(path="/", query=None, fragment=None)
        self._url = origin.join("twirp/github.actions.results.api.v1.ArtifactService/")

    def create(
        self, names: Iterable[str], *, mime_type: str | None, expires_at: str | None
    ) -> tuple[str, httpx.URL] | None:
        """Return the first of `names` that is free in this run, and the URL for its content.

        Returns None if all are taken. A `mime_type` is for a file that is not zipped: it needs
        version 7 of the protocol, which not every service supports; a zip only needs version 4.
        """
        for name in names:
            try:
                answer = self.retry_policy.attempt(
                    "The artifact service (CreateArtifact)",
                    lambda: self._call(
                        "CreateArtifact",
                        name=name,  # noqa: B023 called at once
                        expires_at=expires_at,
                        version=7 if mime_type else 4,
                        mime_type=mime_type,
                    ),
                )
            except Rejection as rejection:
                if rejection.status == 409:
                    continue
                raise refused(f"create the artifact {name!r}", rejection) from rejection
            return name, _signed_address(answer)
        return None

    def finalize(self, name: str, *, size: int, digest: str) -> str:
        """Return the ID of the artifact, finalized: from now on it can be seen.

        A call that timed out may have succeeded, and a second one would create a second artifact
        (https://github.com/actions/upload-artifact/issues/531), so a retry checks the list first.
        """
        calls = 0

        def send_once() -> str:
            nonlocal calls
            calls += 1
            if calls > 1 and (known := self._finalized(name)):
                return known
            try:
                answer = self._call("FinalizeArtifact", name=name, size=str(size), hash=digest)
            except Rejection as rejection:
                if calls > 1 and (known := self._finalized(name)):
                    return known
                raise refused(f"finalize the artifact {name!r}", rejection) from rejection
            artifact_id = str(_field(answer, "artifact_id") or "")
            if not artifact_id:
                raise _unknown_shape("artifact_id")
            return artifact_id

        return self.retry_policy.attempt("The artifact service (FinalizeArtifact)", send_once)

    def _finalized(self, name: str) -> str | None:
        """Return the ID of the newest artifact of that name if it is this job's."""
        try:
            listed = self._call("ListArtifacts", name_filter=name).get("artifacts", [])
        except Rejection as rejection:
            raise ServiceError(
                f"GitHub did not confirm whether it accepted the artifact {name!r} ({rejection}); "
                "if so, it is whole, and on the run's page.",
                "Run the job again.",
                effect="Nothing else was published.",
            ) from rejection
        named = [
            artifact
            for artifact in (listed if isinstance(listed, list) else [])
            if isinstance(artifact, dict) and artifact.get("name") == name
        ]
        newest = max(named, key=_database_id, default=None)
        if newest is None or _field(newest, "workflow_job_run_backend_id") != self._job_id:
            return None
        return str(_database_id(newest) or "") or None

    def _call(self, method: str, **fields: object) -> dict[str, Any]:
        """Return a method's response; raises TransientError or Rejection."""
        body = {
            "workflow_run_backend_id": self._run_id,
            "workflow_job_run_backend_id": self._job_id,
            # Fields that are not set are left out, as in GitHub's own client.
            **{key: value for key, value in fields.items() if value is not None},
        }
        response, content = send(
            self.http,
            "POST",
            self._url.join(method),
            content=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        answer = _decoded(content)
        if response.status_code != 200:
            parts = [str(answer.get(key, "")) for key in ("code", "msg")] if answer else []
            raise_for(response, content, " ".join(parts))
        if answer is None:
            raise TransientError("the response is not a JSON object")
        if answer.get("ok", True) is not True:
            raise Rejection(response.status_code, "not ok")
        return answer


def backend_ids(token: str) -> tuple[str, str] | None:
    """Return the service's IDs of run and job from the runner's token, or None.

    A job's ID differs in each attempt, and each job of a matrix has its own.
    """
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        scopes = [scope.split(":") for scope in claims["scp"].split(" ")]
        (ids,) = [scope[1:] for scope in scopes if scope[0] == "Actions.Results"][:1]
        run_id, job_id = ids
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return None
    return run_id, job_id


def _signed_address(answer: Mapping[str, Any]) -> httpx.URL:
    try:
        address = httpx.URL(_field(answer, "signed_upload_url") or "")
    except (httpx.InvalidURL, TypeError) as error:
        raise _unknown_shape("signed_upload_url") from error
    if not address.host:
        raise _unknown_shape("signed_upload_url")
    if not is_safe(address):
        raise ServiceError(
            "The artifact service asked to send the report over plain http to another machine. It "
            "was not sent.",
            "Find out what is between the runner and GitHub.",
        )
    return address


def _unknown_shape(field: str) -> ServiceError:
    return ServiceError(
        f"GitHub's artifact service answered without a usable {field!r}.",
        "Use the newest release of this action; if the error remains, report it there.",
    )


def _field(answer: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401
    """Return a field by its snake_case name; some services use camelCase."""
    head, *rest = name.split("_")
    return answer.get(name, answer.get(head + "".join(word.title() for word in rest)))


def _database_id(artifact: Mapping[str, Any]) -> int:
    try:
        return int(_field(artifact, "database_id"))
    except (TypeError, ValueError):
        return 0


_OBJECT = msgspec.json.Decoder(dict[str, Any])


def _decoded(content: bytes) -> dict[str, Any] | None:
    try:
        return _OBJECT.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
