"""The artifact: against a strict Results service, a real blob store and GitHub's own client."""

import hashlib
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.artifact import artifacts
from copilot_seat_report.artifact import upload as upload_module
from copilot_seat_report.artifact.artifacts import NAMES_TRIED, Artifact, uploaded
from copilot_seat_report.artifact.service import why_unavailable
from copilot_seat_report.errors import RunError
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log
from tests.artifact_client import download, listed
from tests.artifact_client import upload as upload_with_githubs_client
from tests.clock import FakeClock
from tests.loopback import (
    TRANSPORT_FAULTS,
    TransientError,
    answering,
    bomb,
    changing_json,
    lost,
    silence,
)
from tests.network import network
from tests.results_server import JOB_ID, RUN_ID, SERVICE, ResultsServer

Upload = Callable[..., Artifact]
UploadBoth = Callable[..., tuple[Artifact, Artifact | None]]
OTHER_JOB = "11111111-2222-5333-8444-555555555555"
TWIRP = {"Content_Type": "application/json"}
REQUESTS = ("CreateArtifact", "block", "blocklist", "FinalizeArtifact")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A report of two files; one is in a folder, neither has its name in the artifact."""
    folder = tmp_path / "report"
    folder.mkdir()
    texts = {"seats.csv": "login\nperson-0001\n", "ümläut.json": '{"people": 1}\n' * 1000}
    paths = {}
    for number, (name, text) in enumerate(texts.items()):
        paths[name] = folder / f"file-{number}"
        paths[name].write_text(text, encoding="utf-8")
    return paths


@pytest.fixture
def upload_both(
    files: dict[str, Path],
    results: ResultsServer,
    runner_of: Callable[..., Runner],
    clock: FakeClock,
) -> UploadBoth:
    """Upload report and page as a job does; `environment` is the runner's."""

    def call(
        name: str = "report",
        *,
        page: Path | None = files["ümläut.json"],
        files: dict[str, Path] = files,
        retention_days: int | None = None,
        **environment: str,
    ) -> tuple[Artifact, Artifact | None]:
        log = Log(in_workflow=True)
        runner = runner_of(
            **{
                "ACTIONS_RUNTIME_TOKEN": results.token(),
                "ACTIONS_RESULTS_URL": f"{results.url}/some/path/",
                **environment,
            }
        )
        retry_policy = RetryPolicy(clock, log.info)
        with uploaded(
            files,
            page=page,
            name=name,
            retention_days=retention_days,
            runner=runner,
            network=network(),
            retry_policy=retry_policy,
            log=log,
        ) as uploads:
            return uploads.finalize_zip(), uploads.finalize_page()

    return call


@pytest.fixture
def upload(upload_both: UploadBoth) -> Upload:
    """Upload a report without a page."""

    def call(name: str = "report", **arguments: Any) -> Artifact:  # noqa: ANN401
        made, page = upload_both(name, page=None, **arguments)
        assert page is None
        return made

    return call


def methods(results: ResultsServer) -> list[str]:
    """What was asked for, in order: the service's methods, and the blob's operations."""
    return [
        request.path.removeprefix(SERVICE)
        if request.path.startswith(SERVICE)
        else request.query["comp"]
        for request in results.requests
    ]


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# --- With GitHub's own client


def test_githubs_client_downloads_the_same_bytes(
    upload: Upload, results: ResultsServer, files: dict[str, Path], tmp_path: Path
) -> None:
    made = upload("my report")

    (artifact,) = listed(results)
    assert (str(artifact["id"]), artifact["name"]) == (made.id, "my report")
    assert (artifact["digest"], artifact["size"]) == (made.digest, made.size)
    assert download(results, artifact, tmp_path / "out") == {
        name: path.read_bytes() for name, path in files.items()
    }


def test_it_sends_what_githubs_client_sends(
    upload: Upload, results: ResultsServer, files: dict[str, Path]
) -> None:
    upload_with_githubs_client(results, "theirs", files["seats.csv"])
    theirs = list(results.requests)
    results.forget()
    upload("ours")
    ours = list(results.requests)

    assert methods(results) == ["CreateArtifact", "block", "blocklist", "FinalizeArtifact"]
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.method == other.method
        if mine.path.startswith(SERVICE):
            assert mine.path == other.path
            mine_fields, other_fields = json.loads(mine.body), json.loads(other.body)
            # Version 7 is for files that are not zipped, and names a type; 4 is for zips.
            assert mine_fields.keys() == other_fields.keys() - {"mime_type"}
            assert {key: type(value) for key, value in mine_fields.items()} == {
                key: type(value) for key, value in other_fields.items() if key != "mime_type"
            }
        else:
            assert mine.query.keys() == other.query.keys()
    blobs = [stored.blob for stored in results.artifacts]
    assert {results.store.content_type(blob) for blob in blobs} == {"application/zip"}


