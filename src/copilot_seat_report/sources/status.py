"""The status of a source: one record type for all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# `read`; `partial`: a part was read; `off`: not requested; `not-found`: there is none, as in the
# first run; `not-permitted`: the token may not read it; `unusable`: found, but damaged or made for
# something else; `unreachable`: the network or the server failed.
State = Literal["read", "partial", "off", "not-found", "not-permitted", "unusable", "unreachable"]


@dataclass(frozen=True, kw_only=True)
class SourceStatus:
    """Whether a source other than the seats was read, and up to when it has data.

    `source` is its code (`history`, `usage-metrics`, …). `words` say in one line why it was not
    read, and what to do; they are empty if there is nothing to say. `read_at` is when it was read,
    and `up_to` the time up to which it has data: both are UTC, or None if not read or unknown.
    """

    source: str
    state: State
    words: str = ""
    read_at: datetime | None = None
    up_to: datetime | None = None
