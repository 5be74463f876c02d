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

    assert release.notes("v2.1.0", project) == "New."


def test_a_tag_that_is_not_the_version_is_refused(project: Path) -> None:
    with pytest.raises(SystemExit, match=r"The tag is v0\.0\.9"):
        release.notes("v0.0.9", project)


def test_a_version_without_a_section_in_the_changelog_is_refused(project: Path) -> None:
    (project / "CHANGELOG.md").write_text("# Changes\n\n## 0.9.0\n\nOld.\n")

    with pytest.raises(SystemExit, match="no section"):
        release.notes(f"v{release.version(project)}", project)


def test_the_changelog_has_a_section_for_the_version_at_hand() -> None:
    assert release.notes(f"v{release.version()}")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_tags_move_to_a_commit_that_only_pins(project: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "Source")
    git(project, "tag", "v1.0.0")
    git(project, "push", "--quiet", str(remote), "main", "v1.0.0")
    source = git(project, "rev-parse", "HEAD")
    release.pin_base(DIGEST, project)
    release.pin_image(IMAGE, project)

    subprocess.run([ROOT / "scripts" / "tag-release", "v1.0.0", remote], cwd=project, check=True)

    for tag in ("v1.0.0", "v1"):
        assert git(remote, "rev-parse", f"{tag}^") == source
        assert git(remote, "diff", "--name-only", source, tag).split() == [
            "Dockerfile",
            "action.yml",
        ]
        assert IMAGE in git(remote, "show", f"{tag}:action.yml")
    assert git(remote, "rev-parse", "main") == source
