"""What examples/reminders.yml and examples/idle-people.yml go by: weekly reports, and issues."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tests import made_up
from tests.action import Action, Outcome
from tests.github_server import GitHubServer, Run, StoredArtifact
from tests.histories import zipped
from tests.made_up import Json


@dataclass(frozen=True)
class Weekly:
    """Runs of weekly-report.yml on their schedule, whose artifacts GitHub keeps."""

    folder: Path
    github: GitHubServer

    def __call__(self, number: int, at: datetime, seats: list[Json], **inputs: str) -> Outcome:
        """Keep the report of a run."""
        outcome = self.report(at, seats, **inputs)
        files = (outcome.workspace / outcome.directory).iterdir()
        run = Run(number, path=".github/workflows/weekly-report.yml")
        content = zipped({path.name: path.read_bytes() for path in files})
        self.github.leave(StoredArtifact(number, run, content, created_at=at))
        return outcome

    def report(self, at: datetime, seats: list[Json], **inputs: str) -> Outcome:
        """Make a report, compared with the one before."""
        environment = {"SOURCE_DATE_EPOCH": str(int(at.timestamp()))}
        action = Action(self.folder, self.github, environment)
        self.github.organizations["acme"].seats = seats
        (action.workspace / "people.csv").write_text("login,left\nperson-0012,yes\n", "utf-8")
        outcome = action(**{"history": "copilot-seat-report", **inputs})
        assert outcome.status == 0, outcome.log
        return outcome

    def start_by(self, event: str) -> None:
        """Have the runs been started by another event."""
        self.github.runs = {
            number: replace(run, event=event) for number, run in self.github.runs.items()
        }


def reminder(number: int, opened: datetime, **changes: object) -> Json:
    """The reminder of a person, as GitHub's API has it."""
    return {
        "number": number,
        "state": "open",
        "comments": 0,
        "created_at": made_up.time(opened),
        "user": {"login": "reminders-bot"},
        "body": f"Made up.\n\n<!-- seat of {1000 + number} -->",
        **changes,
    }
