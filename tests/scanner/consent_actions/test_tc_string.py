"""The TC string proves what a click came to, or disproves it."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable

import pytest

from consent.model.categories import ConsentState
from scanner.consent_actions.tc_string import proof_by
from scanner.observations import Crawl
from tests.scanner.conftest import Site

Run = Callable[..., Awaitable[Crawl]]


def tc(purposes: int) -> str:
    """A TC string with these 24 bits of purposes and no vendor."""
    day = 17_600_000_000
    fields = (
        (2, 6), (day, 36), (day, 36), (300, 12), (4, 12), (1, 6), (3, 6), (4, 6), (90, 12), (5, 6), (1, 1), (0, 1),
        (0, 12), (purposes, 24), (0, 24), (0, 1), (3, 6), (4, 6), (0, 16), (0, 1), (0, 16), (0, 1), (0, 12),
    )  # fmt: skip
    text = "".join(f"{value:0{size}b}" for value, size in fields)
    text += "0" * (-len(text) % 8)
    return base64.urlsafe_b64encode(int(text, 2).to_bytes(len(text) // 8, "big")).decode().rstrip("=")


SOME, NONE = tc(0b1010 << 20), tc(0)


@pytest.mark.parametrize(
    ("text", "before", "choice", "proof"),
    [
        (SOME, "", "accept", "the TC string changed and holds consent to purposes 1, 3"),
        (NONE, "", "reject", "the TC string changed and holds consent to no purpose"),
        (NONE, SOME, "withdraw", "the TC string changed and holds consent to no purpose"),
        (SOME, "", "reject", ""),
        (NONE, "", "accept", ""),
        (NONE, NONE, "reject", None),
        ("nonsense", "", "reject", None),
        ("", "", "reject", None),
        (None, None, "accept", None),
    ],
)
def test_a_string_proves_disproves_or_tells_nothing(
    text: str | None, before: str | None, choice: str, proof: str | None
) -> None:
    assert proof_by(text, before, choice) == proof  # type: ignore[arg-type]  # the three choices


async def test_a_refusal_that_the_string_does_not_hold_is_none(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        f"""<div id="box" style="position:fixed;bottom:0">We use cookies. <button id="yes">Accept all</button>
        <button id="no">Reject all</button></div><script>
        let string = "", listeners = 0;
        window.__tcfapi = (command, version, done) => command === "addEventListener"
          ? done({{ tcString: string, listenerId: listeners += 1 }}, true) : done(true);
        for (const id of ["yes", "no"]) document.getElementById(id).addEventListener("click", () => {{
          string = "{SOME}";
          document.cookie = "choice=" + id;
          document.getElementById("box").remove();
        }});</script>""",
    )
    crawl = await run_crawl(states=(ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT))
    found = {one.state.value: one for one in crawl.passes}
    assert found["accept"].applied, found["accept"].reason
    assert "the TC string changed and holds consent to purposes 1, 3" in found["accept"].evidence
    assert not found["reject"].applied
    assert "the TC string does not hold the choice" in found["reject"].reason
