"""What comes from outside as bytes: the targets of `tests.fuzz.targets`, tried in several ways."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.action import ROOT
from tests.fuzz.targets import ORIGIN, TARGETS, decoder, link_header

# Coverage shows nothing here, and takes a third of the time.
pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_found_guided_by_coverage(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        assert os.environ.get("CI") != "true", "CI must have atheris"
        pytest.skip("needs atheris: Linux on x86-64, `make venv`")

    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", name, f"-runs={TARGETS[name].runs}", "-seed=1"],
        cwd=tmp_path,
        # Measuring coverage twice would take most of the time.
        env={
            **{name: text for name, text in os.environ.items() if not name.startswith("COV")},
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Done {TARGETS[name].runs} runs" in done.stderr


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=200))
def test_it_holds_of_any_bytes(name: str, data: bytes) -> None:
    TARGETS[name].check(data)


@pytest.mark.parametrize("name", TARGETS)
def test_it_holds_of_what_the_world_sends_and_of_every_beginning_of_it(name: str) -> None:
    for seed in TARGETS[name].seeds:
        for end in {*range(0, len(seed), max(1, len(seed) // 200)), len(seed)}:
            TARGETS[name].check(seed[:end])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.datetimes().map(lambda time: f"{time.isoformat()}Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
TIMES = JSON | st.datetimes().map(lambda time: f"{time.isoformat(timespec='seconds')}+14:00")
SEATS = st.fixed_dictionaries(
    {"created_at": st.datetimes().map(lambda time: f"{time.isoformat()}Z")},
    optional={
        "assignee": JSON
        | st.fixed_dictionaries({"id": st.integers(0, 3) | JSON, "login": st.text()}),
        "organization": JSON | st.fixed_dictionaries({"login": st.text()}),
        "assigning_team": JSON | st.fixed_dictionaries({"name": st.text()}),
        "last_activity_at": TIMES,
        "last_authenticated_at": TIMES,
        "pending_cancellation_date": JSON | st.dates().map(str),
        "last_activity_editor": JSON,
        "plan_type": JSON,
    },
)
PAGES = st.fixed_dictionaries(
    {"seats": st.lists(SEATS, max_size=4) | JSON}, optional={"total_seats": JSON, "more": JSON}
)


@given(PAGES | JSON)
def test_any_json_is_seats_or_a_clear_error(value: object) -> None:
    decoder(json.dumps(value).encode())


ADDRESSES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", ORIGIN, "http://api.github.com", "//", "https://evil.example", "file://"]),
    st.sampled_from(["", "/", "@evil.example", ":443", ":8443", "[::1]", ".evil.example", "\\"]),
    st.text(max_size=5),
    st.sampled_from(["", "?page=2", "?page=3&per_page=100", "#", "?page=99999999"]),
)


@given(
    st.lists(
        st.tuples(ADDRESSES, st.sampled_from(["next", "last", "prev", "", "next last"])), max_size=4
    )
)
def test_no_address_takes_the_token_elsewhere(links: list[tuple[str, str]]) -> None:
    header = ", ".join(f'<{url}>; rel="{rel}"' for url, rel in links)

    link_header(header.encode())
    for url, _ in links:
        link_header(url.encode())
