"""GitHub's Actions Results service on a loopback socket, with Azurite behind its signed addresses.

It takes what GitHub's own client sends (npm @actions/artifact, which the tests hold against it) and
nothing else: a deletion, an unknown field, a number that is no string, a foreign id are refused as
protobuf's JSON and Twirp do (https://twitchtv.github.io/twirp/docs/spec_v7.html).
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx

from tests.blob_store import ACCOUNT, BlobStore
from tests.loopback import Answer, LoopbackServer, Request, json_answer

RUN_ID = "ce7f54c7-61c7-4aae-887f-30da475f5f1a"
JOB_ID = "ca395085-040a-526b-2ce8-bdc85f692774"
SERVICE = "/twirp/github.actions.results.api.v1.ArtifactService/"
INVALID_NAME = re.compile(r'["<>|:*?\r\n\\/]')
LIFETIME = timedelta(hours=1)
ZIP = "application/zip"

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Stored:
    """An artifact of a run; without a `database_id` its name is taken and nothing else."""

    run_id: str
    job_id: str
    name: str
    blob: str
    expires_at: str | None = None
    mime_type: str | None = None
    database_id: int | None = None
    size: int = 0
    digest: str = ""


class _Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = json_answer(status, {"code": code, "msg": message})


class ResultsServer(LoopbackServer):
    """`artifacts` is what was made so far; `camel_case` answers as act and Gitea do."""

    def __init__(self, store: BlobStore, *, camel_case: bool = False) -> None:
        self.store = store
        self.camel_case = camel_case
        self.artifacts: list[Stored] = []
        self._issued = 0
        self._store = httpx.Client(base_url=store.url, verify=False)
        self._tokens: dict[str, tuple[str, str]] = {}
        self._methods: Mapping[str, Callable[[str, str, Fields], dict[str, object]]] = {
            "CreateArtifact": self._create,
            "FinalizeArtifact": self._finalize,
            "ListArtifacts": self._list,
            "GetSignedArtifactURL": self._sign,
        }
        super().__init__()

    def close(self) -> None:
        super().close()
        self._store.close()

    def token(self, *, run_id: str = RUN_ID, job_id: str = JOB_ID) -> str:
        """A runner's token, for one job of one run."""
        scopes = f"Actions.GenericRead:00000000 Actions.Results:{run_id}:{job_id}"
        parts = [{"alg": "none", "typ": "JWT"}, {"iss": "made up", "scp": scopes}, {}]
        token = ".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
            for part in parts
        )
        self._tokens[token] = (run_id, job_id)
        return token

    def take(self, name: str, *, job_id: str = JOB_ID, finalized: bool = True) -> Stored:
        """Have an artifact of that name in the run: an earlier attempt's, or another job's."""
        stored = Stored(RUN_ID, job_id, name, self._new_blob(RUN_ID, job_id))
        if finalized:
            path = self.store.signed_path(stored.blob, permission="cw", lifetime=LIFETIME)
            self._store.put(path, content=b"", headers={"x-ms-blob-type": "BlockBlob"})
            stored = replace(stored, database_id=self._issued)
        self.artifacts.append(stored)
        return stored

    def respond(self, request: Request) -> Answer:
        if request.path.startswith(f"/{ACCOUNT}/"):
            return self._blob(request)
        try:
            answer = self._called(request)
        except _Refused as refused:
            return refused.answer
        return json_answer(200, _camel(answer) if self.camel_case else answer)

    def _called(self, request: Request) -> dict[str, object]:
        method = self._methods.get(request.path.removeprefix(SERVICE))
        if method is None or request.method != "POST":
            raise _Refused(404, "bad_route", f"no handler for path {request.path}")
        if request.headers.get("content-type") != "application/json":
            raise _Refused(404, "bad_route", "unexpected Content-Type")
        if request.token not in self._tokens:
            raise _Refused(401, "unauthenticated", "invalid token")
        fields = json.loads(request.body)
        _check(request.path.removeprefix(SERVICE), fields)
        run_id, job_id = self._tokens[request.token]
        if fields["workflow_run_backend_id"] != run_id:
            raise _Refused(403, "permission_denied", "workflow_run_backend_id is not the token's")
        return method(run_id, job_id, fields)

    def _create(self, run_id: str, job_id: str, fields: Fields) -> dict[str, object]:
        name = str(fields["name"])
        _require_own_job(job_id, fields)
        if not name or INVALID_NAME.search(name):
            raise _Refused(400, "invalid_argument", "invalid artifact name")
        if ("mime_type" in fields) != (fields["version"] == 7):
            raise _Refused(400, "invalid_argument", "mime_type is for version 7")
        if any(artifact.name == name and artifact.run_id == run_id for artifact in self.artifacts):
            raise _Refused(
                409,
                "already_exists",
                "Conflict: an artifact with this name already exists on the workflow run",
            )
        stored = Stored(
            run_id,
            job_id,
            name,
            self._new_blob(run_id, job_id, zipped=fields.get("mime_type", ZIP) == ZIP),
            expires_at=_text(fields.get("expires_at")),
            mime_type=_text(fields.get("mime_type")),
        )
        self.artifacts.append(stored)
        return {"ok": True, "signed_upload_url": self._signed(stored, "cw")}

    def _finalize(self, _run_id: str, job_id: str, fields: Fields) -> dict[str, object]:
        _require_own_job(job_id, fields)
        found = [artifact for artifact in self.artifacts if artifact.name == fields["name"]]
        if not found:
            raise _Refused(404, "not_found", "no artifact of this name was created")
        content = self.store.read(found[0].blob)
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        if str(len(content)) != fields["size"] or fields.get("hash", digest) != digest:
            raise _Refused(400, "invalid_argument", "size or hash is not that of the upload")
        # As seen in the wild, finalizing twice makes two.
        self._issued += 1
        done = replace(found[0], database_id=self._issued, size=len(content), digest=digest)
        if found[0].database_id is None:
            self.artifacts.remove(found[0])
        self.artifacts.append(done)
        return {"ok": True, "artifact_id": str(done.database_id)}

    def _list(self, run_id: str, _job_id: str, fields: Fields) -> dict[str, object]:
        return {
            "artifacts": [
                {
                    "workflow_run_backend_id": artifact.run_id,
                    "workflow_job_run_backend_id": artifact.job_id,
                    "database_id": str(artifact.database_id),
                    "name": artifact.name,
                    "size": str(artifact.size),
                    "created_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                    "digest": artifact.digest,
                }
                for artifact in self.artifacts
                if artifact.database_id is not None
                and artifact.run_id == run_id
                and fields.get("name_filter", artifact.name) == artifact.name
                and fields.get("id_filter", str(artifact.database_id)) == str(artifact.database_id)
            ]
        }

    def _sign(self, _run_id: str, _job_id: str, fields: Fields) -> dict[str, object]:
        artifact = self._named(fields)
        return {"name": artifact.name, "signed_url": self._signed(artifact, "r")}

    def _named(self, fields: Fields) -> Stored:
        for artifact in self.artifacts:
            if (
                artifact.database_id is not None
                and artifact.name == fields["name"]
                and artifact.job_id == fields["workflow_job_run_backend_id"]
            ):
                return artifact
        raise _Refused(404, "not_found", "artifact not found")

    def _new_blob(self, run_id: str, job_id: str, *, zipped: bool = True) -> str:
        self._issued += 1
        number = f"{self._issued:08}{'.zip' if zipped else ''}"
        return f"workflow-run-{run_id}/workflow-job-run-{job_id}/artifacts/{number}"

    def _signed(self, artifact: Stored, permission: str) -> str:
        """An address on this server, which hands on to the store: so faults can befall it."""
        path = self.store.signed_path(
            artifact.blob,
            permission=permission,
            lifetime=LIFETIME,
            file_name=None if artifact.blob.endswith(".zip") else artifact.name,
        )
        return self.url + path

    def _blob(self, request: Request) -> Answer:
        if "authorization" in request.headers:
            return Answer(400, b"<Error><Code>InvalidAuthenticationInfo</Code></Error>")
        kept = ("content-type", "content-md5", "x-ms-", "range")
        response = self._store.request(
            request.method,
            request.target,
            content=request.body,
            headers={
                name: value for name, value in request.headers.items() if name.startswith(kept)
            },
        )
        headers = {
            name: value
            for name, value in response.headers.items()
            if name.startswith(
                (
                    "content-type",
                    "content-md5",
                    "content-disposition",
                    "x-ms-",
                    "etag",
                    "last-modified",
                )
            )
        }
        return Answer(response.status_code, response.content, headers)