def test_githubs_client_downloads_the_page_byte_for_byte(
    upload_both: UploadBoth, results: ResultsServer, files: dict[str, Path], tmp_path: Path
) -> None:
    made, page = upload_both("my report")

    assert page
    by_name = {artifact["name"]: artifact for artifact in listed(results)}
    assert by_name.keys() == {"my report", "my report.html"}
    artifact = by_name["my report.html"]
    assert (str(artifact["id"]), artifact["digest"]) == (page.id, page.digest)
    content = files["ümläut.json"].read_bytes()
    assert download(results, artifact, tmp_path / "page") == {"my report.html": content}
    assert artifact["size"] == page.size == len(content)
    assert len(download(results, by_name["my report"], tmp_path / "zip")) == len(files)
    assert made.name == "my report"


def test_for_the_page_it_sends_what_githubs_client_sends(
    upload_both: UploadBoth, results: ResultsServer, tmp_path: Path
) -> None:
    page = tmp_path / "theirs.html"
    page.write_text("<!doctype html><title>Seats</title>")
    upload_with_githubs_client(results, "not asked for", page, zipped=False)
    theirs = [request for request in results.requests if request.path.startswith(SERVICE)]
    results.forget()
    upload_both("ours", page=page)
    ours = [request for request in results.requests if request.path.startswith(SERVICE)]

    assert methods(results) == [*REQUESTS[:3], *REQUESTS[:3], "FinalizeArtifact", *REQUESTS[3:]]
    for mine, other in zip(ours[1::2], theirs, strict=True):
        assert mine.path == other.path
        assert json.loads(mine.body) == {**json.loads(other.body), "name": "ours.html"}
    of_pages = [each for each in results.artifacts if each.name != "ours"]
    assert {results.store.content_type(each.blob) for each in of_pages} == {"text/html"}


# --- The zip


def test_the_artifact_is_a_zip_of_the_files_and_tells_its_digest_and_size(
    upload: Upload, results: ResultsServer, files: dict[str, Path]
) -> None:
    made = upload()

    content = results.store.read(results.artifacts[0].blob)
    assert made.size == len(content)
    assert made.digest == "sha256:" + hashlib.sha256(content).hexdigest()
    assert unzipped(content) == {name: path.read_bytes() for name, path in files.items()}


def test_the_same_files_make_the_same_bytes(upload: Upload, files: dict[str, Path]) -> None:
    once = upload("one")
    for path in files.values():
        os.utime(path, (0, 0))
        path.chmod(0o600)
    again = upload("two", files=dict(reversed(files.items())))

    assert again.digest == once.digest


def test_an_archive_larger_than_a_block_goes_in_several(
    upload: Upload, results: ResultsServer, tmp_path: Path
) -> None:
    large = tmp_path / "large"
    large.write_bytes(random.Random(1).randbytes(2 * upload_module.BLOCK_BYTES + 1))
    results.faults[3] = answering(503)

    upload(files={"large": large})

    assert methods(results) == [
        "CreateArtifact",
        *("block", "block", "block", "block"),
        "blocklist",
        "FinalizeArtifact",
    ]
    first, second, again, last = (request.body for request in results.requests[1:5])
    assert len(first) == len(second) == upload_module.BLOCK_BYTES
    assert second == again
    assert 0 < len(last) < 10_000  # the byte too many, and what a zip adds
    content = results.store.read(results.artifacts[0].blob)
    assert unzipped(content) == {"large": large.read_bytes()}


# --- Settings


