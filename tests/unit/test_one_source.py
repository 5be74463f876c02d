"""Inputs and outputs stand in action.yml, in the code and in the README: the same in all three."""

from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from copilot_seat_report.publish import OUTPUTS
from copilot_seat_report.settings import INPUTS

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def table(heading: str) -> list[list[str]]:
    """The rows of the README's first table under a heading, each cell as Markdown."""
    tokens = iter(MarkdownIt().enable("table").parse((ROOT / "README.md").read_text("utf-8")))
    for token in tokens:
        if token.type == "heading_open" and next(tokens).content == heading:
            break
    else:
        pytest.fail(f"README.md has no heading {heading!r}")
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tbody_close":
            return rows
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "td_open":
            rows[-1].append(next(tokens).content)
        elif token.type == "thead_close":
            rows.clear()
    pytest.fail(f"README.md has no table under {heading!r}")


def test_the_code_reads_the_inputs_of_action_yml() -> None:
    declared = {name: given["default"] for name, given in ACTION["inputs"].items()}

    assert {item.name: item.default for item in INPUTS} == declared


def test_the_readme_lists_the_inputs_of_action_yml() -> None:
    declared = {
        f"`{name}`": f"`{given['default']}`" if given["default"] else ""
        for name, given in ACTION["inputs"].items()
    }
    # Where action.yml has no default, the README may say in words what stands in for it.
    listed = {name: default if "`" in default else "" for name, default, *_ in table("Inputs")}

    assert listed == declared


def test_the_run_sets_the_outputs_of_action_yml() -> None:
    assert sorted(OUTPUTS) == sorted(ACTION["outputs"])


def test_the_readme_lists_the_outputs_of_action_yml() -> None:
    assert [name for name, *_ in table("Outputs")] == [f"`{name}`" for name in ACTION["outputs"]]


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_each_is_described_in_one_sentence(kind: str) -> None:
    for name, given in ACTION[kind].items():
        assert given["description"].endswith("."), name


def test_runners_start_what_the_image_starts() -> None:
    """On Kubernetes by action.yml alone."""
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")

    assert f'\nENTRYPOINT ["{ACTION["runs"]["entrypoint"]}"]\n' in dockerfile
