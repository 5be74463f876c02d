"""A reader for paginated lists, in parallel if the first page links the last one.

https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api. Only the `Link`
header decides which pages there are, never a stated total.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import httpx
from msgspec import json

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import GitHub, Response
from copilot_seat_report.github.endpoints import Endpoint

PER_PAGE = 100
# Two million records: more than any list has.
MAX_PAGES = 20_000

_PAGE = re.compile(r"(?:^|(?<=&))page=\d+")

Progress = Callable[[int, int | None], None]


class Page(Protocol):
    """One page of a list: its records, and the total that it states, if any."""

    @property
    def items(self) -> Sequence[object]:
        """Return the records."""

    @property
    def total(self) -> int | None:
        """Return how many records GitHub says there are on all pages."""


P = TypeVar("P", bound=Page)


@dataclass(frozen=True, kw_only=True)
class PagedList(Generic[P]):
    """A list to read: the URL of its first page, the decoder of its pages, and its name.

    `name` is for the log and for errors, such as "the seats of organization acme".
    """

    github: GitHub
    url: str
    decoder: json.Decoder[P]
    name: str
    endpoint: Endpoint

    def begin(self, executor: Executor) -> Future[Response[P]]:
        """Return the first page, as a request that has been sent."""
        return executor.submit(self._page, self.url, 1)

    def read(self, executor: Executor, first: Future[Response[P]], progress: Progress) -> list[P]:
        """Return all pages in order; `begin` returned the `first` one.

        `progress` is called with the number of records read so far and the stated total. Raises
        RunError for pages that never end, and the errors of `GitHub.get`.
        """
        answer = first.result()
        pages, read = [answer.value], len(answer.value.items)
        progress(read, answer.value.total)
        following = [
            executor.submit(self._page, url, number)
            for number, url in following_pages(answer.links, self.name)
        ]
        try:
            # In order of completion: a failure must not wait for earlier pages.
            for future in as_completed(following):
                page = future.result().value
                read += len(page.items)
                progress(read, page.total)
        finally:
            for future in following:
                future.cancel()
        for future in following:
            answer = future.result()
            pages.append(answer.value)
        # The list may have grown meanwhile, or the first page did not link the last one.
        seen: set[str] = set()
        while url := answer.links.get("next"):
            if url in seen or len(pages) >= MAX_PAGES:
                raise RunError(
                    f"The pages of {self.name} never end: after {len(pages):,} pages there is "
                    "still a next one. Nothing was published. Run it again; if the error remains, "
                    "contact GitHub Support."
                )
            seen.add(url)
            answer = self._page(url, len(pages) + 1)
            pages.append(answer.value)
            read += len(answer.value.items)
            progress(read, answer.value.total)
        return pages

    def _page(self, url: str, number: int) -> Response[P]:
        what = f"Page {number} of {self.name}"
        return self.github.get(url, self.decoder, what=what, endpoint=self.endpoint)


def following_pages(links: Mapping[str, str], name: str) -> list[tuple[int, str]]:
    """Return number and URL of every page after the first, from its `next` and `last` links.

    The result is empty if the links do not give them (no `last`, or URLs that differ in more than
    the number): then the pages are read one by one. Raises RunError for more pages than any list
    has; `name` is the list's.
    """
    if "next" not in links or "last" not in links:
        return []
    try:
        following, last = httpx.URL(links["next"]), httpx.URL(links["last"])
    except httpx.InvalidURL:
        return []
    count = last.params.get("page", "")
    if not (count.isascii() and count.isdigit()) or len(count) > 9:
        return []
    last = last.copy_set_param("page", count)
    same = following.copy_set_param("page", count) == last
    if following.params.get("page") != "2" or not same:
        return []
    if int(count) > MAX_PAGES:
        raise RunError(
            f"GitHub states {int(count):,} pages of {name}: more than any list has. Nothing was "
            "published. Check `api-url`."
        )
    # Building each URL from its parts would take as long as decoding its page.
    start, _, query = str(last).partition("?")
    before, after = _PAGE.split(query)
    return [(n, f"{start}?{before}page={n}{after}") for n in range(2, int(count) + 1)]
