"""The benchmarks measure what the machine can, and say what is left out, missed or failed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.results import Measured, Result
from benchmarks.subjects import SUBJECTS, Subject, measured
from tests import chromium, engine, node


def result(key: str = "1", *, figure: float = 1.0, goal: float | None = 2.0) -> Result:
    return Result(key, f"what {key} is", figure, goal, "x", "one / another")


def nothing() -> Iterator[Result]:
    raise AssertionError("it must not be measured")
    yield


def broken() -> Iterator[Result]:
    yield result("3")
    raise OSError("no space left")


@pytest.mark.parametrize(
    ("subject", "tool", "what"),
    [
        ("image", engine, "a Docker-compatible container engine"),
        ("page", chromium, "Chromium"),
        ("octokit", node, "Node.js with npm"),
    ],
)
def test_a_machine_without_a_tool_is_asked_for_all_else(
    subject: str, tool: object, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    monkeypatch.setattr(engine, "PROVIDER", tmp_path / "nothing")
    assert SUBJECTS[subject].lacking.__module__ == tool.__name__  # type: ignore[attr-defined]
    subjects = {
        subject: Subject(nothing, SUBJECTS[subject].lacking),
        "scale": Subject(lambda: [result()]),
    }
    done = measured(subjects, times=2)
    assert [list(run) for run in done.runs] == [["1"], ["1"]]
    assert what in done.left_out[subject]
    assert not done.failed
    assert f"Left out: `{subject}` needs {what}" in results.text(done)


def test_what_fails_is_named_and_takes_nothing_else_with_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    subjects = {"page": Subject(broken), "scale": Subject(lambda: [result()])}
    done = measured(subjects, times=2)
    assert "no space left" in capsys.readouterr().err
    assert [list(run) for run in done.runs] == [["3", "1"], ["1"]]
    said = results.text(done)
    assert "Failed: `page` OSError.\n" in said
    assert re.search(r"^\| 3 .* failed \| \*\*missed\*\* \|$", said, re.MULTILINE)
    assert re.search(r"^\| 1 .* \| yes \|$", said, re.MULTILINE)


@pytest.mark.parametrize(
    ("figures", "goal", "met"),
    [
        ((1.9, 2.0), 2.0, "yes"),
        ((1.9, 2.1), 2.0, "**missed**"),
        ((2.1, 1.9), 2.0, "**missed**"),
        ((9.0, 9.0), None, ""),
    ],
)
def test_a_goal_is_met_if_every_run_meets_it(
    figures: tuple[float, ...], goal: float | None, met: str
) -> None:
    runs = [{"1": result(figure=figure, goal=goal)} for figure in figures]
    assert results.text(Measured(runs, {}, {})).splitlines()[2].endswith(f"another | {met} |")


def test_the_page_gets_the_table_in_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- table -->\n\n| old |\n\n<!-- end of table -->\nafter\n", "utf-8")
    results.write(Measured([{"1": result()}], {"image": "needs an engine"}, {}), page)
    text = page.read_text("utf-8")
    assert text.startswith("before\n<!-- table -->\n\n| ")
    assert text.endswith("\n\n<!-- end of table -->\nafter\n")
    assert "old" not in text
    assert "what 1 is" in text
    assert "Left out: `image` needs an engine.\n" in text
    assert re.search(r"cores \(.+\), Python 3\.\d+\.\d+, pandas \d", text)


def test_every_missed_goal_is_explained() -> None:
    text = results.PAGE.read_text("utf-8")
    missed = re.findall(r"^\| (\w+) \|.*\*\*missed\*\* \|$", text, re.MULTILINE)
    explained = re.findall(r"^\*\*(\w+)\.\*\* ", text, re.MULTILINE)
    assert explained == missed
