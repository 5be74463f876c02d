"""Uploads of an artifact's content, in blocks, to a signed URL of Azure's blob storage.

https://learn.microsoft.com/en-us/rest/api/storageservices/put-block-list
"""

import base64
import io
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from urllib.parse import quote, unquote

import httpx

from copilot_seat_report.artifact.requests import Rejection, raise_for, refused, send
from copilot_seat_report.http.retry import RetryPolicy

BLOCK_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 256 * 1024
STORAGE_VERSION = "2021-08-06"


def put_blob(
    http: httpx.Client,
    address: httpx.URL,
    content: io.BufferedIOBase,
    content_type: str,
    retry_policy: RetryPolicy,
) -> None:
    """Upload the content's blocks, then the list of them, which makes them the blob.

    Raises RunError if the storage refuses them, or if all retries failed.
    """
    size = content.seek(0, io.SEEK_END)
    block_ids: list[str] = []
    for start in range(0, size, BLOCK_BYTES):
        # All block IDs of a blob must have the same length.
        block_ids.append(base64.b64encode(f"block-{len(block_ids):08}".encode()).decode())
        length = min(BLOCK_BYTES, size - start)
        _put(
            http,
            address,
            f"comp=block&blockid={quote(block_ids[-1], safe='')}",
            partial(_pieces, content, start, length),
            what=f"Uploading block {len(block_ids)} of the artifact",
            retry_policy=retry_policy,
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(length)},
        )
    listed = "".join(f"<Latest>{block_id}</Latest>" for block_id in block_ids)
    document = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{listed}</BlockList>'.encode()
    _put(
        http,
        address,
        "comp=blocklist",
        lambda: document,
        what="Completing the upload of the artifact",
        retry_policy=retry_policy,
        headers={"Content-Type": "application/xml", "x-ms-blob-content-type": content_type},
    )


def signatures(address: httpx.URL) -> Iterator[str]:
    """Yield each form in which a signed URL's signature could be printed."""
    for part in address.query.decode("ascii").split("&"):
        key, _, value = part.partition("=")
        if key == "sig" and value:
            yield from sorted({value, unquote(value), quote(unquote(value), safe="")})


def _pieces(content: io.BufferedIOBase, start: int, length: int) -> Iterator[bytes]:
    """Yield a part of the content in pieces, so that no request holds all of it in memory."""
    content.seek(start)
    while length:
        piece = content.read(min(PIECE_BYTES, length))
        length -= len(piece)
        yield piece


def _put(
    http: httpx.Client,
    address: httpx.URL,
    operation: str,
    content: Callable[[], bytes | Iterator[bytes]],
    *,
    what: str,
    retry_policy: RetryPolicy,
    headers: Mapping[str, str],
) -> None:
    # The signature covers the query as written: append to it, but never rebuild it. The signature
    # is the only authorization; a second one would be an error.
    query = b"&".join(part for part in (address.query, operation.encode()) if part)

    def send_once() -> None:
        response, answer = send(
            http,
            "PUT",
            address.copy_with(query=query),
            content=content(),
            headers={"x-ms-version": STORAGE_VERSION, **headers},
        )
        if response.status_code != 201:
            code = re.search(rb"<Code>(\w{1,80})</Code>", answer)
            raise_for(response, answer, code[1].decode() if code else "")

    try:
        retry_policy.attempt(what, send_once)
    except Rejection as rejection:
        raise refused("take the artifact's content", rejection) from rejection
