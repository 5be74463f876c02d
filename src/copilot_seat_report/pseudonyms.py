"""Pseudonyms, which stay the same from run to run with the same key."""

import hashlib
import hmac
import secrets


class Pseudonyms:
    """Creates pseudonyms by keyed hash (HMAC-SHA-256); without a key, it uses a random one.

    Names are compared ignoring case, as on GitHub; the empty name stays empty.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode() if key else secrets.token_bytes(32)

    def of(self, kind: str, name: str) -> str:
        """Return the pseudonym of a `team`, an `organization`, an `enterprise` or another group.

        A `person` is hashed by their ID, or by their login (`login`) if no ID is known.
        """
        if not name:
            return name
        digest = hmac.digest(self._key, f"{kind}:{name.lower()}".encode(), hashlib.sha256)
        return f"{kind}-{digest.hex()[:12]}"
