"""The consent event that a browser sends, and the consent record that the log keeps.

The record's fields follow ISO/IEC TS 27560:2023 (header, processing, event) and cover GDPR Art. 7(1): who (an id that
only the visitor holds), when, what was shown, how it was decided, and until when it holds. No IP address is stored.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from consent.model.categories import CATEGORIES, CONSENT_CATEGORIES, Category
from consent.model.errors import RecordError

SCHEMA_VERSION = "consentry/2"
"""Of the records that are made now. Those of ``consentry/1`` lack the fields that are `msgspec.UNSET` by default, and no
others, so both are read as one type and come out byte for byte as they went in."""
MAX_BODY_BYTES = 16 * 1024

Decision = Literal["granted", "denied", "not_asked"]


class EventKind(StrEnum):
    """What happened to the consent."""

    GIVEN = "given"
    REFUSED = "refused"
    PARTIAL = "partial"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    RENEWED = "renewed"
    OPT_OUT_SIGNAL = "opt_out_signal"
    NOTICE_SHOWN = "notice_shown"


class Action(StrEnum):
    """What the visitor (or the browser's signal, or the site's code) did."""

    ACCEPT_ALL = "accept_all"
    REJECT_ALL = "reject_all"
    SAVE = "save"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    GPC = "gpc"
    API = "api"
    NONE = "none"


class Surface(StrEnum):
    """Where it was done."""

    BANNER = "banner"
    PREFERENCES = "preferences"
    PLACEHOLDER = "placeholder"
    DECLARATION = "declaration"
    RIGHTS = "rights"  # the visitor's own page, /v1/consent/{consent_id}
    NONE = "none"


class PromptReason(StrEnum):
    """Why the visitor was asked, or could answer."""

    FIRST = "first"
    EXPIRED = "expired"
    NOTICE_CHANGED = "notice_changed"
    NEW_PURPOSE = "new_purpose"
    USER = "user"


Token = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
ConsentId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}$")]
"""128 random bits as unpadded base64url: the visitor's secret."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
ShortText = Annotated[str, Meta(max_length=200)]
Services = Annotated[dict[Annotated[str, Meta(min_length=1, max_length=100)], Decision], Meta(max_length=50)]
"""What was decided about single services, where it differs from their category's decision."""
Milliseconds = Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1)]
"""What a browser counts without losing precision (ECMA-262, Number.MAX_SAFE_INTEGER); negative where its clock was set back."""
ConsentString = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.~-]*$", max_length=4096)]
"""A TC string (IAB TCF v2: base64url parts with dots) or GPP string (base64url sections with tildes), as it was read."""
PageUrl = Annotated[str, Meta(max_length=2048, pattern=r"^https?://")]


class ConsentEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the widget sends to ``POST /v1/consent``. ``event_id`` makes a retry the same event.

    ``page`` is origin and path; a query or fragment is cut off before it is stored. ``client_time`` is RFC 3339.
    ``ms_since_shown`` counts from when the layer was shown to the decision, 0 where none was. ``external_id_hash`` is
    `consent.external_ids.hash_of` what the site calls the visitor, worked out in the page. ``automated`` is what
    ``navigator.webdriver`` said. ``signals_sent`` are the vendors that the page told about the decision; without it the
    record names those that the published widget tells.
    """

    site: Token
    consent_id: ConsentId
    event_id: Token
    event: EventKind
    action: Action
    surface: Surface
    categories: dict[Category, Decision]
    services: Services | msgspec.UnsetType = msgspec.UNSET
    notice_version: Sha256
    widget_version: Token
    language: Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
    page: PageUrl
    client_time: Annotated[str, Meta(max_length=40)]
    gpc: bool | None = None
    gpc_honoured: bool = False
    not_removed: Annotated[tuple[ShortText, ...], Meta(max_length=50)] = ()
    previous_record_id: Annotated[str, Meta(max_length=64)] | None = None
    prompt_reason: PromptReason | msgspec.UnsetType = msgspec.UNSET
    ms_since_shown: Milliseconds | msgspec.UnsetType = msgspec.UNSET
    external_id_hash: ConsentId | msgspec.UnsetType = msgspec.UNSET
    tc_string: ConsentString | msgspec.UnsetType = msgspec.UNSET
    gpp_string: ConsentString | msgspec.UnsetType = msgspec.UNSET
    variant: Token | msgspec.UnsetType = msgspec.UNSET
    geo_rule: Token | msgspec.UnsetType = msgspec.UNSET
    signals_sent: Annotated[tuple[Token, ...], Meta(max_length=32)] | msgspec.UnsetType = msgspec.UNSET
    automated: bool = False


class ConsentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One appended line of the consent log. Times are RFC 3339 in UTC with milliseconds.

    ``services`` is there where the visitor refused single services of a granted category. ``client_time`` is the
    visitor's clock where it is plausible, else the nearest time that is; then
    ``client_time_sent`` keeps what the browser sent.

    What is unset by default is left out where there is nothing to say. ``policy_version`` and ``policy_sha256`` are the
    privacy policy's, as they were known when the notice was published. ``country`` (ISO 3166-1) is what a trusted proxy said.
    ``bot`` is there, and true, where the browser says that it is driven by a program. ``shown_share`` is the share of visits
    that tell when the notice is shown, on a ``notice_shown`` that stands for more than itself.
    """

    record_id: str
    schema_version: str = SCHEMA_VERSION
    consent_id: str
    event_id: str
    site: str
    event: EventKind
    action: Action
    surface: Surface
    categories: dict[Category, Decision]
    services: dict[str, Decision] | msgspec.UnsetType = msgspec.UNSET
    valid_until: str | None
    notice_version: str
    notice_sha256: str
    widget_version: str
    scan_id: str
    language: str
    jurisdiction: str
    gpc_header: bool
    gpc_js: bool | None
    gpc_honoured: bool
    page: str
    user_agent: str
    server_time: str
    client_time: str
    client_time_clamped: bool = False
    client_time_sent: str | None = None
    not_removed: tuple[str, ...] = ()
    previous_record_id: str | None = None
    prompt_reason: PromptReason | msgspec.UnsetType = msgspec.UNSET
    ms_since_shown: int | msgspec.UnsetType = msgspec.UNSET
    external_id_hash: str | msgspec.UnsetType = msgspec.UNSET
    tc_string: str | msgspec.UnsetType = msgspec.UNSET
    gpp_string: str | msgspec.UnsetType = msgspec.UNSET
    policy_version: str | msgspec.UnsetType = msgspec.UNSET
    policy_sha256: str | msgspec.UnsetType = msgspec.UNSET
    variant: str | msgspec.UnsetType = msgspec.UNSET
    geo_rule: str | msgspec.UnsetType = msgspec.UNSET
    country: str | msgspec.UnsetType = msgspec.UNSET
    bot: bool | msgspec.UnsetType = msgspec.UNSET
    signals_sent: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    shown_share: float | msgspec.UnsetType = msgspec.UNSET


_NAMED_BY_CHOICE = frozenset({EventKind.GIVEN, EventKind.REFUSED, EventKind.WITHDRAWN})
_decoder = msgspec.json.Decoder(ConsentEvent)
_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_NAMED = re.compile(r"(?:unknown|required) field `(?P<field>[^`]*)`")


def parse_event(body: bytes) -> ConsentEvent:
    """Parse and validate one event; raises `RecordError` that names the field, what was expected and what to do."""
    if len(body) > MAX_BODY_BYTES:
        raise RecordError(f"the body has {len(body)} bytes, at most {MAX_BODY_BYTES} are accepted")
    try:
        event = _decoder.decode(body)
    except msgspec.ValidationError as error:
        path, named = _PATH.search(str(error)), _NAMED.search(str(error))
        field = ".".join(part for part in (path and path["path"], named and named["field"]) if part)
        raise RecordError(_PATH.sub("", str(error)), field=field, hint="See /openapi.json.") from error
    except msgspec.DecodeError as error:
        raise RecordError(f"the body is not JSON: {error}", hint="Send one JSON object.") from error
    if len(event.categories) != len(CATEGORIES):  # its keys are categories, as the type says
        raise RecordError(
            f"expected a decision for each of {', '.join(CATEGORIES)}, got {', '.join(sorted(event.categories)) or 'none'}",
            field="categories",
        )
    if event.categories[Category.NECESSARY] != "granted":
        raise RecordError("necessary is not a choice and is always granted", field="categories.necessary")
    _check_kind(event)
    return event


def _check_kind(event: ConsentEvent) -> None:
    """Raise `RecordError` where the event's name says something else than its categories: a proof must not contradict itself."""
    if event.event not in _NAMED_BY_CHOICE:
        return
    decided = {event.categories[category] for category in CONSENT_CATEGORIES}
    if event.event is EventKind.GIVEN:
        if "denied" in decided or "granted" not in decided:
            raise RecordError(
                "given means that nothing was denied and something granted",
                field="event",
                hint="Call it partial or refused.",
            )
    elif "granted" in decided:
        raise RecordError(
            f"{event.event} means that nothing but the necessary is granted",
            field="event",
            hint="Call it partial or changed.",
        )
