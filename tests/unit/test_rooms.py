"""The rooms are in the order of docs/architecture.md, and no import runs back up that order."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "copilot_seat_report"


def rooms() -> list[str]:
    """The rooms as the document lists them, from the first to the last; `run` leads through all."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    listing = page.partition("src/copilot_seat_report/\n")[2].partition("```")[0]
    first, *others = re.findall(r"^  (\w+)(?:/|\.py)", listing, re.MULTILINE)
    return [*others, first]


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """What a module imports of this package, wherever it does: the room, and the module in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            package, _, module = name.partition(".")
            if package == "copilot_seat_report" and not module.startswith("__"):
                yield module.partition(".")[0], module


def test_every_room_has_its_place_in_the_order() -> None:
    there = {path.stem for path in SRC.iterdir() if path.suffix == ".py"}
    there |= {path.parent.name for path in SRC.glob("*/__init__.py")}

    assert sorted(rooms()) == sorted(there - {"__init__"})


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_no_import_runs_back_up_the_order_of_the_rooms(path: Path) -> None:
    order = {name: place for place, name in enumerate(rooms())}
    room = path.relative_to(SRC).parts[0].removesuffix(".py")

    later = [module for used, module in imported(path) if order[used] > order.get(room, len(order))]

    assert later == []


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_json_is_decoded_by_decoders_that_are_there_before_any_thread(path: Path) -> None:
    """msgspec 0.22 crashes where several threads are the first to decode into a type.

    A type that is made beside its decoder is known to one thread only.
    """
    module = ast.parse(path.read_text("utf-8"))
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    made_late = [
        name
        for called in map(_called, functions)
        for name in called
        if name.endswith(("json.decode", "json.Decoder")) and "defstruct" not in called
    ]

    assert made_late == []


def _called(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
