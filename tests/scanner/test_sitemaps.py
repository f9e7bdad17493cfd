"""What a site lists itself, read without trusting it."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable

import pytest

from scanner.frontier import Frontier, Robots, RobotsAnswer
from scanner.observations import Crawl
from scanner.sitemaps import MAX_FILES, Sitemaps, parse
from scanner.small_files import Answer
from tests.scanner.conftest import SHOP, START, Site

ORIGIN = "https://www.shop.example"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*paths: str) -> bytes:
    entries = "".join(
        f"<url><loc> {ORIGIN}{path} </loc><lastmod>2026-01-01</lastmod></url>" for path in paths
    )
    return f"{HEAD}<urlset {SPACE}>{entries}</urlset>".encode()


def index(*paths: str) -> bytes:
    entries = "".join(f"<sitemap><loc>{ORIGIN}{path}</loc></sitemap>" for path in paths)
    return f"{HEAD}<sitemapindex {SPACE}>{entries}</sitemapindex>".encode()


def test_pages_and_further_sitemaps_are_read() -> None:
    assert parse(urlset("/a", "/b?x=1&amp;y=2")).pages == (f"{ORIGIN}/a", f"{ORIGIN}/b?x=1&y=2")
    assert parse(index("/s1.xml")).sitemaps == (f"{ORIGIN}/s1.xml",)
    assert parse(gzip.compress(urlset("/a"))).pages == (f"{ORIGIN}/a",)
    assert parse(f"{ORIGIN}/a\n{ORIGIN}/b\n".encode()).pages == (f"{ORIGIN}/a", f"{ORIGIN}/b")


def test_a_picture_of_a_page_is_no_page() -> None:
    image = (
        f"<urlset {SPACE} xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><url><loc>{ORIGIN}/a</loc>"
        f"<image:image><image:loc>{ORIGIN}/a.png</image:loc></image:image></url></urlset>"
    )
    assert parse(image.encode()).pages == (f"{ORIGIN}/a",)


@pytest.mark.parametrize(
    ("data", "pages", "fault"),
    [
        (b"<urlset><!-- cut", (), "no well-formed XML"),
        (urlset("/a", "/b")[:-90], (f"{ORIGIN}/a",), "no well-formed XML"),
        (b"\x1f\x8bnot gzip", (), "not gzip"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset><url><loc>&a;</loc></url></urlset>', (), "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><urlset/>', (), "document type"),
        (b"", (), ""),
    ],
)
def test_what_is_broken_or_hostile_costs_only_itself(data: bytes, pages: tuple[str, ...], fault: str) -> None:
    read = parse(data)
    assert read.pages == pages
    assert fault in read.fault
    assert bool(fault) == bool(read.fault)


def test_gzip_that_unfolds_without_end_is_cut() -> None:
    read = parse(gzip.compress(HEAD.encode() + b"<urlset>" + b" " * 50_000_000), 1_000_000)
    assert read.size == 1_000_000
    assert read.fault == "it is longer than 1000000 bytes"


async def listed(
    files: dict[str, bytes], robots: str | None = None
) -> tuple[list[str], list[str], list[str]]:
    """The pages, the notes, and the files that were asked for."""
    asked: list[str] = []

    async def fetch(url: str, limit: int) -> Answer:
        path = url.removeprefix(ORIGIN)
        asked.append(path)
        body = files.get(path)
        return Answer(status=404) if body is None else Answer(status=200, body=body[:limit])

    async def rules(_url: str) -> RobotsAnswer:
        return RobotsAnswer(status=200, text=robots or "")

    frontier = Frontier(f"{ORIGIN}/", pages=9)
    sitemaps = Sitemaps(ORIGIN, fetch, Robots(rules), is_own=frontier.is_own)
    pages = await sitemaps.pages()
    return [page.removeprefix(ORIGIN) for page in pages], sitemaps.notes, asked


async def test_robots_txt_names_the_sitemaps_and_else_the_usual_place_is_tried() -> None:
    files = {"/sitemap.xml": urlset("/a"), "/list.xml.gz": gzip.compress(urlset("/b"))}
    assert (await listed(files))[0] == ["/a"]
    assert (await listed(files, f"Sitemap: {ORIGIN}/list.xml.gz"))[0] == ["/b"]
    assert await listed({}) == ([], [], ["/sitemap.xml"])
    assert await listed(files, "User-agent: *\nDisallow: /sitemap.xml") == ([], [], [])
    assert "HTTP 404" in (await listed({}, f"Sitemap: {ORIGIN}/gone.xml"))[1][0]


async def test_indexes_are_followed_to_a_depth_and_never_in_circles() -> None:
    files = {
        "/sitemap.xml": index("/1.xml", "/sitemap.xml", "/p.xml"),
        "/1.xml": index("/2.xml"),
        "/2.xml": index("/3.xml"),
        "/3.xml": urlset("/too-deep"),
        "/p.xml": urlset("/a", "/a"),
    }
    pages, notes, asked = await listed(files)
    assert pages == ["/a"]
    assert asked == ["/sitemap.xml", "/1.xml", "/p.xml", "/2.xml"]
    assert "nested too deep" in notes[0]


async def test_no_more_than_so_many_files_are_read_and_none_of_another_site() -> None:
    many = {f"/{number}.xml": urlset(f"/{number}") for number in range(MAX_FILES + 10)}
    pages, notes, asked = await listed({"/sitemap.xml": index(*many), **many})
    assert len(asked) == MAX_FILES
    assert len(pages) == MAX_FILES - 1
    assert "left unread" in notes[0]
    elsewhere = await listed({}, "Sitemap: http://169.254.1.1/x.xml")
    assert elsewhere[2] == []
    assert "another site" in elsewhere[1][0]


async def test_a_scan_visits_listed_pages_after_the_linked_ones(
    site: Site, run_crawl: Callable[..., Awaitable[Crawl]]
) -> None:
    site.page("/", '<a href="/a">a</a>')
    site.page("/a", '<a href="/c">c</a>')
    site.page("/b", "b")
    site.page("/c", "c")
    site.add(SHOP, "/robots.txt", f"User-agent: *\nDisallow: /private\nSitemap: {START}maps/index.xml")
    site.add(SHOP, "/maps/index.xml", index("/maps/1.xml.gz"), kind="text/xml")
    site.add(SHOP, "/maps/1.xml.gz", gzip.compress(urlset("/b", "/a", "/private")), kind="application/gzip")
    crawl = await run_crawl()
    assert [visit.url.removeprefix(START) for visit in crawl.visits] == ["", "a", "b", "c"]
    assert crawl.tool["robots_disallowed"] == 1
    assert [visit.url.removeprefix(START) for visit in (await run_crawl(sitemaps=False)).visits] == [
        "",
        "a",
        "c",
    ]
