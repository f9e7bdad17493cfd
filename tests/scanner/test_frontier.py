"""Which pages are visited, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.frontier import MAX_ROBOTS_HOSTS, Frontier, Robots, RobotsAnswer, canonical, matches

HOME = "https://www.shop.example/"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("HTTPS://WWW.Shop.Example:443/a#b", "https://www.shop.example/a"),
        ("https://a.example/app#/cart/1", "https://a.example/app#/cart/1"),
        ("https://a.example/app#!/cart", "https://a.example/app#!/cart"),
        ("https://a.example/app#/", "https://a.example/app"),
        ("http://shop.example:80", "http://shop.example/"),
        ("http://shop.example:8080/", "http://shop.example:8080/"),
        ("https://shop.example/a/../b/./c/", "https://shop.example/b/c/"),
        ("https://shop.example/%7eme/%c3%a4", "https://shop.example/~me/%C3%A4"),
        ("https://shop.example/ä", "https://shop.example/%C3%A4"),
        ("https://shop.example/a%2fb", "https://shop.example/a%2fb"),
        ("https://shop.example/?b=2&a=1&utm_source=x", "https://shop.example/?a=1&b=2&utm_source=x"),
        ("https://shop.example/?a=2&a=1", "https://shop.example/?a=2&a=1"),
        ("https://shop.example/?flag", "https://shop.example/?flag"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("mailto:a@b.example", None),
        ("javascript:void(0)", None),
        ("data:text/html,x", None),
        ("https://[bad", None),
        ("https://shop.example:99999/", None),
        ("https://shop.example/" + "x" * 3000, None),
    ],
)
def test_a_url_is_written_in_one_way(url: str, plain: str | None) -> None:
    assert canonical(url) == plain


@given(st.from_regex(r"https://[a-z]{1,8}\.example(/[!-~]{0,20})?", fullmatch=True))
def test_the_canonical_form_is_its_own(url: str) -> None:
    once = canonical(url)
    assert once is None or canonical(once) == once


def test_links_are_resolved_against_their_page() -> None:
    assert canonical("../tea?x=1", f"{HOME}a/b/c") == f"{HOME}a/tea?x=1"


def test_globs_name_a_path_or_a_whole_url() -> None:
    assert matches("/blog/*", f"{HOME}blog/1")
    assert matches("*.html", f"{HOME}a/b.html")
    assert matches("tea?page=*", f"{HOME}tea?page=2")
    assert matches("https://blog.shop.example/*", "https://blog.shop.example/x")
    assert not matches("/blog/*", f"{HOME}shop/1")


async def levels(frontier: Frontier, links: dict[str, list[str]]) -> list[list[str]]:
    found = []
    while level := await frontier.next_level():
        found.append([url.removeprefix(HOME) for url in level])
        for url in level:
            frontier.found(links.get(url, []), url)
    return found


async def test_pages_come_breadth_first_files_last_and_only_from_the_site() -> None:
    links = {
        HOME: ["/b", "/list.pdf", "/a#x", "/a", "https://elsewhere.example/", "https://blog.shop.example/"],
        f"{HOME}b": ["/c", "/"],
        f"{HOME}a": ["/d"],
    }
    frontier = Frontier(HOME, pages=10)
    assert await levels(frontier, links) == [
        [""],
        ["b", "a", "https://blog.shop.example/"],
        ["c", "d"],
        ["list.pdf"],
    ]


async def test_the_limit_counts_what_was_left_out() -> None:
    frontier = Frontier(HOME, pages=3, seeds=(f"{HOME}seed",))
    assert await levels(frontier, {HOME: ["/a", "/b", "/c.zip"]}) == [["", "seed"], ["a"]]
    assert frontier.not_visited == 2


async def test_include_and_exclude_decide_about_links_but_not_about_the_start() -> None:
    frontier = Frontier(HOME, pages=9, include=("/shop/*",), exclude=("*/cart",))
    assert await levels(frontier, {HOME: ["/shop/a", "/blog", "/shop/cart"]}) == [[""], ["shop/a"]]


def robots(status: int | None, text: str = "") -> tuple[Robots, list[str]]:
    asked: list[str] = []

    async def fetch(url: str) -> RobotsAnswer:
        asked.append(url)
        return RobotsAnswer(status=status, text=text)

    return Robots(fetch), asked


@pytest.mark.parametrize(
    ("status", "text", "visited"),
    [
        (200, "User-agent: *\nDisallow: /private", ["a"]),
        (200, "User-agent: consentry\nDisallow: /\nUser-agent: *\nAllow: /", []),
        (404, "", ["a", "private"]),
        (503, "", []),
        (None, "", []),
    ],
)
async def test_robots_txt_is_honoured(status: int | None, text: str, visited: list[str]) -> None:
    rules, asked = robots(status, text)
    frontier = Frontier(HOME, pages=9, robots=rules)
    found = await levels(frontier, {HOME: ["/a", "/private"]})
    assert found == [[""], visited] if visited else [[""]]
    assert asked == [f"{HOME}robots.txt"], "asked once, and not for the page that the user named"
    assert len(frontier.disallowed) == 2 - len(visited)
    assert bool(rules.notes) == (status in (503, None))


async def test_where_not_all_fit_each_kind_of_page_is_seen() -> None:
    teas = [f"/tea/{number}" for number in range(500)]
    frontier = Frontier(HOME, pages=6)
    found = await levels(frontier, {HOME: [*teas, "/about", "/contact"]})
    assert len(found[1]) == 5
    assert found[1][-2:] == ["about", "contact"]
    assert frontier.not_visited == 497


async def test_listed_pages_come_after_the_linked_ones_and_are_asked_for_once() -> None:
    asked: list[int] = []

    async def listed() -> list[str]:
        asked.append(1)
        return [f"{HOME}z", f"{HOME}a", "https://elsewhere.example/", f"{HOME}x.pdf", f"{HOME}shop/cart"]

    frontier = Frontier(HOME, pages=9, listed=listed, exclude=("*/cart",))
    assert await levels(frontier, {HOME: ["/b", "/a"], f"{HOME}z": ["/c"]}) == [
        [""],
        ["b", "a", "z"],
        ["c"],
        ["x.pdf"],
    ]
    assert len(asked) == 1
    alone = Frontier(HOME, pages=1, listed=listed)
    assert await levels(alone, {}) == [[""]]
    assert len(asked) == 1, "nobody asks where there is no room"


async def test_only_so_many_hosts_are_asked_for_their_rules() -> None:
    rules, asked = robots(404)
    frontier = Frontier(HOME, pages=500, robots=rules)
    found = await levels(frontier, {HOME: [f"https://h{number}.shop.example/" for number in range(300)]})
    assert len(asked) == len(found[1]) == MAX_ROBOTS_HOSTS
    assert len(rules.notes) == 1


async def test_ten_thousand_links_fit() -> None:
    frontier = Frontier(HOME, pages=10_000)
    found = await levels(frontier, {HOME: [f"/p{number}" for number in range(20_000)]})
    assert len(found[1]) == 9_999
    assert frontier.not_visited == 10_001


@pytest.mark.parametrize(("asked", "kept"), [("2.5", 2.5), ("3600", 10.0)])
async def test_a_crawl_delay_is_kept_up_to_what_a_scan_can_wait(asked: str, kept: float) -> None:
    async def fetch(_url: str) -> RobotsAnswer:
        return RobotsAnswer(status=200, text=f"User-agent: *\nCrawl-delay: {asked}\n")

    robots = Robots(fetch)
    delays: list[float] = []
    robots.on_delay = delays.append
    assert await robots.allows("https://a.example/app#/cart")
    assert delays == [kept]
    (note,) = robots.notes
    assert f"{kept:g} s" in note
