"""What a scan saw, before anything is named or judged: observations, page visits and state passes.

Collectors produce observations; `scanner.pipeline` turns them into the report. Everything here is plain data, so a
stored crawl can be classified and judged again without a browser.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from consent.model.categories import ConsentState
from scanner.banners.model import Look
from scanner.mail.model import Message

ObservationKind = Literal[
    "cookie",
    "blocked_cookie",
    "local_storage",
    "session_storage",
    "indexed_db",
    "cache_storage",
    "service_worker",
    "request",
    "websocket",
    "fingerprinting",
    "payload",
    "typed",
    "signal",
    "form",
    "alias",
    "head",
    "page_error",
    "private_address",
]

PageStatus = Literal[
    "ok", "http_error", "redirected", "timeout", "failed", "not_measured", "download", "crashed"
]
"""``not_measured``: a bot challenge or block page answered; such a page is never counted as clean."""

NEVER_SENT = frozenset({"csp", "inspector", "mixed-content", "subresource-filter"})
"""CDP `Network.BlockedReason` values with which the browser refused to send a request at all."""


STOPPED = "stopped after"
"""How the error of a page begins that was stopped (`scanner.stops`)."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing seen in one state on one page.

    ``name`` is the cookie's name, the storage key, or the request's URL. ``host`` is the cookie's domain without its
    leading dot, the storage origin's host, or the request's host. ``initiators`` are URLs that led to it, nearest
    first: the script that called, its callers, the response that set it. ``time_ms`` counts from the start of the
    page's navigation. ``after_action`` is False for what happened before the state's consent action. ``value`` is for
    judging its shape only and never leaves the scanner. ``details`` holds what is particular to the kind:

    - all but page facts: on_action_page (bool: the page on which the consent action was done did it, without a reload)
    - cookie: domain, path, http_only, secure, same_site, partition_key (str|None), priority, source_scheme ("Secure" |
      "NonSecure" | "Unset"), source_port, expires (Unix seconds|None), stack (as of a request), requested_lifetime_s, lifetime_s (None for the session), size (bytes of name and value), via ("header" |
      "script" | "worker" | "unknown"), in_jar (bool: still stored at the end of the state's pass), renewed (a later page set its
      expiry anew, None: not measured)
    - blocked_cookie: reasons (list of str), url
    - storage kinds: origin, size (characters of key and value), stack, in_jar (bool: still there after the action), via
      ("worker" where a service worker alone can have written it, else empty)
    - request: type (CDP resource type in lower case), method, status (int|None), frame (URL), redirected_from (URL|
      None), failed (str|None), stack (list of "url:line:column", nearest
      first, with "async " before those behind a timer or promise), body_size, beacon (how it was
      sent where its job is to report: "sendBeacon" | "ping" | "fetch keepalive" | "pixel", else empty)
    - of both: revisit (True where only the revisit at the end of the state ``before`` showed it); of a request: popup (address
      of the pop-up that asked, empty for the page itself)
    - fingerprinting (``name`` is the script): apis (interface to number of calls), canvases (list of what was drawn on
      canvases that were read back), frame (URL)
    - payload (``name`` is the request's URL, ``value`` what it carried besides): part ("body" | "referer" | "websocket"),
      method
    - typed (``name`` is a field that was typed into): field (type and name), form (the form's action), and where the text
      went: to (URL of the request or socket, empty for nowhere), part ("url" | "body" | …), encoding, sent_by
    - signal (``name`` is the interface): what it answered, as `scanner.signals` describes
    - form (``name`` is the address that it is sent to): method, fields (types and names), embedded (bool)
    - head (``name`` is the page): elements (kind, URL and way of loading of each, in the order of asking)
    - private_address (``name`` is host:port of a connection that was refused): address, kind (in words), url (empty where
      no request stands behind it)
    - page_error (``name`` is the error in words): kind ("exception" | "console" | "refused"), source ("url:line:column")
    - alias (``name`` is the canonical name of ``host``): chain (list of names)
    """

    kind: ObservationKind
    name: str
    host: str
    state: ConsentState
    page: str
    initiators: tuple[str, ...] = ()
    time_ms: float = 0.0
    after_action: bool = True
    value: str = ""
    details: dict[str, Any] = {}


class PageVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One planned page in one state; ``url`` as planned, ``final_url`` after redirects, ``error`` in plain words.

    ``bytes`` counts what all its responses held, decoded. ``notes`` tell what did not fail the visit: pop-ups closed,
    dialogs dismissed, a page that stayed busy.
    """

    url: str
    state: ConsentState
    status: PageStatus
    final_url: str = ""
    http_status: int | None = None
    title: str = ""
    error: str = ""
    duration_ms: float = 0.0
    bytes: int = 0
    screenshot: str = ""
    notes: tuple[str, ...] = ()


class StatePass(msgspec.Struct, frozen=True, kw_only=True):
    """How one consent state was reached.

    ``applied`` is False where the action could not be done or its outcome not be confirmed: the pass is then no
    evidence of how the site obeys. ``method`` is the way used ("none" in the state before). ``evidence`` says what
    proved the outcome (banner gone, cookie changed). ``screenshot_before``/``_after`` are file names. ``page`` is where the
    choice was made, ``action_ms`` when, in milliseconds from the start of its navigation (None: no click was made).
    """

    state: ConsentState
    applied: bool
    banner_found: bool
    method: str = "none"
    reason: str = ""
    evidence: tuple[str, ...] = ()
    screenshot_before: str = ""
    screenshot_after: str = ""
    page: str = ""
    action_ms: float | None = None


class PolicyFile(msgspec.Struct, frozen=True, kw_only=True):
    """The site's privacy policy as its address answered; ``error`` says why it could not be had."""

    url: str
    body: bytes = b""
    error: str = ""


class Crawl(msgspec.Struct, frozen=True, kw_only=True):
    """A finished crawl; times are RFC 3339 in UTC, ``tool`` holds versions and the settings that were used.

    ``banners`` is what was seen of the consent banner in each viewport, empty where nobody looked. ``messages`` are the
    e-mails that the visits stand for, where it is made of such. ``policy`` is None where no address of one is known.
    """

    site: str
    start_url: str
    started: str
    finished: str
    tool: dict[str, Any]
    passes: tuple[StatePass, ...]
    visits: tuple[PageVisit, ...]
    observations: tuple[Observation, ...]
    not_visited: int = 0
    banners: tuple[Look, ...] = ()
    messages: tuple[Message, ...] = ()
    policy: PolicyFile | None = None
