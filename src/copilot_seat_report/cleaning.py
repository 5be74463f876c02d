"""Text from outside, fit to be shown."""

import re

# Control characters have no place in a name, and those that turn the direction of the text could
# show a login as another one.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return the text with characters that cannot be shown replaced by U+FFFD."""
    # Nearly all text is printable, and that is told much faster.
    return text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)
