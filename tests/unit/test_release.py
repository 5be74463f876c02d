"""What the release workflow runs, on copies of the real files and a repository of its own."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts import release

ROOT = Path(__file__).parents[2]
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = f"ghcr.io/acme/copilot-seat-report@{DIGEST}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("action.yml", "Dockerfile", "CHANGELOG.md", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    # On a release's own commit both are pinned already.
    for name, pin, unpinned in (
        ("action.yml", r"image: docker://\S+", "image: Dockerfile"),
        ("Dockerfile", r"@sha256:[0-9a-f]{64}", ""),
    ):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(re.sub(pin, unpinned, text), "utf-8")
    return folder


def test_the_base_is_pinned_in_every_stage(project: Path) -> None:
    before = (project / "Dockerfile").read_text("utf-8")

    release.pin_base(DIGEST, project)

    after = (project / "Dockerfile").read_text("utf-8")
    assert after.count(f":3.13-slim@{DIGEST}") == after.count("\nFROM ") == 2
    assert after.replace(f"@{DIGEST}", "") == before


def test_the_action_pulls_the_image_and_is_otherwise_the_same(project: Path) -> None:
    before = yaml.safe_load((project / "action.yml").read_text("utf-8"))

    release.pin_image(IMAGE, project)

    after = yaml.safe_load((project / "action.yml").read_text("utf-8"))
    assert after == before | {"runs": before["runs"] | {"image": f"docker://{IMAGE}"}}


@pytest.mark.parametrize(
    "reference",
    ["", DIGEST, "ghcr.io/acme/report:v1", f"@{DIGEST}", f"ghcr.io/acme/report@{DIGEST}0"],
)
def test_an_image_without_a_whole_digest_is_refused(project: Path, reference: str) -> None:
    before = (project / "action.yml").read_text("utf-8")

    with pytest.raises(SystemExit, match="Not pinned"):
        release.pin_image(reference, project)

    assert (project / "action.yml").read_text("utf-8") == before


def test_nothing_is_pinned_twice(project: Path) -> None:
    release.pin_base(DIGEST, project)
    release.pin_image(IMAGE, project)

    with pytest.raises(SystemExit, match="Not pinned"):
        release.pin_base(DIGEST, project)
    with pytest.raises(SystemExit, match="Not pinned"):
        release.pin_image(IMAGE, project)


def test_the_notes_are_the_section_of_the_version(project: Path) -> None:
    (project / "pyproject.toml").write_text('[project]\nversion = "2.1.0"\n')
    (project / "CHANGELOG.md").write_text("# Changes\n\n## 2.1.0\n\nNew.\n\n## 2.0.0\n\nOld.\n")

    assert release.notes(project) == "New."


def test_a_version_without_a_section_in_the_changelog_is_refused(project: Path) -> None:
    (project / "CHANGELOG.md").write_text("# Changes\n\n## 0.9.0\n\nOld.\n")

    with pytest.raises(SystemExit, match="no section"):
        release.notes(project)


def test_the_changelog_has_a_section_for_the_version_at_hand() -> None:
    assert release.notes()


def test_a_new_version_stands_wherever_one_is_named(project: Path) -> None:
    for name in ("README.md", "docs", "examples", "src/copilot_seat_report/__init__.py"):
        source, copy = ROOT / name, project / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copy(source, copy)
    old = release.version(project)

    release.set_version("7.8.9", project)

    assert release.version(project) == "7.8.9"
    package = project / "src" / "copilot_seat_report" / "__init__.py"
    assert '__version__ = "7.8.9"' in package.read_text("utf-8")
    texts = [
        path.read_text("utf-8") for path in project.rglob("*") if path.suffix in {".md", ".yml"}
    ]
    uses = [use for text in texts for use in re.findall(rf"{release.ACTION}@v([\d.]+\d)", text)]
    assert len(uses) > 10
    assert {*uses} == {"7.8.9"}
    with pytest.raises(SystemExit, match=r"three numbers"):
        release.set_version(f"v{old}", project)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_commit_that_only_pins_is_tagged_once(project: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "Source")
    git(project, "push", "--quiet", str(remote), "main")
    source = git(project, "rev-parse", "HEAD")
    release.pin_base(DIGEST, project)
    release.pin_image(IMAGE, project)
    tag_release = [str(ROOT / "scripts" / "tag-release"), "v1.0.0", str(remote)]

    subprocess.run(tag_release, cwd=project, check=True)

    assert git(remote, "tag").split() == ["v1.0.0"]
    assert git(remote, "rev-parse", "v1.0.0^") == git(remote, "rev-parse", "main") == source
    changed = git(remote, "diff", "--name-only", source, "v1.0.0").split()
    assert changed == ["Dockerfile", "action.yml"]
    assert IMAGE in git(remote, "show", "v1.0.0:action.yml")

    # From another clone, which knows nothing of the tag, it does not move either.
    released = git(remote, "rev-parse", "v1.0.0")
    git(project, "tag", "--delete", "v1.0.0")
    (project / "action.yml").write_text("another\n")
    again = subprocess.run(tag_release, cwd=project, check=False, capture_output=True, text=True)
    assert again.returncode != 0
    assert "already exists" in again.stderr
    assert git(remote, "rev-parse", "v1.0.0") == released


def test_no_version_tag_moves() -> None:
    """Neither a release's own nor one of a major version: nothing is forced."""
    for path in (ROOT / "scripts" / "tag-release", ROOT / ".github" / "workflows" / "release.yml"):
        assert "--force" not in path.read_text("utf-8")
