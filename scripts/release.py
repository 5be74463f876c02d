"""What a release does to the files; `.github/workflows/release.yml` calls these in order.

notes TAG: print the changelog's section, once tag, package and changelog agree on the version.
base: print the image that the Dockerfile starts from, by tag.
pin-base DIGEST: the Dockerfile starts from exactly this one.
pin-image NAME@DIGEST: action.yml pulls this image and builds none.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def version(root: Path = ROOT) -> str:
    """The version that pyproject.toml states."""
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def notes(tag: str, root: Path = ROOT) -> str:
    """The changelog's section for a tag, which has to be the package's version."""
    if tag != f"v{version(root)}":
        raise SystemExit(f"The tag is {tag}, the version in pyproject.toml {version(root)}.")
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
        case ["notes", tag]:
            print(notes(tag))
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
