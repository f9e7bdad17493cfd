from __future__ import annotations

from typing import Any

from scanner.findings.broken_after_reject import find
from scanner.report import PageError
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP, passed, report


def error(**fields: Any) -> PageError:
    given: dict[str, Any] = {
        "kind": "exception",
        "text": "TypeError: fbq is not a function",
        "source": f"{SHOP}shop.js:3:1",
        "states": (REJECT,),
        "pages": (SHOP,),
        "page_count": 1,
    }
    return PageError(**(given | fields))


def test_an_error_after_a_refusal_alone_is_told_once_a_host() -> None:
    (finding,) = find(report(page_errors=(error(), error(text="TypeError: other"))))
    assert finding.title == "www.larkspur.example: 2 errors of scripts after a refusal alone"
    assert finding.evidence["places"] == [f"{SHOP}shop.js:3:1"]
    assert "fbq" in finding.fix


def test_the_sites_own_errors_and_what_the_console_was_told_are_not() -> None:
    errors = (
        error(states=(REJECT, ACCEPT)),
        error(states=(BEFORE, REJECT)),
        error(kind="console"),
        error(states=(ACCEPT,)),
    )
    assert list(find(report(page_errors=errors))) == []


def test_without_both_states_nothing_is_said() -> None:
    alone = report(page_errors=(error(),), passes=(passed(BEFORE), passed(REJECT)))
    assert list(find(alone)) == []
