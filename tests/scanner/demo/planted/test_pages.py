"""The pages of the guest house: what a scanner has to find, to leave alone and to discover."""

from __future__ import annotations

from scanner.demo.planted import pages


def test_ten_pages_are_linked_and_two_are_not_plain_pages_of_the_menu() -> None:
    assert len(pages.LINKED) == 10
    assert {pages.UNLISTED.path, pages.FORBIDDEN.path} & {page.path for page in pages.LINKED} == set()
    assert len({page.path for page in pages.EVERY}) == 12
    assert sum(bool(page.form) for page in pages.LINKED) == 2
