"""Pseudonyms: with one key the same from run to run."""

import hashlib
import hmac
import secrets


class Pseudonyms:
    """Makes pseudonyms by keyed hash (HMAC-SHA-256); without a key, a new one for this run.

    Names are compared without regard to case, as GitHub does; the empty name stays empty.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode() if key else secrets.token_bytes(32)

    def of(self, kind: str, name: str) -> str:
        """Return the pseudonym of a `team`, an `organization`, an `enterprise` or another group.

        A `person` goes by their id, or by their login (`login`) where no id is known.
        """
        if not name:
            return name
        digest = hmac.digest(self._key, f"{kind}:{name.lower()}".encode(), hashlib.sha256)
        return f"{kind}-{digest.hex()[:12]}"
