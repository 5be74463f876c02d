"""What to do next, in order, with the same steps on the page and in the summary."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from copilot_seat_report.formatting import people, price, seats
from copilot_seat_report.report.model import Report

_DOCS = "https://docs.github.com/en/copilot"
REMIND = f"{_DOCS}/tutorials/roll-out-at-scale/assign-licenses/remind-inactive-users"
TAKE_BACK = (
    f"{_DOCS}/how-tos/administer-copilot/manage-for-organization/manage-access/revoke-access"
)
LICENSE_CHANGES = f"{_DOCS}/reference/copilot-billing/license-changes"


@dataclass(frozen=True)
class Step:
    """One thing to do, in a sentence, with GitHub's guide to it and the people concerned.

    `guide` is (text, URL), or None. `view` filters the page's list of people, and `whom` says who
    they are; both are empty for a step that concerns nobody in particular.
    """

    text: str
    guide: tuple[str, str] | None = None
    view: Mapping[str, str] = field(default_factory=dict)
    whom: str = ""


def next_steps(report: Report) -> tuple[Step, ...]:
    """Return what to do next; names nobody."""
    return tuple(_steps(report))


def _steps(report: Report) -> Iterator[Step]:
    totals = report.totals
    if totals.complete is False:
        yield Step(
            "Run the report again before you act on it: not all seats were read, or it is not "
            "certain that they were."
        )
    yield from _leavers(report)
    active_there = len(report.comparison.active_there) if report.comparison else 0
    if active_there:
        are = "is" if active_there == 1 else "are"
        yield Step(
            f"First ask the {people(active_there)} who {are} idle here but active according to "
            "GitHub's own report.",
            view={"active-there": "yes"},
            whom=f"who {are} active there",
        )
    if totals.ask_first:
        yield Step(
            f"Ask first: {people(totals.ask_first)} may still be using Copilot. Ask those marked "
            "“check telemetry” to enable telemetry in their editor, and look again after 24 hours.",
            view={"ask-first": "yes"},
            whom="whom to ask first",
        )
    if totals.idle:
        yield from _ask(report)
        yield Step(
            "Take back what is not needed. A seat that was granted through a team can only be "
            f"taken back through that team. A seat is paid for until it ends{_saved(report)}.",
            guide=(
                ("When a seat ends", LICENSE_CHANGES)
                if report.is_enterprise
                else ("How to take seats back", TAKE_BACK)
            ),
        )
        if any(overview.assigns_all for overview in report.overviews):
            yield Step(
                "If everyone in the organization has a seat, single seats cannot be taken back: "
                "first change the setting to selected people and teams."
            )
        yield Step(
            "Add service accounts and people on leave to “exempt-users”, so that the next report "
            "does not count them as idle."
        )
    if totals.unassigned:
        yield Step(
            f"Look at the {seats(totals.unassigned)} with no assignee on the Copilot settings page."
        )


def _ask(report: Report) -> Iterator[Step]:
    """Yield whom to ask: the idle people, except those who left."""
    totals = report.totals
    left = report.matching.idle_leavers if report.matching else 0
    if left == totals.idle:
        return
    one = totals.idle - left == 1
    who = "the idle person" if one else "the idle people"
    if left:
        who += f" who {'has' if one else 'have'} not left"
    yield Step(
        f"Ask {who} whether they still need Copilot, and offer help.",
        guide=("GitHub's suggested reminder", REMIND),
        view={"status": "idle"},
        whom="the idle person" if totals.idle == 1 else "the idle people",
    )


def _saved(report: Report) -> str:
    saving = report.totals.idle_monthly_saving
    if saving is None:
        return ", and what that saves depends on the pool of AI credits"
    return (
        f". Taking back all idle seats would save an estimated {report.totals.currency} "
        f"{price(saving)} in the next billing cycle: see Data quality"
    )


def _leavers(report: Report) -> Iterator[Step]:
    """Yield whose seats to take back first: those of leavers that do not end anyway."""
    number, matching = report.totals.leavers, report.matching
    if not number or not matching or matching.ending_leavers == number:
        return
    ending = matching.ending_leavers
    one = number == 1
    text = (
        f"{people(number)} left, according to the people file, and still "
        f"{'holds' if one else 'hold'} a seat: take {'that' if one else 'those'} back first."
    )
    if ending:
        text += f" For {ending:,} of them, this is done: all their seats are pending cancellation."
    # Under pseudonyms, nobody is marked as a leaver.
    yield Step(text, view={"leavers": "yes"}, whom="who left") if matching.leavers else Step(text)
