"""The guest house's server: pages and their cookies, what robots are told, and a banner that can be deaf."""

from __future__ import annotations

import pytest

from scanner.demo.planted import PlantedWorld, pages
from tests.scanner.demo.client import Client

HOUSE = "https://www.fernhill.example"


@pytest.mark.parametrize("page", pages.EVERY, ids=lambda page: page.path)
async def test_each_page_answers_with_its_tags_and_links_to_all_but_the_unlisted(
    guest: Client, page: pages.Page
) -> None:
    answer = await guest.get(HOUSE + page.path)
    assert answer.status == 200
    assert f"<h1>{page.title}</h1>" in answer.text
    for linked in (*(one.path for one in pages.LINKED), pages.FORBIDDEN.path, pages.LEAFLET):
        assert f'href="{linked}"' in answer.text
    assert f'href="{pages.UNLISTED.path}"' not in answer.text
    names = {"PHPSESSID", "lang"} | ({"csrftoken"} if page.form else set())
    assert set(answer.cookies) == names
    again = await guest.get(HOUSE + page.path, headers={"Cookie": "; ".join(f"{name}=x" for name in names)})
    assert again.set_cookies == []


async def test_robots_are_told_of_the_rota_and_the_sitemap_names_the_offer(guest: Client) -> None:
    assert "Disallow: /private/" in (await guest.get(f"{HOUSE}/robots.txt")).text
    listed = (await guest.get(f"{HOUSE}/sitemap.xml")).text
    assert listed.count("<loc>") == 11
    assert f"<loc>{HOUSE}/winter-offer</loc>" in listed
    assert "/private" not in listed


async def test_files_have_their_types_and_nothing_else_is_served(guest: Client) -> None:
    for path, kind in (
        ("/static/house.css", "text/css"),
        ("/static/notice.js", "text/javascript"),
        ("/worker.js", "text/javascript"),
        (pages.LEAFLET, "application/pdf"),
    ):
        answer = await guest.get(HOUSE + path)
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)
    assert (await guest.get(f"{HOUSE}/favicon.ico")).status == 204
    for path in ("/static/none.js", "/static/.hidden.js", "/static/..%2Fsite.js", "/static/page.html"):
        assert (await guest.get(HOUSE + path)).status == 404


async def test_the_banner_can_be_made_deaf(guest: Client, planted: PlantedWorld) -> None:
    assert "data-deaf" not in (await guest.get(f"{HOUSE}/")).text
    planted.house.deaf = True
    assert 'notice.js" data-deaf' in (await guest.get(f"{HOUSE}/")).text
