"""A site without a start page cannot be scanned, and what to do about it depends on the cause."""

from __future__ import annotations

from typing import Any, cast

import pytest

from consent.model.categories import ConsentState
from consent.model.errors import ScanError
from scanner.observations import PageVisit
from scanner.start_page import check_start
from scanner.visit import OpenPage


class Page:
    def __init__(self, cause: str) -> None:
        self.cause = cause


def check(status: Any, cause: str = "", http_status: int | None = None) -> None:
    seen = PageVisit(
        url="https://www.shop.example/",
        state=ConsentState.BEFORE,
        status=status,
        http_status=http_status,
        error="it did not load",
    )
    check_start(seen, cast("OpenPage", Page(cause)))


@pytest.mark.parametrize(
    ("status", "cause", "hint"),
    [
        ("failed", "ERR_CERT_AUTHORITY_INVALID", "--ignore-certificate-errors"),
        ("failed", "ERR_NAME_NOT_RESOLVED", "--resolve"),
        ("failed", "ERR_CONNECTION_REFUSED", "whether this machine reaches the host"),
        ("download", "download", "Give the address of a page"),
        ("timeout", "timeout", "whether this machine reaches the host"),
        ("failed", "refused", "--allow-private"),
        ("redirected", "", "list its host among the site's hosts"),
    ],
)
def test_what_cannot_be_scanned_is_said_with_what_to_do(status: str, cause: str, hint: str) -> None:
    with pytest.raises(ScanError, match=r"https://www\.shop\.example/") as told:
        check(status, cause)
    assert hint in told.value.hint


@pytest.mark.parametrize("status", ["ok", "http_error", "not_measured", "crashed"])
def test_a_page_that_showed_something_is_scanned(status: str) -> None:
    check(status)


def test_a_page_that_began_and_did_not_finish_is_scanned() -> None:
    check("timeout", http_status=200)
