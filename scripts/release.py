"""What a release does to the files; `.github/workflows/release.yml` calls all but the first.

version NUMBER: package, README, examples and docs/ name this version.
tag: print the tag of the version that pyproject.toml states.
notes: print the changelog's section for that version.
base: print the image that the Dockerfile starts from, by tag.
pin-base DIGEST: the Dockerfile starts from exactly this one.
pin-image NAME@DIGEST: action.yml pulls this image and builds none.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACTION = "OWNER/copilot-seat-report"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def version(root: Path = ROOT) -> str:
    """The version that pyproject.toml states."""
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def set_version(number: str, root: Path = ROOT) -> None:
    """Have the package and every use of this action name a version."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", number):
        raise SystemExit(f"A version is three numbers, as in 1.2.3; got {number}.")
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
    """The changelog's section for the version at hand."""
    for section in re.split(
        r"^## ", (root / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE
    )[1:]:
        heading, _, text = section.partition("\n")
        if heading.split()[0] == version(root):
            return text.strip()
    raise SystemExit(f"CHANGELOG.md has no section for {version(root)}.")


def base(root: Path = ROOT) -> str:
    """The one image that all stages of the Dockerfile start from."""
    image: str
    [image] = set(
        re.findall(r"^FROM (\S+)", (root / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    )
    return image


def pin_base(digest: str, root: Path = ROOT) -> None:
    """Add the digest to the Dockerfile's base; the tag stays, for people to read."""
    image = base(root)
    if not DIGEST.fullmatch(digest) or "@" in image:
        raise SystemExit(f"Not pinned: {image} to {digest}.")
    path = root / "Dockerfile"
    path.write_text(
        path.read_text("utf-8").replace(f"FROM {image}", f"FROM {image}@{digest}"), "utf-8"
    )


def pin_image(reference: str, root: Path = ROOT) -> None:
    """Let action.yml name the image that was built in place of the Dockerfile."""
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
