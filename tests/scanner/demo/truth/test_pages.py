"""The table of addresses against the shop itself."""

from __future__ import annotations

import re

import pytest

from scanner.demo import truth
from tests.scanner.demo.client import Client
from tests.scanner.demo.visitor import Visits

SHOP = "https://www.larkspur.example"


@pytest.mark.parametrize("page", truth.PAGES, ids=lambda page: page.path)
async def test_each_address_answers_as_the_table_says(page: truth.TruePage, client: Client) -> None:
    answer = await client.get(SHOP + page.path)
    assert answer.status == page.status
    assert answer.headers.get("Location", "") == page.leads_to
    assert ("attachment" in answer.headers.get("Content-Disposition", "")) == page.download


async def test_what_is_linked_and_what_only_the_sitemap_knows(client: Client) -> None:
    linked: set[str] = set()
    for path in truth.EVERY:
        text = (await client.get(SHOP + path)).text
        linked |= set(re.findall(r'<a\b[^>]*href="(/[^"]*)"', text))
    listed = set(re.findall(rf"<loc>{SHOP}([^<]+)</loc>", (await client.get(f"{SHOP}/sitemap.xml")).text))
    for page in truth.PAGES:
        found = "link" if page.path in linked else "sitemap" if page.path in listed else "nothing"
        assert found == page.found_by, page.path
    assert linked | listed <= {page.path for page in truth.PAGES}


async def test_robots_are_asked_away_from_what_the_table_marks(client: Client) -> None:
    rules = (await client.get(f"{SHOP}/robots.txt")).text
    barred = re.findall(r"^Disallow: (\S+)$", rules, re.MULTILINE)
    for page in truth.PAGES:
        assert any(page.path.startswith(prefix) for prefix in barred) is not page.robots, page.path


def test_no_page_breaks_a_script_or_a_request(visits: Visits) -> None:
    for path, visit in visits.loaded.items():
        assert visit.problems == [], path
        assert visit.status == next(page.status for page in truth.PAGES if page.path == path)
