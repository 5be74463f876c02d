"""The documents hold: links lead somewhere, and what they say of the code is what the code has."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from copilot_seat_report import inputs
from copilot_seat_report.github.endpoints import ENDPOINTS
from copilot_seat_report.github.rejections import REASONS
from copilot_seat_report.sources import usage_metrics
from copilot_seat_report.sources.history import find
from scripts import release
from tests.action import Action
from tests.github_server import GitHubServer

ROOT = Path(__file__).parents[2]
NODES = [
    node
    for path in sorted((ROOT / "src").rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EXAMPLES = sorted((ROOT / "examples").glob("*.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
THIS_ACTION = f"{release.ACTION}@v{release.version()}"


def links(page: Path) -> Iterator[str]:
    text = page.read_text("utf-8")
    for token in MarkdownIt().enable("table").parse(text):
        for child in token.children or ():
            target = child.attrs.get("href") or child.attrs.get("src")
            if target:
                yield str(target)
    yield from re.findall(r'(?:src|srcset)="([^"]+)"', text)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    tokens = MarkdownIt().parse(page.read_text("utf-8"))
    headings = (
        tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_this_repository_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """The steps of a workflow file, or of the workflows and parts of them that a page shows."""
    texts = [path.read_text("utf-8")]
    if path.suffix == ".md":
        tokens = MarkdownIt().parse(texts[0])
        texts = [t.content for t in tokens if t.type == "fence" and t.info == "yaml"]
    for text in texts:
        yield from _steps(yaml.safe_load(text))


def _steps(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    if isinstance(value, dict):
        if "uses" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _steps(each)


def test_the_readme_shows_the_weekly_report() -> None:
    weekly = (ROOT / "examples" / "weekly-report.yml").read_text("utf-8")

    assert f"```yaml\n{weekly}```\n" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", [*EXAMPLES, *PAGES], ids=lambda path: path.name)
def test_the_action_is_used_as_it_is_declared(path: Path) -> None:
    for step in steps(path):
        if step["uses"] == THIS_ACTION:
            assert set(step.get("with", {})) <= set(ACTION["inputs"])
    outputs = re.findall(r"steps\.report\.outputs\.([\w-]+)", path.read_text("utf-8"))
    assert set(outputs) <= set(ACTION["outputs"])


def test_every_other_action_is_pinned_to_one_commit_with_its_version() -> None:
    commits: dict[str, set[str]] = {}
    for path in (*WORKFLOWS, *EXAMPLES, *PAGES):
        for use in re.findall(r"uses: +(.*)", path.read_text("utf-8")):
            if use.startswith((THIS_ACTION, "./")):
                continue
            pinned = re.fullmatch(r"([\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", use)
            assert pinned, f"{path.name}: {use}"
            commits.setdefault(pinned[1], set()).add(pinned[2])

    assert {name: pins for name, pins in commits.items() if len(pins) > 1} == {}


def test_this_action_is_used_at_the_version_at_hand() -> None:
    for path in (*EXAMPLES, *PAGES):
        uses = re.findall(rf"(?<!/){release.ACTION}@[^`\s]+", path.read_text("utf-8"))
        assert {*uses} <= {THIS_ACTION}, path.name


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_report_may_be_compared_with_the_last_one(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    for job in workflow["jobs"].values():
        if any(step.get("uses") == THIS_ACTION for step in job["steps"]):
            assert job.get("permissions", workflow["permissions"])["actions"] == "read"


def test_the_recipes_lead_to_every_example() -> None:
    recipes = set(links(ROOT / "docs" / "recipes.md"))

    assert {f"../examples/{path.name}" for path in EXAMPLES} <= recipes


# --- Troubleshooting


def test_the_table_of_refusals_is_that_of_the_code() -> None:
    _, _, section = TROUBLESHOOTING.partition("\n## Refusals\n")
    rows = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("| ")]

    words = {
        "owner": "organization",
        "input": "token",
        "permission": "the permission that the request needs",
        "remedy": "Use [a token that the request accepts](#what-each-request-accepts).",
    }
    assert rows[2 : 2 + len(REASONS)] == [
        f"| {r.sign} | {r.meaning.format(**words)} | {r.remedy.format(**words)} |" for r in REASONS
    ]


def test_the_table_of_endpoints_is_that_of_the_code() -> None:
    _, _, section = TROUBLESHOOTING.partition("\n### What each request accepts\n")
    rows = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("| ")]

    assert rows[2:] == [
        f"| [{e.reads}]({e.page}) | {e.permission} | {e.remedy} |" for e in ENDPOINTS
    ]


def texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The texts among the nodes, with `…` for what is filled in."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.replace("`", "")
        elif isinstance(node, ast.JoinedStr):
            yield "".join(next(texts([part]), "…") for part in node.values)


def messages() -> Iterator[str]:
    """The texts of errors and warnings."""
    for node in NODES:
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            errors = {"InputError", "RunError", "ServiceError", "Wrong"}
            if name in errors or name.endswith((".error", ".warning")):
                yield from texts(node.args[:1])


def beginning(message: str) -> str:
    """The first words of a message that say what is wrong, up to what is filled in."""
    words = next((part for part in message.split("…") if len(part.strip(" :,'`")) >= 10), "")
    return " ".join(re.split(r"\. |[;(]", words)[0].strip(" :,.'").split()[:8])


@pytest.mark.parametrize("message", sorted({beginning(m) for m in messages()} - {""}))
def test_every_error_has_its_way_out(message: str) -> None:
    assert message in TROUBLESHOOTING.replace("`", "")


def test_every_error_with_a_way_out_can_happen() -> None:
    source = "\n".join(texts(NODES))
    sections = re.split(r"\n## (.*)\n", TROUBLESHOOTING)
    for title, text in zip(sections[1::2], sections[2::2], strict=True):
        if title in {"Refusals", "No error, but", "Before the action starts"}:
            continue
        for cell in re.findall(r"^\| `(.*?)` \|", text, re.MULTILINE):
            # What a rule is about is put before it where all wrong inputs are told.
            rule = re.sub("^([a-z-]+|SOURCE_DATE_EPOCH): (?=must |… |GitHub )", "", cell)
            for words in rule.split("…"):
                assert words.strip() in source, cell


# --- Reading the report


def test_every_column_and_key_is_explained(tmp_path: Path) -> None:
    explained = set(
        re.findall(r"`([\w ]+)`", (ROOT / "docs" / "reading-the-report.md").read_text("utf-8"))
    )
    with GitHubServer() as server:
        outcome = Action(tmp_path, server)(sample="true")

    named = {"totals"}  # its keys are the outputs
    for name in ("seats.csv", "activity-report.csv", "teams.csv", "editors.csv"):
        named |= outcome.rows(name)[0].keys()
    for key, value in json.loads(outcome.text("report.json")).items():
        named.add(key)
        if isinstance(value, list) and value and key not in {"overviews", "telemetry"}:
            named |= value[0].keys() if isinstance(value[0], dict) else set()
    assert named - explained == set()


# --- Architecture


def test_the_architecture_has_every_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = {path.name for path in (ROOT / "src").rglob("*.py")} - {"__init__.py"}
    others = {path.name for path in (*ROOT.glob("*.py"), *ROOT.glob("tests/*.py"))}
    named = set(re.findall(r"\w+\.py\b", page))

    assert modules - named == set()
    assert named - modules - others == set()


# --- Runners


def test_every_host_that_files_are_downloaded_from_is_listed() -> None:
    page = (ROOT / "docs" / "runners.md").read_text("utf-8")

    for host in {*usage_metrics.HOSTS, *find.HOSTS, inputs.GITHUB_API.removeprefix("https://")}:
        assert f"`{host}`" in page
