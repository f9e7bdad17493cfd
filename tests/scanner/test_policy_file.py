"""The policy is read while the site is crawled; whatever its address answers, the crawl goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from scanner.observations import Crawl, PolicyFile
from scanner.policy_file import LARGEST, policy_file
from scanner.small_files import Answer
from tests.scanner.conftest import SHOP, START, Site

URL = "https://www.shop.example/privacy"


def answering(answer: Answer) -> Callable[[str, int], Awaitable[Answer]]:
    async def fetch(url: str, limit: int) -> Answer:
        assert (url, limit) == (URL, LARGEST)
        return answer

    return fetch


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(status=200, body=b"We use cookies."), PolicyFile(url=URL, body=b"We use cookies.")),
        (Answer(status=None), PolicyFile(url=URL, error="The address could not be reached.")),
        (Answer(status=404), PolicyFile(url=URL, error="The server answered 404.")),
        (
            Answer(status=200, body=b"x", cut=True),
            PolicyFile(url=URL, error="The answer is longer than 8,388,608 bytes."),
        ),
    ],
)
async def test_an_answer_is_the_policy_or_says_why_not(answer: Answer, told: PolicyFile) -> None:
    assert await policy_file(answering(answer), URL) == told


async def test_without_an_address_nothing_is_asked() -> None:
    assert await policy_file(answering(Answer(status=200)), "") is None


async def test_a_crawl_brings_the_policy_along(
    site: Site, run_crawl: Callable[..., Awaitable[Crawl]]
) -> None:
    site.page("/", "Welcome")
    site.add(SHOP, "/privacy", "<!doctype html><p>We use Hotjar to count visits.", Set_Cookie="a=b")
    seen = await run_crawl(pages=1, policy_url=f"{START}privacy", respect_robots=False, sitemaps=False)
    assert seen.policy is not None
    assert b"We use Hotjar" in seen.policy.body
    assert [one.name for one in seen.observations if one.kind == "cookie"] == []
