"""Whether a seat list is whole: what was read beside what GitHub states."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """How far one list agrees with what GitHub states of it.

    `read` is the number of seats read. `stated` is GitHub's total (None: it states none), taken
    from the seat list or, where that has none, from the seat settings. `counted` is the figure that
    was held against it: a total counts seats or, in an enterprise, people (`unit`). `times_read` is
    how often the list was read; `changed` says that it was seen to change meanwhile. Where the list
    is not `complete`, `reason` is `differs` (`counted` is not `stated`) or `no-total` (GitHub
    states no total, and the last page was full, so that more may follow).
    """

    read: int
    stated: int | None
    stated_by: Literal["seat-list", "seat-settings"] | None
    counted: int
    unit: Literal["seats", "people"]
    complete: bool
    times_read: int = 1
    changed: bool = False
    reason: Literal["", "differs", "no-total"] = ""
