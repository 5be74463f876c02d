"""The facts about the job in the runner's environment.

https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Runner:
    """The facts about the job; outside a workflow, most are empty.

    `workflow_file` is the workflow's path in the repository, empty if it is in another; `branch` is
    empty for a tag or a pull request. `step` differs for each step of a job: two steps of composite
    actions may have the same name, but not the same file for outputs. `in_workflow` is true if any
    of three variables says so, so that names and secrets are also protected in a container with
    only a part of the environment.
    """

    in_workflow: bool
    workspace: Path
    api_url: str
    server_url: str
    repository: str
    repository_id: int | None
    workflow_file: str
    branch: str
    run_id: str
    job: str
    step: str
    results_url: str
    run_attempt: int
    max_retention_days: int | None
    runtime_token: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Runner":
        """Return the facts in the variables that the runner sets.

        https://docs.github.com/en/actions/reference/workflows-and-actions/variables
        """
        repository = environment.get("GITHUB_REPOSITORY", "")
        workflow, _, _ = environment.get("GITHUB_WORKFLOW_REF", "").partition("@refs/")
        ref = environment.get("GITHUB_REF", "")
        output = environment.get("GITHUB_OUTPUT", "")
        return cls(
            in_workflow=environment.get("GITHUB_ACTIONS") == "true"
            or bool(environment.get("GITHUB_RUN_ID"))
            or bool(environment.get("ACTIONS_RUNTIME_TOKEN")),
            workspace=Path(environment.get("GITHUB_WORKSPACE") or "."),
            api_url=environment.get("GITHUB_API_URL", ""),
            server_url=environment.get("GITHUB_SERVER_URL") or "https://github.com",
            repository=repository,
            repository_id=_count(environment.get("GITHUB_REPOSITORY_ID", "")),
            workflow_file=_after(f"{repository}/", workflow),
            branch=_after("refs/heads/", ref),
            run_id=environment.get("GITHUB_RUN_ID", ""),
            job=environment.get("GITHUB_JOB", ""),
            step=f"{environment.get('GITHUB_ACTION', '')} {Path(output).name}".strip(),
            results_url=environment.get("ACTIONS_RESULTS_URL", ""),
            run_attempt=_count(environment.get("GITHUB_RUN_ATTEMPT", "")) or 1,
            max_retention_days=_count(environment.get("GITHUB_RETENTION_DAYS", "")),
            runtime_token=environment.get("ACTIONS_RUNTIME_TOKEN", ""),
        )

    @property
    def attempt_url(self) -> str:
        """Return the URL of this attempt of the run; empty outside a run."""
        return f"{self._run_url}/attempts/{self.run_attempt}" if self.run_id else ""

    def artifact_url(self, artifact_id: str) -> str:
        """Return the URL from which a person downloads an artifact of this run."""
        return f"{self._run_url}/artifacts/{artifact_id}"

    @property
    def _run_url(self) -> str:
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}"


def _after(prefix: str, text: str) -> str:
    return text.removeprefix(prefix) if text.startswith(prefix) else ""


def _count(text: str) -> int | None:
    """Return a number from the runner, or None for 0 and for other text."""
    return int(text) or None if text.isascii() and text.isdigit() else None
