"""report.json, schema version 1: the source of every other report format.

Readers depend on these fields: one may be added, none renamed. Field meanings are in docs/report.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from consent.model.categories import Category, ConsentState, Party
from consent.model.errors import ConfigError
from consent.model.inventory import StorageKind
from scanner.banners.model import BannerAudit
from scanner.mail.model import Message
from scanner.markup import Form, Head
from scanner.policy_result import PolicyResult
from scanner.private_addresses import PrivateAddress

SCHEMA = 1
Severity = Literal["high", "medium", "low", "info"]
_HINT = "Give the report.json that a scan wrote."
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low", "info")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page and how it went; ``status`` is the worst over its states, ``outcomes`` has each state's own, ``notes`` say what failed nothing."""

    url: str
    status: str
    states: tuple[ConsentState, ...]
    final_url: str = ""
    http_status: int | None = None
    title: str = ""
    error: str = ""
    outcomes: dict[str, str] = {}
    notes: tuple[str, ...] = ()


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """When something was first stored in one state: milliseconds from the start of that page's navigation.

    ``on_action_page`` says that the page on which the visitor decided did it, without a reload.
    """

    state: ConsentState
    page: str
    time_ms: float
    on_action_page: bool = False


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One cookie or storage key over all states. ``lifetime_s`` None means it ends with the browser session.

    ``states`` are those in which it was stored; ``set_by`` are initiator URLs, nearest first; ``pattern`` is ``name`` with its changing part as
    ``*``; ``criterion`` is why something necessary is exempt (WP194: A or B), by a decision or else by the rule that ``rule`` names;
    ``reopened`` says what changed since somebody decided; ``renewed`` whether later pages set its expiry anew (None: unknown); ``stack`` has
    the places (``url:line:column``) that set it, nearest first, ``async `` marks those behind a timer or promise. ``partition_key`` is a
    partitioned cookie's site; ``source_*`` is who set it; the browser may not tell ``priority`` and these. ``revisit``: only a second visit
    of the start page, at the end of ``before``, set it.
    """

    kind: StorageKind
    name: str
    host: str
    party: Party
    category: Category
    vendor: str = ""
    service: str = ""
    confidence: float = 0.0
    reason: str = ""
    states: tuple[ConsentState, ...] = ()
    set_by: tuple[str, ...] = ()
    first_page: str = ""
    http_only: bool = False
    secure: bool = False
    same_site: str = ""
    partitioned: bool = False
    lifetime_s: float | None = None
    size: int = 0
    purpose: str = ""
    pattern: str = ""
    path: str = ""
    via: str = ""
    rule: str = ""
    set_after_action: tuple[ConsentState, ...] = ()
    requested_lifetime_s: float | None = None
    criterion: str = ""
    identifier: bool = False
    reopened: str = ""
    renewed: bool | None = None
    domain: str = ""
    host_only: bool = False
    partition_key: str = ""
    priority: str = ""
    source_scheme: str = ""
    source_port: int | None = None
    stack: tuple[str, ...] = ()
    writes: tuple[Write, ...] = ()
    revisit: bool = False


class BlockedCookie(msgspec.Struct, frozen=True, kw_only=True):
    """One cookie that the browser refused, with its own reasons (Chromium's names, or ``NotStored``)."""

    name: str
    host: str
    party: Party
    category: Category
    reasons: tuple[str, ...]
    vendor: str = ""
    service: str = ""
    states: tuple[ConsentState, ...] = ()
    via: str = ""
    set_by: tuple[str, ...] = ()
    first_page: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request to a third party or to a known tracker; first-party necessary requests are only counted.

    ``popup`` is the address of the pop-up that asked, empty for the page itself; ``revisit`` as in `Item`.
    """

    url: str
    host: str
    party: Party
    type: str
    state: ConsentState
    page: str
    initiators: tuple[str, ...] = ()
    tracker: bool = False
    category: Category = Category.UNCLASSIFIED
    vendor: str = ""
    service: str = ""
    reason: str = ""
    method: str = "GET"
    status: int | None = None
    failed: str = ""
    time_ms: float = 0.0
    count: int = 1
    beacon: str = ""
    alias: str = ""
    redirected_from: str = ""
    stack: tuple[str, ...] = ()
    on_action_page: bool = False
    popup: str = ""
    revisit: bool = False


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """One script that read properties of the visitor's device.

    ``techniques`` has those that its calls amount to, with the reason in words (empty: the calls alone prove nothing); ``states`` those in
    which they did. ``apis`` counts the calls of each interface on the page with most of them.
    """

    script: str
    host: str
    party: Party
    category: Category = Category.UNCLASSIFIED
    vendor: str = ""
    service: str = ""
    states: tuple[ConsentState, ...] = ()
    techniques: dict[str, str] = {}
    apis: dict[str, int] = {}
    pages: tuple[str, ...] = ()
    page_count: int = 0
    initiators: tuple[str, ...] = ()


class Keystroke(msgspec.Struct, frozen=True, kw_only=True):
    """One field that the scan typed into, and one address to which the text went before anything was submitted.

    ``to`` is empty where it was not seen leaving. ``field`` is the field's name, ``type`` its type (``email``,
    ``password`` …), ``part`` says where the request carried the text, ``encoding`` how.
    """

    field: str
    type: str
    state: ConsentState
    page: str
    to: str = ""
    host: str = ""
    party: Party = Party.FIRST
    category: Category = Category.UNCLASSIFIED
    vendor: str = ""
    service: str = ""
    part: str = ""
    encoding: str = ""
    search: bool = False
    form: str = ""
    initiators: tuple[str, ...] = ()


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """One identifier that reaches another party than the one that keeps it.

    ``kind`` and ``name`` are the item's, or ``parameter`` and its name where a third party made an identifier for another and handed it over by
    a redirect. ``owner`` is whose it is, ``to`` who gets it (service, vendor or registrable domain). ``synced`` says that both are third
    parties. ``value_hash`` is salted for this report alone.
    """

    kind: str
    name: str
    owner: str
    owner_host: str
    to: str
    to_host: str
    state: ConsentState
    page: str
    category: Category = Category.UNCLASSIFIED
    vendor: str = ""
    service: str = ""
    part: str = ""
    encoding: str = ""
    synced: bool = False
    value_hash: str = ""
    initiators: tuple[str, ...] = ()


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What one consent interface of the page answered in one state, decoded; equal answers of pages are one entry.

    ``values`` is particular to ``api``: see docs/report.md.
    """

    api: str
    state: ConsentState
    page: str
    pages: tuple[str, ...] = ()
    page_count: int = 0
    values: dict[str, Any] = {}


