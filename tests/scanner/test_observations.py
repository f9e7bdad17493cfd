from __future__ import annotations

import msgspec
import pytest

from consent.model.categories import ConsentState
from scanner.observations import Crawl, Observation, PageVisit, StatePass

CRAWL = Crawl(
    site="larkspur",
    start_url="https://www.larkspur.example/",
    started="2026-01-31T12:00:00Z",
    finished="2026-01-31T12:00:09Z",
    tool={"browser": "156.0.8078.79"},
    passes=(StatePass(state=ConsentState.BEFORE, applied=True, banner_found=True),),
    visits=(PageVisit(url="https://www.larkspur.example/", state=ConsentState.BEFORE, status="ok"),),
    observations=(
        Observation(
            kind="cookie",
            name="_ga",
            host="larkspur.example",
            state=ConsentState.BEFORE,
            page="https://www.larkspur.example/",
            details={"http_only": False, "lifetime_s": 63_072_000.0, "partition_key": None},
        ),
    ),
)


def test_a_stored_crawl_reads_back_as_it_was_and_can_be_judged_again_without_a_browser() -> None:
    assert msgspec.json.decode(msgspec.json.encode(CRAWL), type=Crawl) == CRAWL


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"kind":"cookie"', b'"kind":"flash_cookie"'),
        (b'"status":"ok"', b'"status":"clean"'),
        (b'"before"', b'"soon"'),
    ],
)
def test_a_word_that_does_not_exist_is_refused(before: bytes, after: bytes) -> None:
    encoded = msgspec.json.encode(CRAWL)
    assert before in encoded
    with pytest.raises(msgspec.ValidationError, match="Invalid enum value"):
        msgspec.json.decode(encoded.replace(before, after), type=Crawl)


def test_an_observation_counts_as_seen_after_the_action_unless_it_says_otherwise() -> None:
    assert CRAWL.observations[0].after_action is True


def test_an_observation_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CRAWL.observations[0].name = "_gid"  # type: ignore[misc]  # the very thing that must not work
