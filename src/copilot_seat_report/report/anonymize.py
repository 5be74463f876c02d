"""People, teams and organizations under pseudonyms: with one key the same from run to run."""

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class Pseudonyms:
    """Makes pseudonyms by keyed hash (HMAC-SHA-256); without a key, a new one for this run.

    Names are compared without regard to case, as GitHub does; the empty name stays empty.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode() if key else secrets.token_bytes(32)
        self._known: dict[tuple[str, str], str] = {}

    def of(self, kind: str, name: str) -> str:
        """Return the pseudonym of a `person`, `team`, `organization` or `enterprise`."""
        if not name:
            return name
        known = self._known.get((kind, name))
        if known is None:
            text = f"{kind}:{name.lower()}".encode()
            digest = hmac.new(self._key, text, hashlib.sha256).hexdigest()
            known = self._known[(kind, name)] = f"{kind}-{digest[:12]}"
        return known

    def column(self, kind: str, names: "pd.Series[str]") -> "pd.Series[str]":
        """Return a column of names under pseudonyms; a cell may hold several, one a line."""
        replaced = {
            cell: "\n".join(sorted(self.of(kind, name) for name in cell.split("\n")))
            for cell in names.unique()
        }
        return names.map(replaced).astype("str")
