"""The search for this workflow's last report among the artifacts of its earlier runs.

Runs of forks' pull requests are in the same repository, and anyone who can push a branch can upload
an artifact under any name. So an artifact counts only if its run is trusted: the same workflow file
in the same repository, on the default branch or on this run's, started by an event that runs the
code of that branch. Anyone who can write to that branch can forge a report, so its content is
checked like any text from outside.
"""

import hashlib
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO

import httpx

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.download import DownloadError, Hosts, download
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.github.workflow_runs import (
    Artifact,
    WorkflowRun,
    read_artifacts,
    read_artifacts_of_run,
    read_default_branch,
    read_run,
    zip_location,
)
from copilot_seat_report.http.retry import Clock, RetryPolicy, TransientError
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.sources.history.earlier import Earlier, ThisReport
from copilot_seat_report.sources.history.file import (
    History,
    HistoryError,
    history_in,
    read_history,
)

# Never pull_request, pull_request_target or workflow_run: they run, or process, others' code.
EVENTS = ("schedule", "workflow_dispatch", "push", "repository_dispatch")
HOSTS = ("*.blob.core.windows.net", "*.actions.githubusercontent.com")
MAX_LOOK_UPS = 10
# The report of a million people has a third of this size.
MAX_ZIP_BYTES = 512 << 20
# After this, no other run is tried, so that a report does not wait long for its history.
MAX_SECONDS = 60.0
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class EarlierRuns:
    """Access to this repository's runs, and to their artifacts of one name.

    `client` downloads the zips, and must send no credentials. `retry_policy` limits its waits.
    """

    github: GitHub
    client: httpx.Client
    hosts: Hosts
    runner: Runner
    artifact_name: str
    retry_policy: RetryPolicy
    clock: Clock


def find_earlier(runs: EarlierRuns, this: ThisReport) -> Earlier:
    """Return the newest earlier report of this scope with these rules, or else with any rules.

    Errors only go into the status: this report is still made.
    """
    runner = runs.runner
    if runner.repository_id is None or not runner.workflow_file:
        return this.after_nothing(
            "not-found", "the runner does not say which workflow of this repository is running."
        )
    try:
        found = [
            artifact
            for name in (runs.artifact_name, f"{runs.artifact_name}-2")
            for artifact in read_artifacts(runs.github, runner.repository, name)
        ]
        default = read_default_branch(runs.github, runner.repository) if found else ""
    except RunError as error:
        if isinstance(error, Rejection) and error.status in (401, 403, 404):
            return this.after_nothing(
                "not-permitted",
                "“workflow-token” may not read the earlier runs of this repository (GitHub "
                f"answered with status {error.status}). Give the job “permissions: actions: read”.",
            )
        return this.after_nothing("unreachable", f"the list of earlier reports {_unread(error)}.")
    branches = {default, runner.branch} - {""}
    problems: list[str] = []
    of_scope: History | None = None
    for history in _histories(
        runs, this, branches, _newest_runs(found, branches, runner), problems
    ):
        if history.last.rules == this.rules:
            return this.after(history, runs.clock.now())
        of_scope = of_scope or history
    if of_scope:
        return this.after(of_scope, runs.clock.now())
    if problems:
        return this.after_nothing("unusable", f"the newest one {problems[0]}.")
    return this.after_nothing(
        "not-found",
        "no earlier run of this workflow on this branch or the default branch left a report that "
        "GitHub still keeps. The next report can be compared with this one.",
    )


def _newest_runs(found: Sequence[Artifact], branches: Collection[str], runner: Runner) -> list[int]:
    """Return the runs that may have left a report, newest first."""
    newest: dict[int, datetime] = {}
    for artifact in found:
        run = artifact.workflow_run
        if (
            run is not None
            and not artifact.expired
            and run.repository_id == run.head_repository_id == runner.repository_id
            and run.head_branch in branches
            and str(run.id) != runner.run_id
        ):
            created = artifact.created_at or _NEVER
            newest[run.id] = max(newest.get(run.id, _NEVER), created)
    return sorted(newest, key=lambda run: (newest[run], run), reverse=True)


