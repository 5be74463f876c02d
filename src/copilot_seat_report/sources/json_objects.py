"""JSON objects out of a stream, one after another, however they are set apart.

GitHub calls its files `.json` and writes an object a line (https://jsonlines.org); files with no
line break between the objects, and arrays of objects, have been met too.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import MsgspecError, Raw, json

# A record of GitHub's has 3 KB.
MAX_OBJECT_BYTES = 4 * 1024 * 1024
_MAX_LINE_BYTES = 64 * 1024

_OPEN = ord("{")
_REST_OF_STRING = rb'(?:[^"\\]++|\\.)*+'
_AFTER_OPEN_QUOTE = re.compile(_REST_OF_STRING, re.DOTALL)
# Up to the next brace, or to the quote of a string that the buffer has no end of. The quantifiers
# are possessive: nothing is tried again in another way.
_OUTSIDE_STRINGS = re.compile(rb'[^"{}]*+(?:"' + _REST_OF_STRING + rb'"[^"{}]*+)*+', re.DOTALL)
# What may stand between objects: blanks, an array's signs, a byte order mark.
_BETWEEN = re.compile(rb"[\s,\[\]\xef\xbb\xbf]*+")


class NotObjects(ValueError):
    """The stream has something that is not JSON objects; the message says what."""


def objects(
    chunks: Iterable[bytes], *, max_object_bytes: int = MAX_OBJECT_BYTES
) -> Iterator[bytes]:
    """Yield the text of each outermost object as soon as it is whole.

    Keeps one chunk and one object in memory. That braces match is all that is known of an object.
    Raises NotObjects at the place where anything else stands between two objects, an object is
    larger than `max_object_bytes`, or the stream ends within one.
    """
    text = _Text()
    for block in _blocks(chunks):
        # What is an object a line is taken apart ten times as fast.
        whole = _lines(block) if not text.buffer and len(block) <= max_object_bytes else None
        yield from text.objects(block) if whole is None else whole
        if len(text.buffer) > max_object_bytes:
            raise NotObjects(f"an object is larger than {max_object_bytes:,} bytes")
    if text.buffer:
        raise NotObjects("it ends within an object")


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut the stream anew behind its line breaks, unless a line is too long to be a record."""
    rest = b""
    for chunk in chunks:
        lines, line_break, rest = (rest + chunk).rpartition(b"\n")
        yield lines + line_break
        if len(rest) > _MAX_LINE_BYTES:
            yield rest
            rest = b""
    yield rest


_values = json.Decoder(Raw).decode_lines


def _lines(block: bytes) -> list[bytes] | None:
    """Return the objects of a block that has whole ones and nothing else; None of any other."""
    try:
        texts = [bytes(value) for value in _values(block)]
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return texts if all(text.startswith(b"{") for text in texts) else None


class _Text:
    """What has come in and is still needed, in `buffer`: from `_start` on, read to `_position`."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self._start = self._position = 0
        self._depth = 0
        self._in_string = False

    def objects(self, block: bytes) -> Iterator[bytes]:
        """Take in more text, and yield the objects that end in it."""
        self.buffer += block
        while brace := self._next_brace():
            if brace == _OPEN:
                if self._depth == 0:
                    self._pass_over(self._position - 1)
                self._depth += 1
            elif self._depth == 0:
                raise NotObjects("a brace closes that was not opened")
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
        """Return the next brace that is not in a string, and move behind it; None: not yet."""
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
        """Leave out what stands between objects; raises NotObjects where it may not."""
        if not _BETWEEN.fullmatch(self.buffer, self._start, end):
            raise NotObjects("between two objects is something that is not JSON")
        self._start = end
