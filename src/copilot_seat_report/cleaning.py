"""Text from outside, made safe to show."""

import re

# Control characters do not belong in a name, and those that change the text direction could make
# one login look like another.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return the text with characters that cannot be shown replaced by U+FFFD."""
    # Nearly all text is printable, and `isprintable` is much faster.
    return text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)
