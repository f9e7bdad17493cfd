from __future__ import annotations

from pathlib import Path
from typing import Any

from scanner.har.model import read_har
from scanner.har.pages import pages_of
from tests.scanner.har.recordings import SHOP, entry, har, written

THIRD = "https://px.ads.example/p"


def placed(
    tmp_path: Path, *entries: dict[str, Any], pages: list[dict[str, Any]] | None = None
) -> tuple[list[Any], list[int]]:
    return pages_of(read_har(written(tmp_path, har(*entries, pages=pages))))


def test_the_recorders_own_pages_hold_even_where_the_first_entry_is_no_document(tmp_path: Path) -> None:
    pages, places = placed(
        tmp_path,
        entry(THIRD, at=1, pageref="page_2", mime="image/gif"),
        entry(SHOP, at=2, pageref="page_1"),
        entry(f"{SHOP}next", at=3, pageref="page_2"),
        pages=[{"id": "page_1", "title": "Shop"}, {"id": "page_2", "title": f"{SHOP}next"}],
    )
    assert [(page.url, page.title) for page in pages] == [(f"{SHOP}next", f"{SHOP}next"), (SHOP, "Shop")]
    assert places == [0, 1, 0]
    assert [page.status for page in pages] == [200, 200]


def test_a_page_follows_its_redirects_and_a_second_visit_is_the_same_page(tmp_path: Path) -> None:
    pages, places = placed(
        tmp_path,
        entry("http://shop.example/", at=1, to=SHOP),
        entry(SHOP, at=2, status=503),
        entry(SHOP, at=9),
    )
    assert [(page.url, page.final_url, page.status) for page in pages] == [
        ("http://shop.example/", SHOP, 503)
    ]
    assert places == [0, 0, 0]


def test_without_pages_navigations_and_referrers_tell_them_apart(tmp_path: Path) -> None:
    pages, places = placed(
        tmp_path,
        entry(SHOP, at=1),
        entry(f"{SHOP}a.js", at=2, mime="text/javascript", sent={"Referer": SHOP}),
        entry("https://frame.example/f", at=3, sent={"Referer": SHOP}),
        entry(f"{SHOP}next", at=4, sent={"Referer": SHOP}),
        entry(THIRD, at=5, mime="image/gif"),
        entry(f"{SHOP}b.js", at=6, mime="text/javascript", sent={"Referer": SHOP}),
    )
    assert [page.url for page in pages] == [SHOP, f"{SHOP}next"]
    assert places == [0, 0, 0, 1, 1, 0]


def test_a_recording_without_any_document_has_the_page_that_its_referrers_name(tmp_path: Path) -> None:
    pages, places = placed(
        tmp_path,
        entry(THIRD, at=1, mime="image/gif", sent={"Referer": SHOP}),
        entry(THIRD, at=2, mime="image/gif"),
        pages=[],
    )
    assert ([page.url for page in pages], places) == ([SHOP], [0, 0])
    assert not pages[0].has_document
    pages, places = placed(tmp_path, entry(THIRD, mime="image/gif", pageref="page_9"))
    assert ([page.url for page in pages], places) == ([THIRD], [0])