@pytest.mark.parametrize(
    ("asked", "limit", "expires"),
    [
        (None, "90", None),
        (7, "90", "2026-11-09T06:00:00Z"),
        (7, "0", "2026-11-09T06:00:00Z"),
        (7, "", "2026-11-09T06:00:00Z"),
        (90, "5", "2026-11-07T06:00:00Z"),
    ],
)
def test_the_artifact_expires_as_asked_within_the_repositorys_limit(
    upload: Upload,
    results: ResultsServer,
    capsys: pytest.CaptureFixture[str],
    asked: int | None,
    limit: str,
    expires: str | None,
) -> None:
    upload(retention_days=asked, GITHUB_RETENTION_DAYS=limit)

    assert results.artifacts[0].expires_at == expires
    warned = "::warning" in capsys.readouterr().out
    assert warned == (asked == 90)


def test_a_service_that_answers_in_camel_case_is_understood(
    upload: Upload, results: ResultsServer
) -> None:
    results.camel_case = True
    results.faults[4] = lost

    made = upload()

    assert methods(results)[3:] == ["FinalizeArtifact", "ListArtifacts"]
    assert [str(stored.database_id) for stored in results.artifacts] == [made.id]


def test_the_signature_is_masked_before_anything_is_said_and_never_said(
    upload: Upload, results: ResultsServer, capsys: pytest.CaptureFixture[str]
) -> None:
    results.faults.update({2: answering(503), 3: lost})

    upload()

    signed = results.requests[1]
    (raw,) = [part[4:] for part in signed.target.split("&") if part.startswith("sig=")]
    lines = capsys.readouterr().out.splitlines()
    masked = [
        line.removeprefix("::add-mask::").replace("%25", "%")  # as the runner reads a command
        for line in lines
        if line.startswith("::add-mask::")
    ]
    assert lines[: len(masked)] == [line for line in lines if line.startswith("::add-mask::")]
    assert {raw, signed.query["sig"]} <= set(masked)
    said = lines[len(masked) :]
    assert len(said) == 3  # two faults and the upload
    assert not any("sig=" in line or raw in line or signed.query["sig"] in line for line in said)


def test_the_blob_store_gets_no_token(upload: Upload, results: ResultsServer) -> None:
    upload()

    sent_to_store = [r for r in results.requests if not r.path.startswith(SERVICE)]
    assert sent_to_store
    assert not any("authorization" in request.headers for request in sent_to_store)


@given(st.text("ABCDEFabcdef0189+/=%-._~!*'()$,;:@", min_size=1), st.booleans())
def test_the_signed_address_is_sent_as_it_was_given(signature: str, escaped: bool) -> None:
    """Whatever a signature is made of: another spelling of it would be another signature."""
    if escaped:
        signature = "".join(f"%{ord(letter):02x}" for letter in signature)
    query = f"sv=2026-10-06&se=2026-11-23T09%3A22%3A47Z&sp=cw&sig={signature.replace('%', '%25')}"
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path)
        return httpx.Response(201)

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        address = httpx.URL(f"https://store.example/a/b.zip?{query}")
        retry_policy = RetryPolicy(FakeClock(), print)
        upload_module.put_blob(http, address, io.BytesIO(b"zip"), "application/zip", retry_policy)

    assert seen == [
        f"/a/b.zip?{query}&comp=block&blockid=YmxvY2stMDAwMDAwMDA%3D".encode(),
        f"/a/b.zip?{query}&comp=blocklist".encode(),
    ]


# --- Where there is no such service


@pytest.mark.parametrize(
    ("server_url", "token", "results_url", "reason"),
    [
        ("https://github.com", "t", "https://results.example", None),
        ("https://GitHub.com", "t", "https://results.example", None),
        ("https://acme.ghe.com", "t", "https://results.example", None),
        ("http://github.localhost", "t", "http://127.0.0.1:1", None),
        ("https://github.com", "t", "http://[::1]:1/", None),
        ("https://github.com", "t", "http://localhost:1/", None),
        ("https://github.com", "", "https://results.example", "not a workflow run"),
        ("https://github.com", "t", "", "not a workflow run"),
        ("https://github.acme.example", "t", "https://r.example", "GitHub Enterprise Server"),
        ("https://notgithub.com", "t", "https://r.example", "GitHub Enterprise Server"),
        ("https://github.com", "t", "http://results.example", "plain http"),
        ("https://github.com", "t", "http://127.0.0.1.example", "plain http"),
        ("https://github.com", "t", "ftp://127.0.0.1", "plain http"),
    ],
)
def test_why_there_is_no_artifact(
    runner_of: Callable[..., Runner],
    server_url: str,
    token: str,
    results_url: str,
    reason: str | None,
) -> None:
    runner = runner_of(
        GITHUB_SERVER_URL=server_url, ACTIONS_RUNTIME_TOKEN=token, ACTIONS_RESULTS_URL=results_url
    )

    why = why_unavailable(runner)

    assert why is None if reason is None else why is not None and reason in why


