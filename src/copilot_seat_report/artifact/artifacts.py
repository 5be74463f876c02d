"""The report's two artifacts: the zip of all its files, and the page, which opens in one click.

Both are uploaded, then the zip is finalized, then the page. An error with the page does not affect
the zip.
"""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from copilot_seat_report.artifact.requests import TIMEOUT
from copilot_seat_report.artifact.service import ArtifactService
from copilot_seat_report.artifact.upload import PIECE_BYTES, put_blob, signatures
from copilot_seat_report.errors import ServiceError
from copilot_seat_report.http.client import Network
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log
from copilot_seat_report.runner.signals import StoppedWaiting, until_interrupted

# If a name is taken, by another job of a matrix or another attempt, name-2, name-3, … are tried.
NAMES_TRIED = 100
# The page must not use up the time that the zip may need.
PAGE_ATTEMPTS = 3
PAGE_WAIT_SECONDS = 60.0
# At this point the zip is published, and the rest waits for the page.
PAGE_FINALIZATION_SECONDS = 60.0


@dataclass(frozen=True)
class Artifact:
    """An artifact that the service accepted: `digest` is `sha256:…` of its `size` bytes."""

    id: str
    name: str
    digest: str
    size: int


@dataclass(frozen=True)
class Upload:
    """An artifact with uploaded content, which nobody can see before it is finalized."""

    service: ArtifactService
    name: str
    digest: str
    size: int

    def finalize(self) -> Artifact:
        """Return it as an artifact of the run; raises RunError if that fails."""
        artifact_id = self.service.finalize(self.name, size=self.size, digest=self.digest)
        return Artifact(artifact_id, self.name, self.digest, self.size)


@dataclass(frozen=True)
class Uploads:
    """The report's zip and page, uploaded; `page` is None if there is none to finalize."""

    zip: Upload
    page: Upload | None
    log: Log

    def finalize_zip(self) -> Artifact:
        """Return the zip as an artifact of the run; raises RunError if that fails."""
        return self.zip.finalize()

    def finalize_page(self) -> Artifact | None:
        """Return the page as an artifact, or None, with a warning, if that fails.

        Call this after finalizing the zip. If the job is cancelled or the service is slow, the page
        is left out.
        """
        if self.page is None:
            return None
        with _warning_of_the_page(self.zip.name, self.log):
            return until_interrupted(self.page.finalize, seconds=PAGE_FINALIZATION_SECONDS)
        return None


@contextmanager
def uploaded(
    files: Mapping[str, Path],
    *,
    page: Path | None,
    name: str,
    retention_days: int | None,
    runner: Runner,
    network: Network,
    retry_policy: RetryPolicy,
    log: Log,
) -> Iterator[Uploads]:
    """Upload `files`, by their names, as a zip, and `page` as it is; yield the uploads.

    The same files make the same bytes. Nothing is replaced: if `name` is taken in this workflow
    run, the next free one is used (`Upload.name`); the page is named after the zip.
    `retention_days` is cut to the repository's limit. Raises RunError if the service refuses the
    zip, or if all retries failed.
    """
    expires_at = _expiry(retention_days, runner, retry_policy, log)
    with ExitStack() as stack:
        http = stack.enter_context(network.client(timeout=TIMEOUT))
        archive = stack.enter_context(tempfile.TemporaryFile())
        _zip(files, archive)
        upload = partial(_upload, expires_at=expires_at, log=log)
        zipped = upload(ArtifactService(http, runner, retry_policy), name, archive)
        paged = None
        if page:
            page_retry_policy = RetryPolicy(
                retry_policy.clock,
                log.info,
                total_seconds=PAGE_WAIT_SECONDS,
                attempts=PAGE_ATTEMPTS,
            )
            with _warning_of_the_page(zipped.name, log), page.open("rb") as content:
                paged = upload(
                    ArtifactService(http, runner, page_retry_policy),
                    zipped.name,
                    content,
                    suffix=".html",
                    mime_type="text/html",
                )
        yield Uploads(zipped, paged, log)


@contextmanager
def _warning_of_the_page(zip_name: str, log: Log) -> Iterator[None]:
    """Turn any error with the page into a warning."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 no error may affect the zip
        if isinstance(error, ServiceError):
            reason = error.reason
        else:  # the text may hold the signed URL
            reason = str(error) if isinstance(error, StoppedWaiting) else f"{type(error).__name__}."
        log.warning(
            f"The page could not be published as an artifact of its own: {reason} It is in the "
            f"artifact {zip_name!r}, as report.html."
        )


def _upload(
    service: ArtifactService,
    name: str,
    content: io.BufferedIOBase,
    *,
    suffix: str = "",
    mime_type: str | None = None,
    expires_at: str | None,
    log: Log,
) -> Upload:
    """Return a zip, or a file of a `mime_type`, uploaded under the next free name."""
    content.seek(0)
    digest = "sha256:" + hashlib.file_digest(content, "sha256").hexdigest()
    size = content.seek(0, io.SEEK_END)
    names = [f"{name}{suffix}"]
    names += [f"{name}-{number}{suffix}" for number in range(2, NAMES_TRIED + 1)]
    created = service.create(names, mime_type=mime_type, expires_at=expires_at)
    if created is None:
        raise ServiceError(
            f"This run already has artifacts under all the names from {names[0]!r} to "
            f"{names[-1]!r}.",
            "Give each job its own `artifact-name`, or start a new run instead of another attempt.",
        )
    given, address = created
    for secret in signatures(address):
        log.mask(secret)
    if given != names[0]:
        log.notice(f"This run already has an artifact {names[0]!r}; this one is {given!r}.")
    log.info(f"Uploading the artifact {given} ({size:,} bytes)")
    put_blob(service.http, address, content, mime_type or "application/zip", service.retry_policy)
    return Upload(service, given, digest, size)


def _zip(files: Mapping[str, Path], archive: BinaryIO) -> None:
    """Write a zip whose bytes depend only on the names and contents."""
    with zipfile.ZipFile(archive, "w") as zipped:
        for name in sorted(files):
            # Every entry has ZipInfo's default date, 1980-01-01.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # always Unix, so that the mode counts
            entry.external_attr = 0o100644 << 16
            entry.file_size = files[name].stat().st_size
            with files[name].open("rb") as source, zipped.open(entry, "w") as target:
                while chunk := source.read(PIECE_BYTES):
                    target.write(chunk)


def _expiry(days: int | None, runner: Runner, retry_policy: RetryPolicy, log: Log) -> str | None:
    """Return when the artifacts are to expire, or None for the repository's own setting."""
    limit = runner.max_retention_days
    if days and limit and days > limit:
        log.warning(
            f"`retention-days` is {days}, but this repository keeps artifacts for at most {limit} "
            f"days: the artifact will be kept for {limit}."
        )
        days = limit
    if not days:
        return None
    return f"{retry_policy.clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
