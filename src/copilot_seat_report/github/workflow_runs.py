"""The repository's workflow runs and their artifacts, as typed records.

https://docs.github.com/en/rest/actions/artifacts and
https://docs.github.com/en/rest/actions/workflow-runs; all of them need `actions: read`.
"""

from urllib.parse import quote

from msgspec import Struct, json

from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import Id, Time, Total
from copilot_seat_report.github.endpoints import REPOSITORY, RUNS

PER_PAGE = 100
# A thousand artifacts of one name: more than a daily report can have before they expire.
MAX_PAGES = 10


class ArtifactRun(Struct, frozen=True):
    """The run that made an artifact; `head_repository_id` is where its code is from."""

    id: Id
    repository_id: Id | None = None
    head_repository_id: Id | None = None
    head_branch: str | None = None


class Artifact(Struct, frozen=True):
    """One artifact: `digest` is `sha256:…` of its zip, and `size_in_bytes` is the zip's size."""

    id: Id
    name: str
    size_in_bytes: Total
    created_at: Time | None = None
    expired: bool = False
    digest: str | None = None
    workflow_run: ArtifactRun | None = None


class ArtifactPage(Struct, frozen=True):
    """One page of artifacts."""

    artifacts: list[Artifact]


class RunRepository(Struct, frozen=True):
    """The repository of a run or of its code."""

    id: Id


class WorkflowRun(Struct, frozen=True):
    """One run: the workflow's file, the event that started it, and the code's repository.

    `head_repository` is None if it was a fork that has been deleted.
    """

    id: Id
    event: str
    path: str
    head_branch: str | None = None
    repository: RunRepository | None = None
    head_repository: RunRepository | None = None


class RepositoryBranch(Struct, frozen=True):
    """A repository's default branch."""

    default_branch: str


_ARTIFACT_PAGE = json.Decoder(ArtifactPage)
_WORKFLOW_RUN = json.Decoder(WorkflowRun)
_REPOSITORY_BRANCH = json.Decoder(RepositoryBranch)


def read_default_branch(github: GitHub, repository: str) -> str:
    """Return the name of the default branch of `owner/name`."""
    url = github.url(f"repos/{quote(repository)}")
    what = "The default branch of this repository"
    found = github.get(url, _REPOSITORY_BRANCH, what=what, endpoint=REPOSITORY)
    return found.value.default_branch


def read_artifacts(github: GitHub, repository: str, name: str) -> list[Artifact]:
    """Return the artifacts of exactly that name from all runs, in no particular order."""
    url = github.url(f"repos/{quote(repository)}/actions/artifacts", name=name, per_page=PER_PAGE)
    return _all_pages(github, url, what="The artifacts of earlier runs")


def read_artifacts_of_run(github: GitHub, repository: str, run: int) -> list[Artifact]:
    """Return all artifacts of one run."""
    url = github.url(f"repos/{quote(repository)}/actions/runs/{run}/artifacts", per_page=PER_PAGE)
    return _all_pages(github, url, what=f"The artifacts of run {run}")


def read_run(github: GitHub, repository: str, run: int) -> WorkflowRun:
    """Return one run of a workflow."""
    url = github.url(f"repos/{quote(repository)}/actions/runs/{run}")
    return github.get(url, _WORKFLOW_RUN, what=f"The workflow run {run}", endpoint=RUNS).value


def zip_location(github: GitHub, repository: str, artifact: int) -> str:
    """Return the signed URL of an artifact's zip: valid for a minute, without a token."""
    url = github.url(f"repos/{quote(repository)}/actions/artifacts/{artifact}/zip")
    return github.location(url, what=f"The artifact {artifact}", endpoint=RUNS)


def _all_pages(github: GitHub, first: str, *, what: str) -> list[Artifact]:
    artifacts: list[Artifact] = []
    url: str | None = first
    pages = 0
    while url is not None and pages < MAX_PAGES:
        answer = github.get(url, _ARTIFACT_PAGE, what=what, endpoint=RUNS)
        artifacts += answer.value.artifacts
        url = answer.links.get("next")
        pages += 1
    return artifacts
