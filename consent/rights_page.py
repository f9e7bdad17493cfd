"""The visitor's own page: their receipt, what they asked for and how that stands, and a form for each right. No script is needed.

The forms have no token against forgery: their address holds the consent id, which no other site knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consent.deadlines import in_words
from consent.model.rights import MOST_CONTACT, MOST_TEXT, RightsRequest
from consent.model.sites import Site
from consent.pages import Page, render
from consent.proof import Receipt, receipt_page
from consent.times import now_ms, parse_rfc3339

KINDS = {
    "access": "To know more than this page tells",
    "correct": "Correction",
    "erase": "Erasure",
    "restrict": "Restriction",
    "lift": "End of the restriction",
    "object": "Objection",
    "withdraw": "Withdrawal",
}
STATES = {"open": "open", "done": "done", "refused": "refused", "erased": "ended by the erasure"}
STEPS = {
    "received": "Received",
    "answered": "Answer",
    "extended": "The time for it was extended",
    "refused": "Refused",
    "done": "Done",
    "erased": "Ended by the erasure",
}
_DECIDED = "Everything but the necessary is refused from now on. "
_REPLACED = "The choice kept in this browser was replaced, too."
_STAYS = (
    "A copy of your earlier choice stays in the browser until you use the privacy control on the site or delete the site"
    " data in the browser: this server cannot reach it."
)
_TOLD = {
    "restrict": "Your records are only stored from now on. The answer to your request will stand here.",
    "lift": "The restriction has ended.",
    "correct": "Your request was received. The answer will stand here.",
    "access": "Your request was received. The answer will stand here.",
}


def rights_page(
    made: Receipt,
    sites: Mapping[str, Site],
    asked: Sequence[RightsRequest],
    *,
    told: str = "",
    reached: bool = False,
    problem: str = "",
) -> Page:
    """Return the page. ``told`` is the kind of request that was just taken, ``reached`` whether its cookie could be replaced."""
    note = _TOLD.get(told, "")
    if told in {"withdraw", "object"}:
        note = _DECIDED + (_REPLACED if reached else _STAYS)
    shown = receipt_page(
        made,
        sites,
        asked=asked[::-1],
        note=note,
        problem=problem,
        restricted=any(one.kind == "restrict" and one.state == "open" for one in asked),
        most_text=MOST_TEXT,
        most_contact=MOST_CONTACT,
        **_words(),
    )
    return Page(shown.html, shown.policy.replace("form-action 'none'", "form-action 'self'"))


def erased_page(consent_id: str, asked: Sequence[RightsRequest]) -> Page:
    """Return the page after an erasure: which requests there were, and how they ended."""
    return render("rights_erased", consent_id=consent_id, asked=asked[::-1], **_words())


def _words() -> dict[str, object]:
    return {"kinds": KINDS, "states": STATES, "step_names": STEPS, "standing": _standing}


def _standing(one: RightsRequest) -> str:
    return in_words(parse_rfc3339(one.due), now_ms())