class PageError(msgspec.Struct, frozen=True, kw_only=True):
    """One error that pages' scripts told the console; ``kind`` is ``exception``, ``console`` or ``refused`` (by CSP).

    ``source`` is where (``url:line:column``). Equal errors of all pages are one entry; ``states`` are those in which.
    """

    kind: str
    text: str
    source: str = ""
    states: tuple[ConsentState, ...] = ()
    pages: tuple[str, ...] = ()
    page_count: int = 0


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One company that the visitor's browser hands data to, or whose storage was seen.

    ``country`` is the ISO 3166-1 code of its seat, ``transfer`` what Chapter V of the GDPR says of it: ``eea``, ``adequate``,
    ``adequate-dpf`` (United States: only if certified), ``none`` or ``unknown``.
    """

    vendor: str
    country: str = ""
    transfer: str = "unknown"
    policy_url: str = ""
    services: tuple[str, ...] = ()
    states: tuple[ConsentState, ...] = ()


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """One host that was contacted; ``requests`` counts all that were sent to it in ``states``."""

    host: str
    party: Party
    requests: int
    states: tuple[ConsentState, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One judged fact: the rule, what it is about, the evidence, the law behind it and how to mend it."""

    rule: str
    severity: Severity
    title: str
    subject: str
    state: ConsentState | None = None
    page: str = ""
    evidence: dict[str, Any] = {}
    law: str = ""
    fix: str = ""


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """How a consent state was reached; ``applied`` False is never evidence for or against the site."""

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


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report. ``summary`` holds counts: items and requests by category and state, findings by severity."""

    schema: int = SCHEMA
    tool: dict[str, Any]
    site: str
    started: str
    finished: str
    pages: tuple[Page, ...] = ()
    items: tuple[Item, ...] = ()
    requests: tuple[Request, ...] = ()
    findings: tuple[Finding, ...] = ()
    passes: tuple[Pass, ...] = ()
    summary: dict[str, Any] = {}
    scan_id: str = ""
    start_url: str = ""
    fingerprints: tuple[Fingerprint, ...] = ()
    keystrokes: tuple[Keystroke, ...] = ()
    sharing: tuple[Sharing, ...] = ()
    signals: tuple[Signal, ...] = ()
    forms: tuple[Form, ...] = ()
    banner: BannerAudit | None = None
    blocked_cookies: tuple[BlockedCookie, ...] = ()
    page_errors: tuple[PageError, ...] = ()
    private_addresses: tuple[PrivateAddress, ...] = ()
    heads: tuple[Head, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    hosts: tuple[Host, ...] = ()
    limits: tuple[str, ...] = ()
    not_visited: int = 0
    mail: tuple[Message, ...] = ()
    policy: PolicyResult | None = None


def encode_report(report: Report) -> bytes:
    """Encode as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def load_report(path: str | Path) -> Report:
    """Read report.json; raises `ConfigError` that names the file and the field where it is none."""
    path = Path(path)
    try:
        report = msgspec.json.decode(path.read_bytes(), type=Report)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.", hint=_HINT) from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path}: is not a report of schema {SCHEMA}: {error}.", hint=_HINT) from error
    if report.schema != SCHEMA:
        raise ConfigError(
            f"{path}: has schema {report.schema}, expected {SCHEMA}.",
            hint="Read it with the version of Consentry that wrote it, or scan again.",
        )
    return report