# --- Names that are taken


@pytest.mark.parametrize("attempt", ["1", "2"])
@pytest.mark.parametrize(
    ("job_id", "finalized"),
    [
        pytest.param(OTHER_JOB, True, id="by another job, or by an earlier attempt of this one"),
        pytest.param(JOB_ID, True, id="by another step of the same job"),
        pytest.param(OTHER_JOB, False, id="by an upload that was never finished"),
    ],
)
def test_an_artifact_that_is_there_stays(
    upload: Upload,
    results: ResultsServer,
    capsys: pytest.CaptureFixture[str],
    attempt: str,
    job_id: str,
    finalized: bool,
) -> None:
    taken = results.take("report", job_id=job_id, finalized=finalized)

    made = upload(GITHUB_RUN_ATTEMPT=attempt)

    assert made.name == "report-2"
    assert taken in results.artifacts
    assert "This run already has an artifact 'report'; this one is 'report-2'" in (
        capsys.readouterr().out
    )


def test_the_next_free_name_is_used(upload: Upload, results: ResultsServer) -> None:
    for name in ("report", "report-2", "report-4"):
        results.take(name)

    assert upload().name == "report-3"


def test_when_all_names_are_taken_the_run_fails(upload: Upload, results: ResultsServer) -> None:
    for name in ("report", *(f"report-{number}" for number in range(2, NAMES_TRIED + 1))):
        results.take(name, finalized=False)

    with pytest.raises(RunError, match=f"'report' to 'report-{NAMES_TRIED}'.*artifact-name"):
        upload()


# --- The page


def test_the_page_is_named_after_the_zips_final_name(
    upload_both: UploadBoth, results: ResultsServer
) -> None:
    results.take("report")

    made, page = upload_both()

    assert page
    assert (made.name, page.name) == ("report-2", "report-2.html")


def test_the_page_too_takes_the_next_free_name(
    upload_both: UploadBoth, results: ResultsServer
) -> None:
    taken = [results.take("report.html"), results.take("report-2.html", finalized=False)]

    made, page = upload_both()

    assert page
    assert (made.name, page.name) == ("report", "report-3.html")
    assert set(taken) <= set(results.artifacts)


def test_the_page_expires_when_the_zip_does(
    upload_both: UploadBoth, results: ResultsServer
) -> None:
    upload_both(retention_days=7)

    assert {each.expires_at for each in results.artifacts} == {"2026-11-09T06:00:00Z"}


PAGE_REQUESTS = {4: "CreateArtifact", 5: "block", 6: "blocklist", 8: "FinalizeArtifact"}
TAKEN = '{"code": "already_exists", "msg": "taken"}'
REFUSING: dict[str, tuple[TransientError, str]] = {
    "unknown field": (answering(500), "failed 3 times; the last time: status 500."),
    "refused": (answering(400, '{"code": "malformed"}', **TWIRP), "400"),
    "name taken": (answering(409, TAKEN, **TWIRP), "report.html"),
    "wait of two minutes": (answering(429, Retry_After="120"), "status 429."),
    "quota": (answering(403, '{"msg": "insufficient usage"}', **TWIRP), "used up"),
    "not JSON": (answering(200, b"?", **TWIRP), "failed 3 times"),
    "no address": (changing_json(lambda _: {"ok": True}), "without a usable"),
}


# The storage's answers have no body; by its finalization, the page has its name.
MEANINGLESS = {(5, "name taken"), (6, "name taken"), (8, "name taken")}
MEANINGLESS |= {(number, name) for number in (5, 6, 8) for name in ("not JSON", "no address")}
BEFALLING = sorted({*product(PAGE_REQUESTS, REFUSING)} - MEANINGLESS)


