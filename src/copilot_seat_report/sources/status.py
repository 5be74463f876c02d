"""What became of a source of the report: the same record for each of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# `read`; `partial`: read, but not all of it; `off`: not asked for; `not-found`: there is none (the
# first run's normal state); `not-permitted`: the token may not read it; `unusable`: it was found
# and is damaged, or made for something else; `unreachable`: the network or the server failed.
State = Literal["read", "partial", "off", "not-found", "not-permitted", "unusable", "unreachable"]


@dataclass(frozen=True, kw_only=True)
class SourceStatus:
    """Whether a source beside the seats was read, and how far it reaches.

    `source` is its code (`history`, `usage-metrics`, …), `state` what became of it, and `words` say
    in one line why it was not read and what to do (empty if there is nothing to say). `read_at`
    is when it was read and `up_to` the instant up to which it has data: both UTC, None if it was
    not read or where it does not say.
    """

    source: str
    state: State
    words: str = ""
    read_at: datetime | None = None
    up_to: datetime | None = None
