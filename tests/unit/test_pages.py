"""Reading every page of a list, whatever its records are."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.errors import RunError
from copilot_seat_report.github import pages as pages_module
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.endpoints import REPOSITORY
from copilot_seat_report.github.pages import PagedList, following_pages
from copilot_seat_report.http.pacing import Pacing
from copilot_seat_report.http.retry import RetryPolicy
from tests.clock import FakeClock
from tests.network import network

BASE = "https://api.example.com"
PATH = "repos/acme/reports/actions/artifacts"


class ArtifactPage(msgspec.Struct):
    """A list that is not one of seats."""

    artifacts: list[int]
    total_count: int | None = None

    @property
    def items(self) -> Sequence[int]:
        return self.artifacts

    @property
    def total(self) -> int | None:
        return self.total_count


Respond = Callable[[httpx.Request], httpx.Response]


class Reader:
    """Reads a list from `respond`; `asked` are the requests' addresses."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.progress: list[tuple[int, int | None]] = []
        self.respond: Respond = counting(pages=4)
        clock = FakeClock()
        self.github = GitHub(
            api_url=BASE,
            token="the-token",
            workflow_token="",
            retry_policy=RetryPolicy(clock, lambda _: None),
            pacing=Pacing(clock, lambda _: None),
            clock=clock,
            network=replace(network(), transport=httpx.MockTransport(self._respond)),
        )

    def read(self) -> list[int]:
        listed = PagedList(
            github=self.github,
            url=self.github.url(PATH, per_page=2),
            decoder=msgspec.json.Decoder(ArtifactPage),
            name="the artifacts of acme/reports",
            endpoint=REPOSITORY,
        )
        with ThreadPoolExecutor(1) as executor:
            pages = listed.read(
                executor,
                listed.begin(executor),
                lambda done, total: self.progress.append((done, total)),
            )
        return [item for page in pages for item in page.items]

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        return self.respond(request)


def counting(*, pages: int, links: str = "next,last", total: int | None = None) -> Respond:
    """Two records a page; the `Link` header has these relations, as far as there are such pages."""

    def respond(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("page", 1))
        relations = {"next": number + 1, "last": pages} if number < pages else {}
        header = ", ".join(
            f'<{BASE}/{PATH}?page={page}&per_page=2>; rel="{rel}"'
            for rel, page in relations.items()
            if rel in links
        )
        body = {"artifacts": [2 * number - 1, 2 * number], "total_count": total}
        return httpx.Response(200, content=json.dumps(body), headers={"Link": header})

    return respond


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.github.close()


@pytest.mark.parametrize("pages", [1, 2, 4])
@pytest.mark.parametrize("links", ["next,last", "next"])
def test_every_page_is_read_once_and_in_order(reader: Reader, pages: int, links: str) -> None:
    reader.respond = counting(pages=pages, links=links, total=2 * pages)

    assert reader.read() == list(range(1, 2 * pages + 1))

    assert reader.asked == [
        f"{BASE}/{PATH}?per_page=2",
        *(f"{BASE}/{PATH}?page={number}&per_page=2" for number in range(2, pages + 1)),
    ]
    assert reader.progress[-1] == (2 * pages, 2 * pages)


@pytest.mark.parametrize(
    "header",
    [
        f'<{BASE}/{PATH}?page=2>; rel="next last"',
        f'<{BASE}/{PATH}?page=2>; title="a, b"; REL=NEXT',
        f"<{BASE}/{PATH}?page=2>; rel=next, <{BASE}/elsewhere?page=2>; rel=last",
    ],
)
def test_a_link_is_followed_in_every_form(reader: Reader, header: str) -> None:
    last = counting(pages=2)

    def respond(request: httpx.Request) -> httpx.Response:
        if "page" in request.url.params:
            return last(request)
        return httpx.Response(200, content='{"artifacts": [1, 2]}', headers={"Link": header})

    reader.respond = respond

    assert reader.read() == [1, 2, 3, 4]


def answering(link: str) -> Respond:
    return lambda _: httpx.Response(200, content='{"artifacts": []}', headers={"Link": link})


def test_a_list_whose_pages_lead_in_a_circle_fails(reader: Reader) -> None:
    reader.respond = answering(f'<{BASE}/x?page=1>; rel="next"')

    with pytest.raises(RunError, match="artifacts of acme/reports never end: after 2 pages"):
        reader.read()
    assert len(reader.asked) == 2


def test_a_list_that_always_has_another_page_fails(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_module, "MAX_PAGES", 30)

    def another(request: httpx.Request) -> httpx.Response:
        return answering(f'<{BASE}/x?after={len(reader.asked)}>; rel="next"')(request)

    reader.respond = another

    with pytest.raises(RunError, match="never end: after 30 pages"):
        reader.read()
    assert len(reader.asked) == 30


def test_a_number_of_pages_that_no_list_has_fails_at_once(reader: Reader) -> None:
    reader.respond = answering(
        f'<{BASE}/x?page=2>; rel="next", <{BASE}/x?page=999999999>; rel=last'
    )

    with pytest.raises(RunError, match="states 999,999,999 pages of the artifacts of acme"):
        reader.read()
    assert len(reader.asked) == 1


@pytest.mark.parametrize(
    "header",
    [
        '<https://evil.example/x?page=2>; rel="next"',
        f'<https://evil.example/x?page=2>; rel="next", <{BASE}/x?page=9>; rel="last"',
        '<https://evil.example/x?page=2>; rel="next", <https://evil.example/x?page=4>; rel="last"',
    ],
)
def test_a_page_on_another_host_is_not_read(reader: Reader, header: str) -> None:
    reader.respond = answering(header)

    with pytest.raises(RunError, match=r"leads to another host \(https://evil\.example"):
        reader.read()
    assert len(reader.asked) == 1


@given(
    st.dictionaries(
        st.sampled_from(["next", "last"]),
        st.one_of(
            st.text(),
            st.from_regex(r"https://[a-z:/@]{1,9}\?(page|after)=[0-9]{1,12}(&x=[a-z]?)?"),
            st.integers(0, 30).map(lambda n: f"https://api.github.com/seats?page={n}&per_page=100"),
        ),
    )
)
def test_the_following_pages_are_those_up_to_the_last_or_unknown(links: dict[str, str]) -> None:
    try:
        following = following_pages(links, "the list")
    except RunError:
        return
    for place, (number, url) in enumerate(following):
        assert number == place + 2
        assert httpx.URL(url).params.get("page") == str(number)
        assert httpx.URL(url).host == httpx.URL(links["last"]).host
    if following:
        assert httpx.URL(links["last"]).params["page"] == str(following[-1][0])
