"""Objects come out of a stream whole, however it is cut and however they are set apart."""

import json
from collections.abc import Callable, Iterable, Iterator

import msgspec
import pytest

from copilot_seat_report.sources.json_objects import MAX_OBJECT_BYTES, NotObjects, objects
from tests.made_up import Json

Read = Callable[[Iterable[bytes]], list[Json]]

TWO = [{"a": 1, "b": {"c": ['}{"', "\\"]}}, {"d": 'a "quoted" \\" word', "e": [{"f": {}}]}]
FIRST, SECOND = map(json.dumps, TWO)


def in_pieces(text: str, size: int) -> Iterator[bytes]:
    whole = text.encode()
    return (whole[place : place + size] for place in range(0, len(whole), size))


def one_by_one(chunks: Iterable[bytes], max_object_bytes: int = MAX_OBJECT_BYTES) -> list[Json]:
    return list(objects(chunks, json.loads, lambda _: None, max_object_bytes=max_object_bytes))


def by_lines(chunks: Iterable[bytes], max_object_bytes: int = MAX_OBJECT_BYTES) -> list[Json]:
    def read(block: bytes) -> list[Json] | None:
        try:
            return msgspec.json.Decoder(Json).decode_lines(block)
        except msgspec.MsgspecError:
            return None

    return list(objects(chunks, json.loads, read, max_object_bytes=max_object_bytes))


@pytest.mark.parametrize("read", [one_by_one, by_lines])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n{SECOND}\n",
        f"{FIRST}\r\n\r\n{SECOND}",
        f"{FIRST}{SECOND}",
        f"[{FIRST},{SECOND}]",
        json.dumps(TWO, indent=2),
        f"\ufeff{FIRST} {SECOND}",
    ],
    ids=["lines", "Windows lines", "nothing between", "array", "array over lines", "byte mark"],
)
def test_every_form_gives_the_same_objects(text: str, size: int, read: Read) -> None:
    assert read(in_pieces(text, size)) == TWO


@pytest.mark.parametrize("read", [one_by_one, by_lines])
@pytest.mark.parametrize("text", ["", "\n\n", "[]", " [ ] \n"])
def test_an_empty_file_has_no_objects(text: str, read: Read) -> None:
    assert read(in_pieces(text, 1)) == []


@pytest.mark.parametrize("read", [one_by_one, by_lines])
@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<html>", "something other than JSON"),
        (f"{FIRST}\noops\n{SECOND}", "something other than JSON"),
        (f'{FIRST} "text" {SECOND}', "something other than JSON"),
        (f"{FIRST}" + "}", "no opening one"),
        (FIRST[:-1], "ends within"),
        (f'{FIRST}{{"a": "b', "ends within"),
    ],
)
def test_anything_else_is_reported_after_the_objects_before_it(
    text: str, why: str, size: int, read: Read
) -> None:
    with pytest.raises(NotObjects, match=why):
        read(in_pieces(text, size))


def test_an_object_that_never_ends_is_given_up_before_it_fills_the_memory() -> None:
    endless = (b'{"a": "' if number == 0 else b"x" * 100 for number in range(10**9))
    with pytest.raises(NotObjects, match="larger than 1,000 bytes"):
        one_by_one(endless, max_object_bytes=1000)


@pytest.mark.timeout(60)  # a look at everything before for each piece would take much longer
@pytest.mark.parametrize("piece", [b'{"a": ', b'["\\\\', b'{"', b"\\"])
def test_hostile_text_takes_time_in_proportion(piece: bytes) -> None:
    """A megabyte of it, in pieces of a few kilobytes."""
    with pytest.raises(NotObjects):
        one_by_one([b"{", *([piece * 1000] * (1_000_000 // len(piece) // 1000))])
