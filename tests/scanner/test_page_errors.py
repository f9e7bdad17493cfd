from __future__ import annotations

from typing import Any

from consent.model.categories import ConsentState
from scanner.observations import Observation
from scanner.page_errors import MAX_REPORTED, page_errors_of
from tests.scanner.factories import SHOP


def seen(text: str = "TypeError: fbq is not a function", **changes: Any) -> Observation:
    given: dict[str, Any] = {"state": ConsentState.REJECT, "page": SHOP}
    source = changes.pop("source", f"{SHOP}shop.js?v=8:3:1")
    return Observation(
        kind="page_error",
        name=text,
        host="www.larkspur.example",
        details={"kind": "exception", "source": source},
        **(given | changes),
    )


def test_equal_errors_of_states_and_pages_are_one_entry() -> None:
    (error,) = page_errors_of(
        [
            seen(),
            seen(source=f"{SHOP}shop.js?v=9:3:1", page=f"{SHOP}teas"),
            seen(state=ConsentState.BEFORE),
        ]
    )
    assert (error.kind, error.source, error.page_count) == ("exception", f"{SHOP}shop.js:3:1", 2)
    assert error.states == (ConsentState.BEFORE, ConsentState.REJECT)


def test_what_came_before_the_choice_is_the_state_befores_and_a_flood_is_bounded() -> None:
    assert page_errors_of([seen(after_action=False)]) == ()
    assert len(page_errors_of(seen(f"error {number}") for number in range(9_999))) == MAX_REPORTED
