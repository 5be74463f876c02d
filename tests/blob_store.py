"""Azurite, Microsoft's emulator of Azure's blob storage, as it is behind GitHub's signed addresses.

Its checks are the real ones: signature, permissions, expiry, block lists.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from azure.storage.blob import BlobSasPermissions, BlobServiceClient, generate_blob_sas

from tests import node

# Azurite's published account: https://github.com/Azure/Azurite#default-storage-account
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
CONTAINER = "actions-results"


@dataclass(frozen=True)
class BlobStore:
    """A blob store with one container, at `http://127.0.0.1:{port}`."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def signed_path(
        self, blob: str, *, permission: str, lifetime: timedelta, file_name: str | None = None
    ) -> str:
        """Path and query that allow `permission` (`cw`: create and write, `r`: read) on a blob.

        A `file_name` is what it is downloaded as.
        """
        disposition = f'attachment; filename="{file_name}"' if file_name else None
        now = datetime.now(UTC)
        signature = generate_blob_sas(
            ACCOUNT,
            CONTAINER,
            blob,
            account_key=KEY,
            permission=BlobSasPermissions.from_string(permission),
            start=now - timedelta(minutes=5),
            expiry=now + lifetime,
            content_disposition=disposition,
        )
        return f"/{ACCOUNT}/{CONTAINER}/{blob}?{signature}"

    def client(self) -> BlobServiceClient:
        credential = {"account_name": ACCOUNT, "account_key": KEY}
        return BlobServiceClient(f"{self.url}/{ACCOUNT}", credential=credential)

    def read(self, blob: str) -> bytes:
        with self.client() as client, client.get_blob_client(CONTAINER, blob) as blob_client:
            return bytes(blob_client.download_blob().readall())

    def content_type(self, blob: str) -> str | None:
        with self.client() as client, client.get_blob_client(CONTAINER, blob) as blob_client:
            settings = blob_client.get_blob_properties().content_settings
            return str(settings.content_type) if settings.content_type else None


@contextmanager
def started() -> Iterator[BlobStore]:
    """Azurite on a free port, with nothing on disk."""
    node.install()
    command = [
        *("node", str(node.MODULES / "azurite" / "dist" / "src" / "blob" / "main.js")),
        *("--blobHost", "127.0.0.1", "--blobPort", "0"),
        *("--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            store = BlobStore(_port(process))
            with store.client() as client:
                client.create_container(CONTAINER)
            yield store
        finally:
            process.terminate()
            process.communicate()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if listening := re.search(r"successfully listens on http://[\d.]+:(\d+)", line):
            return int(listening[1])
    raise RuntimeError(f"Azurite did not start:\n{said}")
