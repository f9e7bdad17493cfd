"""What visitors ask of their rights over `/v1/consent/{consent_id}/requests`, and what they and the operator are told of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from consent.model.records import ConsentRecord, Token

Kind = Literal["access", "correct", "erase", "restrict", "lift", "object", "withdraw"]
"""GDPR Art. 15, 16, 17, 18, 18 taken back, 21, and 7(3)."""
State = Literal["open", "done", "refused", "erased"]
StepKind = Literal["received", "answered", "extended", "refused", "done", "erased"]
Action = Literal["answer", "extend", "refuse", "done"]

MOST_TEXT = 2_000
MOST_CONTACT = 200
MOST_ANSWER = 4_000
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)


class NewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked for. ``site`` is needed only where the visitor has records at several of them.

    ``contact`` is for whoever wants to be written to; what is answered stands at the visitor's own page in any case.
    """

    kind: Kind
    message: Annotated[str, Meta(max_length=MOST_TEXT)] = ""
    contact: Annotated[str, Meta(max_length=MOST_CONTACT)] = ""
    site: Token | None = None


class NewAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator does about a request; ``text`` is told to the visitor, and needed for all but ``done``."""

    action: Action
    text: Annotated[str, Meta(max_length=MOST_ANSWER)] = ""


class RequestStep(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a request; ``time`` is RFC 3339."""

    time: str
    what: StepKind
    by: Literal["visitor", "operator"]
    text: str


class RightsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request as the visitor sees it. Times are RFC 3339, ``due`` is the legal deadline, ``closed`` empty while it is open."""

    request_id: str
    site: str
    kind: Kind
    state: State
    received: str
    due: str
    extended: bool
    closed: str
    message: str
    contact: str
    steps: tuple[RequestStep, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a request: how it stands, and the record that it appended to the log, if it did.

    ``browser_copy`` tells of the cookie that holds the decision in the visitor's browser: ``replaced`` by this answer, or it
    ``stays`` since this server is not of the site's domain; empty where nothing was decided.
    """

    request: RightsRequest
    record_id: str = ""
    browser_copy: Literal["", "replaced", "stays"] = ""


class DeskRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request as the operator sees it in a list; ``days_left`` is negative where it is overdue, 0 where it is closed."""

    request: RightsRequest
    days_left: int
    standing: str


class DeskCase(msgspec.Struct, frozen=True, kw_only=True):
    """One request with the visitor's records at its site, oldest first; none where they were erased."""

    request: RightsRequest
    days_left: int
    standing: str
    records: tuple[ConsentRecord, ...]


def cleaned(text: str) -> str:
    """Return a text that strangers wrote with lines as we write them, and without what cannot be seen but acts on a reader."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
