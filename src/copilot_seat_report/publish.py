"""Publish a whole report or nothing: files, artifacts, job summary, outputs."""

import sys
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from copilot_seat_report.artifact.artifacts import Artifact, Uploads, uploaded
from copilot_seat_report.artifact.service import why_unavailable
from copilot_seat_report.destination import MANIFEST, check_destination
from copilot_seat_report.files.bundle import write_files
from copilot_seat_report.files.data_quality import incompleteness
from copilot_seat_report.files.headline import notice
from copilot_seat_report.files.json import totals
from copilot_seat_report.files.names import NAMING_PEOPLE, PAGE, SUMMARY
from copilot_seat_report.files.summary import artifact_links, artifact_names, render_summary
from copilot_seat_report.files.terminal import closing
from copilot_seat_report.formatting import listed
from copilot_seat_report.http.client import Network
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.report.model import Report
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.files import append_summary, require_file_commands, set_outputs
from copilot_seat_report.runner.log import Log
from copilot_seat_report.runner.owner import Owner
from copilot_seat_report.runner.signals import finish_uninterrupted, interrupted_with
from copilot_seat_report.settings import Settings
from copilot_seat_report.staging import made, staging

COUNTS = (
    "seats",
    "people",
    "active",
    "inactive",
    "new",
    "no-activity",
    "unassigned",
    "pending-cancellation",
    "exempt",
    "idle",
    "ask-first",
    "idle-percent",
    "monthly-cost",
    "idle-monthly-cost",
    "currency",
    "idle-users",
    "active-in-metrics",
    "ai-credits-used",
    "ai-credits-included",
    "idle-monthly-saving",
    "complete",
    "previous-report-time",
    "went-idle",
    "came-back",
    "granted",
    "gone",
    "leavers",
)
OUTPUTS = (
    *COUNTS,
    "selection",
    "report-directory",
    "artifact-name",
    "artifact-id",
    "artifact-url",
    "artifact-digest",
    "page-url",
)
# All outputs of a job together may have 1 MB, counted in UTF-16.
MAX_OUTPUT_CHARACTERS = 400_000
# More than the artifacts' names and URLs can add to the outputs and the summary.
ROOM_BYTES = 16_000


def publish(
    report: Report,
    *,
    settings: Settings,
    runner: Runner,
    environment: Mapping[str, str],
    log: Log,
    network: Network,
    retry_policy: RetryPolicy,
) -> None:
    """Publish the whole report or nothing; the files are first made in a folder of their own."""
    destination = check_destination(settings, runner)
    directory = destination.directory.relative_to(runner.workspace.resolve()).as_posix()
    owner = Owner(runner.workspace, log)
    with made(destination.directory, owner), staging(destination.directory, owner) as create:
        with log.group("Writing the report"):
            files = write_files(report, settings.formats, create)
            summary = ""
            if settings.summary != "off":
                summary = render_summary(report, detail=settings.summary, files=[*files, SUMMARY])
                files[SUMMARY] = create(SUMMARY)
                files[SUMMARY].write_text(summary, encoding="utf-8", newline="\n")
            for name, path in files.items():
                log.info(f"{name}: {path.stat().st_size:,} bytes")
            manifest = create(MANIFEST)
            manifest.write_bytes(destination.manifest_of(files))
        figures = _figures(report, files, log)
        incomplete = incompleteness(report) if report.totals.complete is False else ""
        last = notice(report) if runner.in_workflow else closing(report, directory, files)
        with log.group("Publishing"):
            require_file_commands(
                environment,
                outputs=len(str(figures).encode()) + ROOM_BYTES,
                summary=len(summary.encode()) + ROOM_BYTES,
            )
            destination.rehearse(files, manifest.parent)
            with _uploaded(
                files,
                settings=settings,
                runner=runner,
                log=log,
                network=network,
                retry_policy=retry_policy,
            ) as uploads:
                artifact = _finalized(uploads)
                destination.place(files, manifest)
                page = uploads.finalize_page() if uploads else None
            log.info(f"The files are in {directory}")
    outputs = {
        **figures,
        "selection": "all" if report.selection is None else "users",
        "report-directory": directory,
        **_artifact_outputs(artifact, page, None if report.is_anonymized else runner),
    }
    if summary and artifact:
        top = (
            artifact_names(artifact.name, page.name if page else "")
            if report.is_anonymized
            else artifact_links(outputs["artifact-url"], outputs["page-url"])
        )
        summary = f"{top}\n\n{summary}"
    append_summary(summary, environment)
    set_outputs(outputs, environment)
    if incomplete:
        log.warning(f"{incomplete} The report says where. Run it again for a complete one.")
    if runner.in_workflow:
        log.notice(last)
    else:
        sys.stdout.write(last)


def _uploaded(
    files: Mapping[str, Path],
    *,
    settings: Settings,
    runner: Runner,
    log: Log,
    network: Network,
    retry_policy: RetryPolicy,
) -> AbstractContextManager[Uploads | None]:
    if not settings.artifact_name:
        return nullcontext()
    reason = why_unavailable(runner)
    if reason:
        log.notice(
            f"No artifact was uploaded, because {reason}; the files are only in the workspace."
        )
        return nullcontext()
    return uploaded(
        files,
        page=files.get(PAGE),
        name=settings.artifact_name,
        retention_days=settings.retention_days,
        runner=runner,
        network=network,
        retry_policy=retry_policy,
        log=log,
    )


def _finalized(uploads: Uploads | None) -> Artifact | None:
    """Return the zip's artifact, finalized; from then on, no signal stops the run."""
    if uploads is None:
        finish_uninterrupted()
        return None
    effect = (
        "It is not known whether GitHub accepted the artifact; if so, it is whole, and on the "
        "run's page. Nothing else was published."
    )
    with interrupted_with(effect):
        artifact = uploads.finalize_zip()
        finish_uninterrupted()
    return artifact


def _figures(report: Report, files: Collection[str], log: Log) -> dict[str, str]:
    figures = {name: _text(value) for name, value in totals(report.totals).items()}
    if len(figures["idle-users"]) > MAX_OUTPUT_CHARACTERS:
        figures["idle-users"] = ""
        log.warning(
            "idle-users is left empty: there are more logins than an output can hold. They are in "
            f"{listed([name for name in NAMING_PEOPLE if name in files][:2])}."
        )
    return {name: figures[name] for name in COUNTS}


def _artifact_outputs(
    artifact: Artifact | None, page: Artifact | None, runner: Runner | None
) -> dict[str, str]:
    """Return the outputs about the artifacts; without a runner, no URLs.

    URLs name the repository's owner, which is usually the organization.
    """
    return {
        "artifact-name": artifact.name if artifact else "",
        "artifact-id": artifact.id if artifact else "",
        "artifact-url": runner.artifact_url(artifact.id) if artifact and runner else "",
        "artifact-digest": artifact.digest if artifact else "",
        "page-url": runner.artifact_url(page.id) if page and runner else "",
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, tuple):
        return msgspec.json.encode(value).decode()
    return str(value)
