"""A parser for the `Link` header, in which GitHub links the other pages of a list.

https://www.rfc-editor.org/rfc/rfc8288#section-3
"""

import re

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 RFC 9110, 5.6.2
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_SPACE = r"[ \t]*"
_TARGET = re.compile(rf"<([^<>]*)>{_SPACE}")
_PARAMETER = re.compile(rf";{_SPACE}({_TOKEN}){_SPACE}(?:={_SPACE}({_TOKEN}|{_QUOTED}){_SPACE})?")
_BETWEEN = " \t,"


def parse_links(header: str) -> dict[str, str]:
    """Return the URL of each relation, by its name in lower case.

    If several links have the same relation, the first counts. Raises ValueError for a header that
    is not a list of links.
    """
    links: dict[str, str] = {}
    rest = header.lstrip(_BETWEEN)
    while rest:
        target = _TARGET.match(rest)
        if target is None:
            raise ValueError("a URL is missing")
        rest, relations = rest[target.end() :], None
        while parameter := _PARAMETER.match(rest):
            rest = rest[parameter.end() :]
            # Of several `rel` parameters, the first counts.
            if parameter[1].lower() == "rel" and relations is None:
                relations = _unquoted(parameter[2] or "")
        for relation in (relations or "").lower().split():
            links.setdefault(relation, target[1])
        if rest and rest[0] != ",":
            raise ValueError("after a URL, a parameter or a comma is missing")
        rest = rest.lstrip(_BETWEEN)
    return links


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
