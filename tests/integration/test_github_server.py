"""The GitHub of the tests is held to GitHub's own description, so that it proves something."""

from collections.abc import Iterator

import httpx
import jsonschema_rs
import pytest

from tests import made_up
from tests.github_server import TOKEN, Account, Enterprise, GitHubServer, Organization, PrimaryLimit


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        yield server


def get(github: GitHubServer, path: str, *, token: str = TOKEN) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.get(github.url + path, headers=headers)


def pages(github: GitHubServer, path: str) -> list[httpx.Response]:
    found = [get(github, path)]
    while following := found[-1].links.get("next"):
        found.append(get(github, following["url"].removeprefix(github.url)))
    return found


@pytest.mark.parametrize(
    ("seats", "sizes"), [(0, [0]), (1, [1]), (100, [100]), (101, [100, 1]), (230, [100, 100, 30])]
)
def test_pages_are_linked_as_github_links_them(
    github: GitHubServer, seats: int, sizes: list[int]
) -> None:
    github.add(Organization("acme", made_up.seats(seats)))

    found = pages(github, "/orgs/ACME/copilot/billing/seats?per_page=100")

    assert [len(page.json()["seats"]) for page in found] == sizes
    assert {page.json()["total_seats"] for page in found} == {seats}
    relations = [sorted(str(relation) for relation in page.links) for page in found]
    expected = [[], ["last", "next"], ["first", "last", "next", "prev"], ["first", "prev"]]
    assert all(relation in expected for relation in relations)
    assert relations[0] == ([] if len(sizes) == 1 else ["last", "next"])
    seats_url = f"{github.url}/organizations/{made_up.number_of('acme')}/copilot/billing/seats"
    last = f"{seats_url}?page={len(sizes)}&per_page=100"
    assert [page.links["last"]["url"] for page in found[:-1]] == [last] * (len(sizes) - 1)


def test_a_page_has_fifty_seats_unless_asked(github: GitHubServer) -> None:
    github.add(Organization("acme", made_up.seats(60)))

    assert len(get(github, "/orgs/acme/copilot/billing/seats").json()["seats"]) == 50


def test_an_enterprise_counts_a_user_once(github: GitHubServer) -> None:
    both = [made_up.seat(1, login="acme"), made_up.seat(1, login="other"), made_up.seat(2)]
    github.add(Enterprise("megacorp", [*both, made_up.seat(3, assignee=None)]))

    answer = get(github, "/enterprises/megacorp/copilot/billing/seats").json()

    assert (answer["total_seats"], len(answer["seats"])) == (3, 4)
    one = get(github, "/enterprises/megacorp/members/Person-0001/copilot").json()
    assert [seat["organization"]["login"] for seat in one["seats"]] == ["acme", "other"]


@pytest.mark.parametrize("shape", made_up.SHAPES)
def test_every_made_up_shape_is_one_that_github_describes(github: GitHubServer, shape: str) -> None:
    github.add(Organization("acme", [made_up.seat(1, **made_up.SHAPES[shape])]))

    assert get(github, "/orgs/acme/copilot/billing/seats").status_code == 200
    assert get(github, "/orgs/acme/copilot/billing").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"without": ["created_at"]},
        {"created_at": "yesterday"},
        {"last_activity_at": 7},
        {"pending_cancellation_date": "2026-12"},
        {"plan_type": "pro"},
        {"invented": True},
        {"assignee": {"login": "person-0001"}},
        {"assigning_team": {"name": "Platform"}},
    ],
    ids=str,
)
def test_a_seat_that_github_does_not_describe_is_never_sent(changes: dict[str, object]) -> None:
    account = Organization("acme", [made_up.seat(1, **changes)])  # type: ignore[arg-type]
    github = GitHubServer(account)
    with github, pytest.raises(jsonschema_rs.ValidationError):
        github.warm()

    account.off_schema = True
    with GitHubServer(account) as knowing:
        knowing.warm()


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/orgs/acme/copilot/billing", "", 401),
        ("/orgs/acme/copilot/billing", "another", 401),
        ("/orgs/nobody/copilot/billing", TOKEN, 404),
        ("/orgs/acme/copilot/billing/", TOKEN, 404),
        ("/enterprises/megacorp/copilot/billing", TOKEN, 404),
        ("/enterprises/acme/copilot/billing/seats", TOKEN, 404),
        ("/orgs/acme/members/nobody/copilot", TOKEN, 404),
        ("/repos/acme/secret", "", 404),
        ("/repos/acme/secret", TOKEN, 200),
        ("/repos/acme/open", "", 200),
    ],
)
def test_who_may_read_what(github: GitHubServer, path: str, token: str, status: int) -> None:
    accounts: list[Account] = [Organization("acme", []), Enterprise("megacorp", [])]
    for account in accounts:
        github.add(account)
    github.repositories.update({"acme/secret": "private", "acme/open": "public"})

    assert get(github, path, token=token).status_code == status


def test_limits_are_githubs(github: GitHubServer) -> None:
    now = 1_800_000_000.0
    github.now = lambda: now
    github.add(Organization("acme", []))
    github.primary = PrimaryLimit(remaining=1, reset=int(now) + 30)

    first, second = (get(github, "/orgs/acme/copilot/billing") for _ in range(2))
    assert (first.status_code, first.headers["x-ratelimit-remaining"]) == (200, "0")
    assert (second.status_code, second.headers["x-ratelimit-reset"]) == (403, "1800000030")

    now += 61
    with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        answers = [client.get(f"{github.url}/orgs/acme/copilot/billing") for _ in range(901)]
    assert {answer.status_code for answer in answers[:900]} == {200}
    assert answers[900].status_code == 403
    assert answers[900].headers["retry-after"] == "60"
