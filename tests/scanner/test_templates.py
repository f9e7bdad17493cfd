"""Pages are grouped by the shape of their paths, and sampled so that two scans agree."""

from __future__ import annotations

from scanner.templates import ranked, shapes

SHOP = "https://www.shop.example"
TEAS = [f"{SHOP}/tea/{name}" for name in ("assam", "bai", "ceylon", "darjeeling", "earl", "fujian", "green")]


def kinds(*urls: str) -> set[str]:
    return {shape.removeprefix("www.shop.example") for shape in shapes(urls).values()}


def test_numbers_codes_and_values_of_the_query_are_left_open() -> None:
    assert kinds(f"{SHOP}/p/12-a", f"{SHOP}/p/7-a") == {"/p/#-a"}
    assert kinds(f"{SHOP}/o/deadbeef00", f"{SHOP}/o/6f1c2b7e-90aa-4d11-8a55-0123456789ab") == {"/o/*"}
    assert kinds(f"{SHOP}/s?page=1&q=a", f"{SHOP}/s?q=b&page=2", f"{SHOP}/s") == {"/s?page&q", "/s"}


def test_many_siblings_are_one_kind_and_few_are_not() -> None:
    assert kinds(*TEAS) == {"/tea/*"}
    assert kinds(*(f"{url}/reviews" for url in TEAS), *TEAS[:2]) == {
        "/tea/*/reviews",
        "/tea/assam",
        "/tea/bai",
    }
    few = [f"{SHOP}/{name}" for name in ("about", "contact", "imprint")]
    assert kinds(*few) == {"/about", "/contact", "/imprint"}
    assert kinds(*(f"{SHOP}/post-about-{'x' * number}" for number in range(1, 40))) == {"/*"}


def test_every_beginning_of_the_order_shows_as_many_kinds_as_it_can() -> None:
    order = ranked([*TEAS, f"{SHOP}/about", f"{SHOP}/journal/1", f"{SHOP}/journal/2"])
    assert order[1] == f"{SHOP}/about"
    assert {url.split("/")[3] for url in order[:3]} == {"tea", "about", "journal"}
    assert sorted(order) == sorted([*TEAS, f"{SHOP}/about", f"{SHOP}/journal/1", f"{SHOP}/journal/2"])


def test_the_sample_stays_when_the_shop_reorders_its_list_or_adds_to_it() -> None:
    many = [f"{SHOP}/tea/{number}" for number in range(500)]
    first = set(ranked(many)[:5])
    assert set(ranked(many[::-1])[:5]) == first
    assert len(first & set(ranked([*many, f"{SHOP}/tea/500"])[:5])) >= 4


def test_paths_without_end_are_one_kind() -> None:
    assert len(kinds(*(SHOP + "/again" * number for number in range(20, 400)))) == 1
