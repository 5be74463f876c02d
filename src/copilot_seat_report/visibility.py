"""The check that people are not named in a repository that everyone can read."""

from concurrent.futures import Executor, Future

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import Repository, read_repository
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log
from copilot_seat_report.settings import Settings


def ask_visibility(
    settings: Settings, *, runner: Runner, github: GitHub | None, executor: Executor, log: Log
) -> Future[Repository] | None:
    """Return a future for who can read this repository; None if nobody would be named.

    `github` uses the workflow's own token; without one, the repository counts as public.
    """
    matters = runner.in_workflow and settings.names_people and not settings.sample
    if not matters or settings.public_repository == "allow":
        return None

    def ask() -> Repository:
        if github is None or not runner.repository:
            return Repository()
        try:
            return read_repository(github, runner.repository)
        except Rejection as rejection:
            log.info(f"GitHub did not say who can read this repository: status {rejection.status}")
        except RunError as error:
            log.info(f"This repository's visibility could not be determined: {error}")
        return Repository()

    return executor.submit(ask)


def refuse_public(visibility: Future[Repository] | None, *, log: Log) -> None:
    """Raise RunError if everyone could read the report."""
    if visibility is None:
        return
    repository = visibility.result()
    if not repository.is_public:
        log.info("This repository is not public: people may be named in the report")
        return
    known = (
        "is public"
        if repository.known
        else "is treated as public, because its visibility could not be determined"
    )
    raise RunError(
        f"This repository {known}: everyone could read who uses Copilot and who does not. Nothing "
        "was published. Run the action in a private repository; or set `anonymize: true`; or set "
        "`summary: totals` and an empty `artifact-name`; or, if everyone may know, set "
        "`public-repository: allow`."
    )
