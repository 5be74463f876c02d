"""The report's two artifacts: the zip of all its files, and the page, which opens in one click.

The zip decides. Both are uploaded, then the zip is finalized, then the page; whatever befalls the
page leaves the zip as it is.
"""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from copilot_seat_report.artifact.requests import open_connection
from copilot_seat_report.artifact.service import ArtifactService
from copilot_seat_report.artifact.upload import PIECE_BYTES, put_blob, signatures
from copilot_seat_report.errors import ServiceError
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log

# A name that is taken is followed by name-2, name-3, …: each job of a matrix, and each attempt.
NAMES_TRIED = 100


@dataclass(frozen=True)
class Artifact:
    """An artifact as the service took it: `digest` is `sha256:…` of its `size` bytes."""

    id: str
    name: str
    digest: str
    size: int


@dataclass(frozen=True)
class Upload:
    """An artifact whose content is uploaded, and that nobody can see before it is finalized."""

    service: ArtifactService
    name: str
    digest: str
    size: int

    def finalize(self) -> Artifact:
        """Make it an artifact of the run; raises RunError when that fails."""
        artifact_id = self.service.finalize(self.name, size=self.size, digest=self.digest)
        return Artifact(artifact_id, self.name, self.digest, self.size)


@contextmanager
def uploaded(
    files: Mapping[str, Path],
    *,
    name: str,
    retention_days: int | None,
    runner: Runner,
    retry_policy: RetryPolicy,
    log: Log,
) -> Iterator[Upload]:
    """Upload `files`, by their names in the zip, as one artifact of this workflow run.

    The same files make the same bytes. Nothing is replaced: where `name` is taken, the next free
    one is used (`Upload.name`). `retention_days` beyond the repository's limit are cut. Raises
    RunError when the service refuses, or when waiting for it did not help.
    """
    expires_at = _expiry(retention_days, runner, retry_policy, log)
    with tempfile.TemporaryFile() as archive, open_connection() as http:
        _zip(files, archive)
        service = ArtifactService(http, runner, retry_policy)
        yield _upload(service, name, archive, expires_at=expires_at, log=log)


def _upload(
    service: ArtifactService,
    name: str,
    content: io.BufferedIOBase,
    *,
    expires_at: str | None,
    log: Log,
) -> Upload:
    content.seek(0)
    digest = "sha256:" + hashlib.file_digest(content, "sha256").hexdigest()
    size = content.seek(0, io.SEEK_END)
    names = [name, *(f"{name}-{number}" for number in range(2, NAMES_TRIED + 1))]
    created = service.create(names, mime_type=None, expires_at=expires_at)
    if created is None:
        raise ServiceError(
            f"This run has artifacts of all the names from {name!r} to {names[-1]!r} already.",
            "Give each job another `artifact-name`, or start a new run in place of another "
            "attempt.",
        )
    given, address = created
    for secret in signatures(address):
        log.mask(secret)
    if given != name:
        log.notice(f"This run has an artifact {name!r} already; this one is {given!r}.")
    log.info(f"Uploading the artifact {given} ({size:,} bytes)")
    put_blob(service.http, address, content, "application/zip", service.retry_policy)
    return Upload(service, given, digest, size)


def _zip(files: Mapping[str, Path], archive: BinaryIO) -> None:
    """Write a zip whose bytes depend on the names and contents alone."""
    with zipfile.ZipFile(archive, "w") as zipped:
        for name in sorted(files):
            # ZipInfo's own date is 1980-01-01; the report's time stands in the report.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it runs, so that the mode counts
            entry.external_attr = 0o100644 << 16
            entry.file_size = files[name].stat().st_size
            with files[name].open("rb") as source, zipped.open(entry, "w") as target:
                while chunk := source.read(PIECE_BYTES):
                    target.write(chunk)


def _expiry(days: int | None, runner: Runner, retry_policy: RetryPolicy, log: Log) -> str | None:
    """Return when the artifacts are to expire; None leaves it to the repository's own setting."""
    limit = runner.max_retention_days
    if days and limit and days > limit:
        log.warning(
            f"`retention-days` is {days}, and this repository keeps artifacts for {limit} days at "
            f"most: the artifact will be kept for {limit}."
        )
        days = limit
    if not days:
        return None
    return f"{retry_policy.clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
