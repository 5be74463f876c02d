"""The completeness of a seat list: what was read, compared with GitHub's own total."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """Whether one list agrees with GitHub's own total.

    `read` is the number of seats read. `stated` is GitHub's total (None: it states none), from the
    seat list or, failing that, from the seat settings. `counted` is the figure to compare with it:
    a total counts seats or, in an enterprise, people (`unit`). `times_read` says how often the list
    was read, and `changed` whether a change was observed meanwhile. If the list is not `complete`,
    `reason` is `differs` (`counted` is not `stated`) or `no-total` (GitHub states no total, and the
    last page was full, so more may follow).
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
