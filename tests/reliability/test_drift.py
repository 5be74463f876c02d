"""Seats that come and go while they are read: the whole report, and how it tells what differs."""

from collections.abc import Callable

import pytest

from tests.github_server import Account, Enterprise, Organization
from tests.loopback import changing_json
from tests.made_up import Json, seat, seats
from tests.reliability.world import World


def removing(account: Account, index: int = 10) -> Callable[[], None]:
    def change() -> None:
        account.seats = [*account.seats[:index], *account.seats[index + 1 :]]

    return change


def granting(account: Account, number: int) -> Callable[[], None]:
    def change() -> None:
        account.seats = [seat(number), *account.seats]

    return change


@pytest.mark.parametrize("change", [removing, lambda account: granting(account, 900)])
def test_a_list_that_changes_is_read_again_and_is_right(
    world: World, change: Callable[[Account], Callable[[], None]]
) -> None:
    account = Organization("acme", seats(230))
    world.github.add(account)
    disturbed = world.run(changes={"page 2": [change(account)]}, formats="csv,html")
    published = world.published(disturbed)
    world.forget()
    undisturbed = world.run(formats="csv,html")

    assert disturbed.status == 0, disturbed.log
    assert disturbed.outputs["complete"] == "true"
    assert "reading the list again" in disturbed.log
    assert disturbed.annotations("warning") == []
    assert "was read again" in (disturbed.summary or "")
    # All that tells of the change is that the list was read again.
    again = world.published(undisturbed)
    assert published["copilot-seat-report/seats.csv"] == again["copilot-seat-report/seats.csv"]
    assert disturbed.figures("seats", "people", "idle") == undisturbed.figures(
        "seats", "people", "idle"
    )


def test_a_list_that_never_stays_the_same_is_told_everywhere(world: World) -> None:
    account = Organization("acme", seats(230))
    world.github.add(account)

    outcome = world.run(changes={"page 2": [removing(account)] * 10})

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["complete"] == "false"
    assert outcome.report["totals"]["complete"] is False
    completeness = outcome.report["overviews"][0]["completeness"]
    assert (completeness["complete"], completeness["times_read"]) == (False, 3)
    assert [text for text in outcome.annotations("warning") if text.startswith("Incomplete: ")]
    stated = f"{completeness['stated']:,}"
    words = f"Incomplete: {completeness['read']:,} of {stated} seats were read."
    for text in (outcome.summary, outcome.text("report.html"), outcome.annotations("notice")[-1]):
        assert words in (text or "")
    assert len([name for name in world.requests if name == "page 1"]) == 3


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (229, "May be incomplete: 230 seats were read, but GitHub reports 229."),
        (231, "Incomplete: 230 of 231 seats were read."),
    ],
)
def test_a_total_that_always_differs_is_told_with_both_figures(
    world: World, stated: int, words: str
) -> None:
    world.github.add(Organization("acme", seats(230), stated=stated))

    outcome = world.run()

    assert outcome.outputs["complete"] == "false"
    assert outcome.annotations("notice")[-1].startswith(words)
    assert outcome.summary
    assert words in outcome.summary
    # Nothing was seen to change.
    assert "changed" not in outcome.summary


def test_one_list_of_several_that_differs_makes_the_whole_incomplete(world: World) -> None:
    world.github.add(Organization("labs", seats(30, first=500, login="labs"), stated=31))

    outcome = world.run(organization="acme,labs")

    assert outcome.outputs["complete"] == "false"
    by_name = {
        each["name"]: each["completeness"]["complete"] for each in outcome.report["overviews"]
    }
    assert by_name == {"acme": True, "labs": False}


def test_a_gap_in_an_enterprise_is_noticed_though_everybody_is_there(world: World) -> None:
    """Each person holds two seats; a page lacks a few, and the total counts people."""
    records = [seat(number, login=login) for login in ("labs", "shop") for number in range(1, 121)]
    world.github.add(Enterprise("megacorp", records))

    def short(page: Json) -> Json:
        return {**page, "seats": page["seats"][:90]}

    outcome = world.run({"page 2": [changing_json(short)]}, organization="", enterprise="megacorp")

    assert outcome.outputs["complete"] == "true"
    assert outcome.outputs["seats"] == "240"
    assert "reading the list again" in outcome.log