@pytest.mark.parametrize(("number", "fault"), BEFALLING)
def test_whatever_befalls_the_page_the_zip_stands(
    upload_both: UploadBoth,
    results: ResultsServer,
    files: dict[str, Path],
    clock: FakeClock,
    capsys: pytest.CaptureFixture[str],
    number: int,
    fault: str,
) -> None:
    response, reason = REFUSING[fault]
    results.faults = FaultsOfThePage(results, response, number)

    made, page = upload_both()

    assert page is None
    check_whole(made, results, files)
    lines = capsys.readouterr().out.splitlines()
    (warning,) = [line for line in lines if line.startswith("::warning")]
    assert "The page could not be published as an artifact of its own" in warning
    assert reason in warning
    assert "Nothing was published" not in warning
    assert "It is in the artifact 'report', as report.html." in warning
    assert sum(clock.slept) < 60


class FaultsOfThePage(dict[int, TransientError]):
    """A fault at each of the page's requests from `first` on, and none at the zip's."""

    def __init__(self, results: ResultsServer, fault: TransientError, first: int) -> None:
        super().__init__()
        self._results, self._fault, self._first = results, fault, first

    def get(self, number: int, default: Any = None) -> Any:  # noqa: ANN401
        request = self._results.requests[number - 1]
        of_zip = number < self._first or b'"name": "report"' in request.body
        return default if of_zip else self._fault


def test_a_page_that_cannot_be_read_is_left_to_the_zip(
    upload_both: UploadBoth, results: ResultsServer, files: dict[str, Path], tmp_path: Path
) -> None:
    made, page = upload_both(page=tmp_path / "gone")

    assert page is None
    check_whole(made, results, files)


def test_a_page_that_takes_too_long_is_given_up(
    upload_both: UploadBoth,
    results: ResultsServer,
    files: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(artifacts, "PAGE_FINALIZATION_SECONDS", 0.2)
    results.faults[8] = silence

    made, page = upload_both()

    assert page is None
    check_whole(made, results, files)
    assert "It took longer than 0 seconds." in capsys.readouterr().out


@pytest.mark.parametrize("fault", TRANSPORT_FAULTS)
@pytest.mark.parametrize("number", PAGE_REQUESTS, ids=PAGE_REQUESTS.values())
def test_a_fault_that_passes_changes_nothing_about_the_page(
    upload_both: UploadBoth, results: ResultsServer, number: int, fault: str
) -> None:
    results.faults[number] = TRANSPORT_FAULTS[fault]

    made, page = upload_both()

    stored = {str(each.database_id): each for each in results.artifacts if each.database_id}
    assert page
    assert stored.keys() == {made.id, page.id}
    assert stored[page.id].digest == page.digest
    assert stored[page.id].mime_type == "text/html"


# --- Faults


@pytest.mark.parametrize("fault", TRANSPORT_FAULTS)
@pytest.mark.parametrize("number", range(1, 5), ids=REQUESTS)
def test_a_fault_at_any_request_changes_nothing(
    upload: Upload, results: ResultsServer, files: dict[str, Path], number: int, fault: str
) -> None:
    results.faults[number] = TRANSPORT_FAULTS[fault]

    made = upload()

    check_whole(made, results, files)


def test_two_faults_change_nothing(
    upload: Upload, results: ResultsServer, files: dict[str, Path]
) -> None:
    chance = random.Random(20261102)
    cases = list(product(TRANSPORT_FAULTS, range(1, 5), TRANSPORT_FAULTS, range(1, 7)))
    for first, number, second, further in chance.sample(cases, 60):
        results.forget()
        results.artifacts.clear()
        results.faults[number + further] = TRANSPORT_FAULTS[second]
        results.faults[number] = TRANSPORT_FAULTS[first]

        made = upload()

        check_whole(made, results, files)


def check_whole(made: Artifact, results: ResultsServer, files: dict[str, Path]) -> None:
    """Whatever happened: one artifact is listed, it is whole, and it is the one we are told of."""
    (stored,) = [stored for stored in results.artifacts if stored.database_id is not None]
    assert made == Artifact(
        id=str(stored.database_id), name=stored.name, digest=stored.digest, size=stored.size
    )
    assert unzipped(results.store.read(stored.blob)) == {
        name: path.read_bytes() for name, path in files.items()
    }
    # Only a creation whose answer got lost costs the name: nobody can take that name again.
    assert made.name == "report" or len(results.artifacts) > 1


def test_a_finalized_artifact_is_not_finalized_again(
    upload: Upload, results: ResultsServer
) -> None:
    results.faults[4] = lost

    made = upload()

    assert methods(results)[3:] == ["FinalizeArtifact", "ListArtifacts"]
    assert [str(stored.database_id) for stored in results.artifacts] == [made.id]


def test_a_finalization_refused_because_it_is_done_already_is_done(
    upload: Upload, results: ResultsServer
) -> None:
    """The first call is carried out late: after the list was looked at, before the second call."""
    results.faults[4] = answering(504)
    results.faults[6] = lambda exchange: (
        exchange.right_answer(),
        answering(409, '{"code": "already_exists", "msg": "finalized"}', **TWIRP)(exchange),
    )[1]

    made = upload()

    assert methods(results)[3:] == [
        *("FinalizeArtifact", "ListArtifacts", "FinalizeArtifact", "ListArtifacts")
    ]
    assert [str(stored.database_id) for stored in results.artifacts] == [made.id]


def test_another_jobs_artifact_of_that_name_is_not_taken_for_ours(
    upload: Upload, results: ResultsServer
) -> None:
    def another(_: Any) -> object:  # noqa: ANN401
        ids = {"workflow_run_backend_id": RUN_ID, "workflow_job_run_backend_id": OTHER_JOB}
        return {"artifacts": [{**ids, "database_id": "99", "name": "report", "size": "1"}]}

    results.faults.update({4: answering(503), 5: changing_json(another)})

    assert upload().id != "99"


def test_what_cannot_be_looked_for_may_be_there(upload: Upload, results: ResultsServer) -> None:
    results.faults.update({4: lost, 5: answering(403)})

    with pytest.raises(RunError, match=r"did not confirm whether it accepted .*'report'.*whole"):
        upload()


@pytest.mark.parametrize("number", range(1, 5), ids=REQUESTS)
def test_an_error_from_an_intermediary_is_no_refusal(
    upload: Upload, results: ResultsServer, files: dict[str, Path], number: int
) -> None:
    body = json.dumps(
        {
            "code": "permission_denied",
            "msg": "Error from intermediary with HTTP status code 403 Forbidden",
        }
    )
    results.faults[number] = answering(403, body, **TWIRP)

    check_whole(upload(), results, files)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 301, 307])
