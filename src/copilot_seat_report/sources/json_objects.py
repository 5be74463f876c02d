"""The objects in a stream of JSON, one at a time, whatever separates them.

GitHub's files are named `.json` but have one object per line (https://jsonlines.org). Files without
line breaks between objects, and arrays of objects, also occur.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec import MsgspecError, Raw, json

T = TypeVar("T")

# One of GitHub's records has about 3 KB.
MAX_OBJECT_BYTES = 4 * 1024 * 1024
_MAX_LINE_BYTES = 64 * 1024
# Several files are read at once: what each has in memory is to be little.
_BLOCK_BYTES = 16 * 1024

_OPEN = ord("{")
_REST_OF_STRING = rb'(?:[^"\\]++|\\.)*+'
_AFTER_OPEN_QUOTE = re.compile(_REST_OF_STRING, re.DOTALL)
# Up to the next brace, or to the opening quote of a string that does not end in the buffer. The
# quantifiers are possessive, so there is no backtracking.
_OUTSIDE_STRINGS = re.compile(rb'[^"{}]*+(?:"' + _REST_OF_STRING + rb'"[^"{}]*+)*+', re.DOTALL)
# What may be between objects: white space, commas, brackets, a byte order mark.
_BETWEEN = re.compile(rb"[\s,\[\]\xef\xbb\xbf]*+")


class NotObjects(ValueError):
    """The stream has something other than JSON objects; the message says what."""


def objects(
    chunks: Iterable[bytes],
    read: Callable[[bytes], T],
    read_lines: Callable[[bytes], Sequence[T] | None],
    *,
    max_object_bytes: int = MAX_OBJECT_BYTES,
) -> Iterator[T]:
    """Yield what `read` returns for the text of each outermost object, as soon as it is complete.

    `read_lines` may read several at once: it returns the same for all objects of a block that has
    one per line, or None if it cannot.

    Only one chunk and one object are in memory. Only the braces of an object are checked. Raises
    NotObjects if there is anything else between two objects, if an object is larger than
    `max_object_bytes`, or if the stream ends within one.
    """
    text = _Text()
    for block in _blocks(chunks):
        is_apart = not text.buffer and len(block) <= max_object_bytes
        whole: Iterable[T] | None = read_lines(block) if is_apart else None
        if whole is None:
            # One object per line is ten times as fast to split.
            lines = _lines(block) if is_apart else None
            whole = map(read, text.objects(block) if lines is None else map(bytes, lines))
        yield from whole
        if len(text.buffer) > max_object_bytes:
            raise NotObjects(f"an object is larger than {max_object_bytes:,} bytes")
    if text.buffer:
        raise NotObjects("it ends within an object")


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split the stream after line breaks, unless a line is too long to be a record."""
    rest = b""
    for chunk in chunks:
        for start in range(0, len(chunk), _BLOCK_BYTES):
            block = rest + chunk[start : start + _BLOCK_BYTES]
            # A line that is too long to be a record is not waited for.
            end = block.rfind(b"\n") + 1 if len(block) < _MAX_LINE_BYTES else len(block)
            yield block[:end]
            rest = block[end:]
    yield rest


_values = json.Decoder(Raw).decode_lines


def _lines(block: bytes) -> list[Raw] | None:
    """Return the objects of a block that has whole ones and nothing else; None of any other."""
    try:
        values = _values(block)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return values if all(memoryview(value)[0] == _OPEN for value in values) else None


class _Text:
    """The text that is still needed, in `buffer`: from `_start` on, scanned up to `_position`."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self._start = self._position = 0
        self._depth = 0
        self._in_string = False

    def objects(self, block: bytes) -> Iterator[bytes]:
        """Add a block, and yield the objects that end in it."""
        self.buffer += block
        while brace := self._next_brace():
            if brace == _OPEN:
                if self._depth == 0:
                    self._pass_over(self._position - 1)
                self._depth += 1
            elif self._depth == 0:
                raise NotObjects("a closing brace has no opening one")
            else:
                self._depth -= 1
                if self._depth == 0:
                    yield bytes(self.buffer[self._start : self._position])
                    self._start = self._position
        if self._depth == 0:
            self._pass_over(len(self.buffer))
        del self.buffer[: self._start]
        self._start, self._position = 0, self._position - self._start

    def _next_brace(self) -> int | None:
        """Return the next brace outside strings, and move past it; None if it has not come yet."""
        while True:
            pattern = _AFTER_OPEN_QUOTE if self._in_string else _OUTSIDE_STRINGS
            self._position = pattern.match(self.buffer, self._position).end()  # type: ignore[union-attr]
            rest = self.buffer[self._position : self._position + 1]
            if not rest or rest == b"\\":  # an escape whose second half is still to come
                return None
            self._position += 1
            if rest != b'"':
                return rest[0]
            self._in_string = not self._in_string

    def _pass_over(self, end: int) -> None:
        """Skip the text between objects; raises NotObjects if it is not allowed there."""
        if not _BETWEEN.fullmatch(self.buffer, self._start, end):
            raise NotObjects("there is something other than JSON between two objects")
        self._start = end
