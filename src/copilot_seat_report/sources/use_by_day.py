"""The use of each person by day, from any number of records; each day counts once."""

from array import array
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from copilot_seat_report.github.usage_metrics import MILLIONTHS, Record

# The state of a day; each overrides those to its left.
_NO_RECORD, _SILENT, _NOT_USED, _USED = range(4)
_UNKNOWN = -1
_UNDATED = -1
_HUNDREDTH = MILLIONTHS // 100
_HALF = _HUNDREDTH // 2


class PersonUse(NamedTuple):
    """One person's use in the days of the usage metrics.

    `active_days` counts the days of use; None if no dated record says whether there was any.
    `last_active_day` (UTC) is the last of them, or None. `silent_days` counts the days whose
    records do not say. `used_undated`: a record without a day shows use. `credits` are hundredths
    of an AI credit, halves rounded up; None if no record states any. `adoption_phase` is the newest
    one, by GitHub's name; empty if there is none.
    """

    user_id: int
    active_days: int | None
    last_active_day: date | None
    silent_days: int
    used_undated: bool
    credits: int | None
    adoption_phase: str


class UseByDay:
    """Adds up the records of given people between two days (UTC).

    It keeps the largest value for each person and day: GitHub writes one report as several files,
    and more than one of them may have a person's day.
    """

    def __init__(self, people: frozenset[int], first: date, last: date) -> None:
        self.first, self.last = first, last
        self._length = (last - first).days + 1
        self._people = people
        self.uses: dict[int, _Use] = {}

    def add(self, record: Record) -> bool:
        """Add a record; return False if its day is not one of the days.

        `add_undated` adds the credits of records without a day.
        """
        place = _UNDATED if record.day is None else (record.day - self.first).days
        if not _UNDATED <= place < self._length or (place == _UNDATED and record.day):
            return False
        if record.user_id in self._people:
            self._of(record.user_id).add(record, place)
        return True

    def add_undated(self, credits_of: Mapping[int, int]) -> None:
        """Add the credits (millionths, by `user_id`) of records without a day."""
        for user_id, amount in credits_of.items():
            if user_id in self._people:
                use = self._of(user_id)
                use.undated = max(0, use.undated) + amount

    def merge(self, other: "UseByDay") -> None:
        """Merge another report, whose days are among these: the larger value of each day counts.

        A person in several organizations may have the same use in the report of each. Do not use
        `other` afterwards.
        """
        offset = (other.first - self.first).days
        has_same_days = (other.first, other.last) == (self.first, self.last)
        for user_id, theirs in other.uses.items():
            if has_same_days and user_id not in self.uses:
                self.uses[user_id] = theirs
            else:
                self._of(user_id).merge(theirs, offset)

    def people(self) -> Iterator[PersonUse]:
        """Yield everyone with a record, by `user_id`."""
        for user_id, use in sorted(self.uses.items()):
            yield use.summed_up(user_id, self.first)

    def _of(self, user_id: int) -> "_Use":
        use = self.uses.get(user_id)
        if use is None:
            use = self.uses[user_id] = _Use(self._length)
        return use


class _Use:
    """One person's days: the state of each, and its credits in millionths."""

    __slots__ = ("credits", "days", "phase", "undated", "used_undated")

    def __init__(self, length: int) -> None:
        self.days = bytearray(length)
        self.credits = array("q", [_UNKNOWN]) * length
        self.undated = _UNKNOWN
        self.used_undated = False
        self.phase = (_UNDATED, "")  # with its day

    def add(self, record: Record, place: int) -> None:
        if place == _UNDATED:
            self.used_undated |= record.used is True
        else:
            known = _SILENT if record.used is None else _USED if record.used else _NOT_USED
            self.days[place] = max(self.days[place], known)
            if record.credits is not None:
                self.credits[place] = max(self.credits[place], record.credits)
        if record.phase:
            self.phase = max(self.phase, (place, record.phase))

    def merge(self, other: "_Use", offset: int) -> None:
        for place, known in enumerate(other.days, offset):
            self.days[place] = max(self.days[place], known)
        for place, amount in enumerate(other.credits, offset):
            self.credits[place] = max(self.credits[place], amount)
        self.undated = max(self.undated, other.undated)
        self.used_undated |= other.used_undated
        place, phase = other.phase
        self.phase = max(self.phase, (place + offset if place != _UNDATED else place, phase))

    def summed_up(self, user_id: int, first: date) -> PersonUse:
        amounts = (*self.credits, self.undated)
        unknown = amounts.count(_UNKNOWN)
        total = sum(amounts) - unknown * _UNKNOWN
        used = self.days.count(_USED)
        is_known = used or self.days.count(_NOT_USED)
        return PersonUse(
            user_id=user_id,
            active_days=used if is_known else None,
            last_active_day=first + timedelta(self.days.rindex(_USED)) if used else None,
            silent_days=self.days.count(_SILENT),
            used_undated=self.used_undated,
            # Halves are rounded up, as everywhere in the report.
            credits=None if unknown == len(amounts) else (total + _HALF) // _HUNDREDTH,
            adoption_phase=self.phase[1],
        )