@pytest.mark.parametrize("number", range(1, 5), ids=REQUESTS)
def test_a_refusal_ends_the_run(
    upload: Upload, results: ResultsServer, clock: FakeClock, number: int, status: int
) -> None:
    body = '{"code": "some_code", "msg": "the reason"}'
    results.faults[number] = answering(status, body, Location=f"{results.url}/elsewhere", **TWIRP)

    with pytest.raises(RunError, match=f"refused to .*{status}.*Nothing was published"):
        upload()

    assert len(results.requests) == number  # no redirect is followed, nothing is tried again
    assert clock.slept == []


@pytest.mark.parametrize("number", [1, 4], ids=["CreateArtifact", "FinalizeArtifact"])
@pytest.mark.parametrize("status", [403, 429, 500])
def test_used_up_storage_ends_the_run_with_a_way_out(
    upload: Upload, results: ResultsServer, number: int, status: int
) -> None:
    body = '{"code": "resource_exhausted", "msg": "insufficient usage to create artifact"}'
    results.faults[number] = answering(status, body, **TWIRP)

    with pytest.raises(RunError, match=r"storage for artifacts is used up.*retention-days"):
        upload()

    assert len(results.requests) == number


def test_a_connection_refused_is_tried_again(
    upload: Upload,
    results: ResultsServer,
    clock: FakeClock,
    files: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results.refuse()

    def sleep(seconds: float) -> None:
        clock.slept.append(seconds)
        if len(clock.slept) == 3:
            results.accept()

    monkeypatch.setattr(clock, "sleep", sleep)

    check_whole(upload(), results, files)
    assert len(clock.slept) == 3


@pytest.mark.parametrize("number", range(1, 5), ids=REQUESTS)
def test_a_service_that_says_nothing_is_asked_again(
    upload: Upload,
    results: ResultsServer,
    files: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    monkeypatch.setattr(artifacts, "TIMEOUT", httpx.Timeout(5.0, read=0.2))
    results.faults[number] = silence

    check_whole(upload(), results, files)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "40"}, 40),
        ({"Retry_After": "soon"}, 1),
        ({}, 1),
    ],
)
def test_it_waits_as_long_as_it_is_told(
    upload: Upload,
    results: ResultsServer,
    clock: FakeClock,
    headers: dict[str, str],
    seconds: int,
) -> None:
    results.faults[1] = answering(429, **headers)

    upload()

    (slept,) = clock.slept
    assert seconds <= slept <= seconds + 1  # a second of jitter


