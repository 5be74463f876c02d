"""The table of seats, from seat records."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from copilot_seat_report.cleaning import clean
from copilot_seat_report.errors import RunError
from copilot_seat_report.github.copilot import Seat
from copilot_seat_report.report.editors import Editor, editor_of
from copilot_seat_report.report.pricing import priced
from copilot_seat_report.sources.seat_list import SeatList

_NONE_RECORDED = Editor("", "")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NOT_A_TIME = np.iinfo(np.int64).min
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def seat_table(lists: Sequence[SeatList], plans: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per seat, in an order that does not depend on that of the lists.

    `plans` is the plan type of each organization, by its name as in the lists' scopes.

    Columns: `person` (`int64`, one number per person, -1 if unassigned), `organization`, `login`,
    `user_id` (`Int64`, NA if unassigned), `last_activity_at`, `last_activity_editor`, `editor`
    and `editor_version` (empty if no activity is recorded), `last_authenticated_at`,
    `created_at`, `assigning_team`, `plan_type` (GitHub's text, empty if absent),
    `pending_cancellation_date` (`YYYY-MM-DD` or empty), `pending` (`bool`), and `plan` and
    `plan_source` as `pricing.priced` returns them.
    """
    seats = [seat for list_ in lists for seat in list_.seats]
    organizations = [name for list_ in lists for name in _organizations(list_)]
    editors = [seat.last_activity_editor or "" for seat in seats]
    editor_by_text = {text: editor_of(clean(text)) for text in set(editors)}
    # Without recorded activity, a person has no editor.
    used = [
        editor_by_text[text] if seat.last_activity_at else _NONE_RECORDED
        for seat, text in zip(seats, editors, strict=True)
    ]
    table = pd.DataFrame(
        {
            "organization": _text(organizations),
            "login": _strings(
                _clean([(seat.assignee.login or "") if seat.assignee else "" for seat in seats])
            ),
            "user_id": pd.array(
                [seat.assignee.id if seat.assignee else None for seat in seats], dtype="Int64"
            ),
            "last_activity_at": _times(seats, lambda seat: seat.last_activity_at),
            "last_activity_editor": _text(editors),
            "editor": _strings(editor.name for editor in used),
            "editor_version": _strings(editor.version for editor in used),
            "last_authenticated_at": _times(seats, lambda seat: seat.last_authenticated_at),
            "created_at": _times(seats, lambda seat: seat.created_at),
            "assigning_team": _text(
                (seat.assigning_team.name or "") if seat.assigning_team else "" for seat in seats
            ),
            "plan_type": _text(seat.plan_type or "" for seat in seats),
            "pending_cancellation_date": _strings(
                seat.pending_cancellation_date.isoformat() if seat.pending_cancellation_date else ""
                for seat in seats
            ),
        }
    )
    table["pending"] = table["pending_cancellation_date"] != ""
    organization_plan = _strings(plans.get(name, "") for name in organizations)
    table = pd.concat([table, priced(table["plan_type"], organization_plan)], axis=1)
    return _in_lasting_order(table)


def _in_lasting_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return the seats ordered by person; a person's seats are ordered by their facts."""
    several = table["user_id"].duplicated(keep=False)
    tied = table[several].sort_values(
        [
            "organization",
            "assigning_team",
            "created_at",
            "last_activity_at",
            "last_authenticated_at",
            "pending_cancellation_date",
            "plan_type",
            "last_activity_editor",
            "login",
        ]
    )
    lasting = pd.concat([table[~several], tied]).sort_values(
        "user_id", kind="stable", ignore_index=True
    )
    # In the order of the IDs, NA last; from here on, the number identifies the person.
    lasting.insert(0, "person", lasting["user_id"].factorize()[0].astype("int64"))
    return lasting


def _organizations(list_: SeatList) -> Iterable[str]:
    """Return each seat's organization; in an organization's list it is always that one."""
    if not list_.scope.is_enterprise:
        return [list_.scope.name] * len(list_.seats)
    return [(seat.organization.login or "") if seat.organization else "" for seat in list_.seats]


def _strings(texts: Iterable[str]) -> pd.Series:
    return pd.Series(list(texts), dtype="str")


def _clean(texts: list[str]) -> list[str]:
    """Return the cleaned texts; faster than `_text` if nearly all are different."""
    return texts if "".join(texts).isprintable() else list(map(clean, texts))


def _text(texts: Iterable[str]) -> pd.Series:
    """Return cleaned texts; each distinct one is cleaned and stored once."""
    column = list(texts)
    cleaned = {text: clean(text) for text in set(column)}
    return _strings(cleaned[text] for text in column)


def _times(seats: Sequence[Seat], time_of: Callable[[Seat], datetime | None]) -> pd.Series:
    """Return the times in UTC.

    Raises RunError for a time that its offset puts outside the years that a date can have.
    """
    microseconds = np.fromiter(
        (
            _NOT_A_TIME if (time := time_of(seat)) is None else (time - _EPOCH) // _MICROSECOND
            for seat in seats
        ),
        dtype=np.int64,
        count=len(seats),
    )
    recorded = microseconds[microseconds != _NOT_A_TIME]
    if ((recorded < _FIRST) | (recorded > _LAST)).any():
        raise RunError(
            "GitHub's response has a seat with a time outside the years 1 to 9999 of UTC. Nothing "
            "was published. Run it again; if the error remains, contact GitHub Support."
        )
    return pd.Series(pd.DatetimeIndex(microseconds.view("datetime64[us]"), tz="UTC"))


def datetimes(times: "pd.Series[pd.Timestamp]") -> list[datetime | None]:
    """Return a column of times as Python datetimes, or None."""
    there = times.notna().tolist()
    return [
        time.to_pydatetime() if is_there else None
        for time, is_there in zip(times, there, strict=True)
    ]
