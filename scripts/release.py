"""The changes that a release makes to files; `release.yml` runs all commands but the first.

version NUMBER: set this version in package, README, examples and docs/.
tag: print the tag of the version in pyproject.toml.
notes: print the changelog's section for that version.
base: print the Dockerfile's base image, with its tag.
pin-base DIGEST: pin the Dockerfile's base image to this digest.
pin-image NAME@DIGEST: make action.yml pull this image instead of building one.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACTION = "OWNER/copilot-seat-report"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def version(root: Path = ROOT) -> str:
    """Return the version in pyproject.toml."""
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def set_version(number: str, root: Path = ROOT) -> None:
    """Set the version in the package and in every use of this action."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", number):
        raise SystemExit(f"A version has three numbers, such as 1.2.3; got {number}.")
    named = {
        root / "pyproject.toml": (f'version = "{version(root)}"', f'version = "{number}"'),
        root / "src" / "copilot_seat_report" / "__init__.py": (version(root), number),
        **{
            path: (f"{ACTION}@v{version(root)}", f"{ACTION}@v{number}")
            for path in (
                root / "README.md",
                *sorted((root / "docs").glob("*.md")),
                *sorted((root / "examples").glob("*.yml")),
            )
        },
    }
    for path, (old, new) in named.items():
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def notes(root: Path = ROOT) -> str:
    """Return the changelog's section for the current version."""
    for section in re.split(
        r"^## ", (root / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE
    )[1:]:
        heading, _, text = section.partition("\n")
        if heading.split()[0] == version(root):
            return text.strip()
    raise SystemExit(f"CHANGELOG.md has no section for {version(root)}.")


def base(root: Path = ROOT) -> str:
    """Return the base image of all stages of the Dockerfile."""
    image: str
    [image] = set(
        re.findall(r"^FROM (\S+)", (root / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    )
    return image


def pin_base(digest: str, root: Path = ROOT) -> None:
    """Add the digest to the Dockerfile's base image; the tag stays, for readers."""
    image = base(root)
    if not DIGEST.fullmatch(digest) or "@" in image:
        raise SystemExit(f"Not pinned: {image} to {digest}.")
    path = root / "Dockerfile"
    path.write_text(
        path.read_text("utf-8").replace(f"FROM {image}", f"FROM {image}@{digest}"), "utf-8"
    )


def pin_image(reference: str, root: Path = ROOT) -> None:
    """Make action.yml name the built image instead of the Dockerfile."""
    name, _, digest = reference.partition("@")
    path = root / "action.yml"
    text, count = re.subn(
        r"^  image: Dockerfile$",
        f"  image: docker://{reference}",
        path.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    if not name or not DIGEST.fullmatch(digest) or count != 1:
        raise SystemExit(f"Not pinned: action.yml to {reference}.")
    path.write_text(text, "utf-8")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["version", number]:
            set_version(number)
        case ["tag"]:
            print(f"v{version()}")
        case ["notes"]:
            print(notes())
        case ["base"]:
            print(base())
        case ["pin-base", digest]:
            pin_base(digest)
        case ["pin-image", reference]:
            pin_image(reference)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
