"""The `Link` header, in all the forms that RFC 8288 allows."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.github.links import parse_links

A, B = "https://api.github.com/seats?page=2", "https://api.github.com/seats?page=4,5;6"


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ("", {}),
        (" , ,", {}),
        (f'<{A}>; rel="next"', {"next": A}),
        (f"<{A}>; rel=next", {"next": A}),
        (f'<{A}>;REL="NEXT"', {"next": A}),
        (f'<{A}>; rel="next last"', {"next": A, "last": A}),
        (f'<{A}> ; rel = "prev\tnext" ; x , <{B}>;rel=last', {"prev": A, "next": A, "last": B}),
        (f'<{A}>; title="a, b; rel=last"; rel="next"', {"next": A}),
        (f'<{A}>; title="a \\" , <{B}>; rel=prev"; rel="ne\\xt"', {"next": A}),
        # The first `rel` of a link counts, and the first link of a relation.
        (f"<{A}>; rel=next; rel=last", {"next": A}),
        (f"<{A}>; rel=next, <{B}>; rel=next", {"next": A}),
        (f"<{A}>, <{B}>; rel=last,", {"last": B}),
        (f"<{A}>; rel", {}),
        ("<>; rel=next", {"next": ""}),
        (f"<{A}>; rel=https://example.com/x", None),
        (f'<{A}>; rel="next', None),
        (f"<{A}>; rel=next <{B}>; rel=last", None),
        (f"<{A}>;; rel=next", None),
        (f"<{A}; rel=next", None),
        (f"{A}; rel=next", None),
        ("next", None),
    ],
)
def test_a_header(header: str, links: dict[str, str] | None) -> None:
    if links is None:
        with pytest.raises(ValueError, match="missing"):
            parse_links(header)
    else:
        assert parse_links(header) == links


RELATIONS = ["prev", "next", "last", "first"]


@given(st.dictionaries(st.sampled_from(RELATIONS), st.integers(1, 10**6)))
def test_the_links_that_github_sends_are_read_as_they_are(pages: dict[str, int]) -> None:
    urls = {
        rel: f"https://api.github.com/organizations/7/copilot/billing/seats?per_page=100&page={n}"
        for rel, n in pages.items()
    }
    header = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in urls.items())

    assert parse_links(header) == urls
    # As others read it.
    others = httpx.Response(200, headers={"Link": header}).links
    assert {rel: link["url"] for rel, link in others.items()} == urls


# Whatever may stand in a quoted text, in quotes.
quoted = st.text(st.characters(min_codepoint=9, max_codepoint=126)).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
spaces = st.text(" \t", max_size=2)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="<>")),
            st.lists(quoted, max_size=2),
            st.sampled_from(RELATIONS),
        ),
        unique_by=lambda link: link[2],
    ),
    st.data(),
)
def test_every_link_is_found_whatever_its_other_parameters_are(
    links: list[tuple[str, list[str], str]], data: st.DataObject
) -> None:
    parts = []
    for address, titles, relation in links:
        parameters = [f"title={title}" for title in titles]
        place = data.draw(st.integers(0, len(parameters)))
        parameters.insert(place, f'{data.draw(st.sampled_from(["rel", "Rel"]))}="{relation}"')
        space = data.draw(spaces)
        parts.append(";".join([f"<{address}>{space}", *(f"{space}{each}" for each in parameters)]))

    assert parse_links(",".join(parts)) == {rel: address for address, _, rel in links}


@given(st.text("<>;,=\"\\ \trelnxtTE'"))
def test_any_text_is_links_or_an_error(header: str) -> None:
    try:
        links = parse_links(header)
    except ValueError:
        return
    assert all(f"<{address}>" in header for address in links.values())
    assert all(relation == relation.lower() and " " not in relation for relation in links)