# --- Protobuf's JSON

_IDS = {"workflow_run_backend_id": str, "workflow_job_run_backend_id": str}
_REQUIRED: Mapping[str, Mapping[str, type]] = {
    "CreateArtifact": {**_IDS, "name": str, "version": int},
    "FinalizeArtifact": {**_IDS, "name": str, "size": str},
    "ListArtifacts": _IDS,
    "GetSignedArtifactURL": {**_IDS, "name": str},
}
_OPTIONAL: Mapping[str, Mapping[str, type]] = {
    "CreateArtifact": {"expires_at": str, "mime_type": str},
    "FinalizeArtifact": {"hash": str},
    "ListArtifacts": {"name_filter": str, "id_filter": str},
}
_FORMS = {
    "expires_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z",
    "size": r"\d+",
    "id_filter": r"\d+",
    "hash": r"sha256:[0-9a-f]{64}",
}


def _check(method: str, fields: Fields) -> None:
    required = _REQUIRED[method]
    known = {**required, **_OPTIONAL.get(method, {})}
    wrong = [
        name
        for name, value in fields.items()
        if type(value) is not known.get(name)
        or (name in _FORMS and not re.fullmatch(_FORMS[name], str(value)))
    ]
    absent = required.keys() - fields.keys()
    if wrong or absent:
        raise _Refused(
            400,
            "malformed",
            f"the json request could not be decoded: {sorted({*wrong, *absent})}",
        )


def _require_own_job(job_id: str, fields: Fields) -> None:
    if fields["workflow_job_run_backend_id"] != job_id:
        raise _Refused(403, "permission_denied", "workflow_job_run_backend_id is not the token's")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _camel(value: dict[str, object]) -> dict[str, object]:
    def renamed(name: str) -> str:
        return re.sub("_(.)", lambda match: match[1].upper(), name)

    return {
        renamed(name): [_camel(item) for item in part] if isinstance(part, list) else part
        for name, part in value.items()
    }