def _histories(
    runs: EarlierRuns,
    this: ThisReport,
    branches: Collection[str],
    newest: Sequence[int],
    problems: list[str],
) -> Iterator[History]:
    """Yield the reports that qualify, newest first; add to `problems` why others do not.

    At most `MAX_LOOK_UPS` runs, and as many zips, are requested.
    """
    begun, zips = runs.clock.monotonic(), 0
    for run in newest[:MAX_LOOK_UPS]:
        unknown: list[History] = []
        for artifact in _left_by(runs, run, branches, problems):
            if zips == MAX_LOOK_UPS or runs.clock.monotonic() - begun > MAX_SECONDS:
                return
            zips += 1
            try:
                history = _history(runs, this, artifact)
            except HistoryError as error:
                problems.append(str(error))
                continue
            if history and this.scope_of(history) == "same":
                yield history
            elif history:
                unknown.append(history)
        # Two reports of one run with other keys may cover different organizations: they cannot be
        # told apart.
        if len(unknown) == 1:
            yield unknown[0]


def _left_by(
    runs: EarlierRuns, run: int, branches: Collection[str], problems: list[str]
) -> list[Artifact]:
    """Return the reports that a run left, newest first; none for a run that is not trusted.

    If two jobs share a name, or a job was run again, there is also `name-2`.
    """
    repository = runs.runner.repository
    try:
        if not _is_trusted(read_run(runs.github, repository, run), runs.runner, branches):
            return []
        found = read_artifacts_of_run(runs.github, repository, run)
    except RunError as error:
        problems.append(_unread(error))
        return []
    ours = re.compile(re.escape(runs.artifact_name) + "(-[0-9]+)?")
    left = [each for each in found if ours.fullmatch(each.name) and not each.expired]
    return sorted(left, key=_age_rank, reverse=True)


def _age_rank(artifact: Artifact) -> tuple[datetime, int]:
    return artifact.created_at or _NEVER, artifact.id


def _is_trusted(run: WorkflowRun, runner: Runner, branches: Collection[str]) -> bool:
    return (
        run.repository is not None
        and run.head_repository is not None  # None for a deleted fork
        and run.repository.id == run.head_repository.id == runner.repository_id
        and run.event in EVENTS
        and run.head_branch in branches
        # GitHub states the path with or without the branch: `.github/workflows/seats.yml@main`.
        and f"{run.path}@".startswith(f"{runner.workflow_file}@")
    )


def _history(runs: EarlierRuns, this: ThisReport, artifact: Artifact) -> History | None:
    """Return the report in an artifact's zip; None for one on a selection, which has no history.

    Raises HistoryError for one that cannot be read or does not qualify.
    """
    if artifact.size_in_bytes > MAX_ZIP_BYTES:
        raise HistoryError(f"is larger than {MAX_ZIP_BYTES >> 20} MiB")
    try:
        url = zip_location(runs.github, runs.runner.repository, artifact.id)
        with tempfile.TemporaryFile() as file:
            digest = download(
                url,
                partial(_saved, file),
                client=runs.client,
                hosts=runs.hosts,
                what="The artifact",
                retry_policy=runs.retry_policy,
                max_bytes=MAX_ZIP_BYTES,
                max_seconds=MAX_SECONDS,
            )
            if artifact.digest not in (None, digest):
                raise HistoryError("does not have the digest that GitHub states")
            content = history_in(file)
    except (RunError, OSError) as error:
        raise HistoryError(_unread(error)) from error
    return None if content is None else this.checked(read_history(content))


def _saved(file: IO[bytes], chunks: Iterable[bytes]) -> str:
    """Return the digest of a download, in GitHub's format, after saving it to the file."""
    file.seek(0)
    file.truncate()
    digest = hashlib.sha256()
    for chunk in chunks:
        file.write(chunk)
        digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def _unread(error: RunError | OSError) -> str:
    """Return what went wrong, without the parts of an error that matter only if the run fails."""
    cause = error.__cause__
    if isinstance(cause, TransientError):
        reason = cause.reason
    elif isinstance(error, Rejection | DownloadError) and error.status:
        reason = f"the response had status {error.status}"
    elif isinstance(error, DownloadError):
        reason = f"it is not at {' or '.join(HOSTS)}, or it is too large"
    elif isinstance(error, RunError):
        reason = str(error).partition(" Nothing was published")[0].rstrip(".")
    else:
        reason = f"{error.strerror}"
    return f"could not be read: {reason}"