@pytest.mark.parametrize("number", range(1, 5), ids=REQUESTS)
def test_patience_ends(upload: Upload, results: ResultsServer, number: int) -> None:
    for each in range(number, number + 20):
        results.faults[each] = answering(503)

    with pytest.raises(RunError, match=r"failed 6 times.*status 503"):
        upload()


def test_an_answer_without_end_is_not_kept(upload: Upload, results: ResultsServer) -> None:
    for number in range(1, 7):
        results.faults[number] = bomb(megabytes=100)

    with pytest.raises(RunError, match="the response is too large"):
        upload()


def test_a_body_that_does_not_decompress_is_a_fault(
    upload: Upload, results: ResultsServer, files: dict[str, Path]
) -> None:
    results.faults[1] = answering(200, b"not gzip", Content_Encoding="gzip", **TWIRP)

    check_whole(upload(), results, files)


def test_json_nested_without_end_is_a_fault(
    upload: Upload, results: ResultsServer, files: dict[str, Path]
) -> None:
    results.faults[1] = answering(200, '{"a":' * 100_000, **TWIRP)
    results.faults[2] = answering(200, "[[]]", **TWIRP)

    check_whole(upload(), results, files)


def test_a_certificate_that_nobody_vouches_for_ends_the_run(
    upload: Upload, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object, **__: object) -> None:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", connect)

    with pytest.raises(RunError, match="certificate"):
        upload()
    assert clock.slept == []


# --- Answers that make no sense


@pytest.mark.parametrize(
    "address",
    [None, "", 7, "no address", "/relative", "https://[bad", "ftp://127.0.0.1/a"],
)
def test_an_unusable_signed_address_ends_the_run(
    upload: Upload, results: ResultsServer, address: object
) -> None:
    results.faults[1] = changing_json(lambda answer: {**answer, "signed_upload_url": address})

    with pytest.raises(RunError):
        upload()
    assert len(results.requests) == 1


def test_the_report_is_not_sent_over_plain_http_to_another_machine(
    upload: Upload, results: ResultsServer
) -> None:
    address = "http://192.0.2.1/a/b.zip?sig=x"
    results.faults[1] = changing_json(lambda answer: {**answer, "signed_upload_url": address})

    with pytest.raises(RunError, match="plain http"):
        upload()


@pytest.mark.parametrize("number", [1, 4], ids=["CreateArtifact", "FinalizeArtifact"])
def test_an_answer_that_is_not_ok_ends_the_run(
    upload: Upload, results: ResultsServer, number: int
) -> None:
    results.faults[number] = changing_json(lambda answer: {**answer, "ok": False})

    with pytest.raises(RunError, match="not ok"):
        upload()


def test_a_finalization_without_an_id_ends_the_run(upload: Upload, results: ResultsServer) -> None:
    results.faults[4] = changing_json(lambda _: {"ok": True})

    with pytest.raises(RunError, match="artifact_id"):
        upload()


@pytest.mark.parametrize(
    "answer", [{}, {"artifacts": None}, {"artifacts": [7, {"name": "report"}, {"name": 3}]}]
)
def test_a_list_that_makes_no_sense_has_no_artifact_of_ours(
    upload: Upload, results: ResultsServer, files: dict[str, Path], answer: object
) -> None:
    results.faults.update({4: answering(503), 5: changing_json(lambda _: answer)})

    check_whole(upload(), results, files)


@pytest.mark.parametrize(
    "token",
    [
        "no-token",
        "a.b.c",
        "a.e30.c",  # {}
        "a.eyJzY3AiOjF9.c",  # {"scp": 1}
        "a.eyJzY3AiOiJBY3Rpb25zLlJlc3VsdHM6b25lIn0.c",  # {"scp": "Actions.Results:one"}
        "a.eyJzY3AiOiJPdGhlcjphOmIifQ.c",  # {"scp": "Other:a:b"}
        "a.W10.c",  # []
        "a.é.c",
    ],
)
def test_a_token_of_another_make_ends_the_run(upload: Upload, token: str) -> None:
    with pytest.raises(RunError, match="ACTIONS_RUNTIME_TOKEN"):
        upload(ACTIONS_RUNTIME_TOKEN=token)
