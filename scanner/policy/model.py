"""What the policy audit reads, what it takes from it, and what it hands on: frozen structs, nothing else.

Every position is a number of characters from the start of `Document.text`, the policy as Consentry reads it; nothing is
stated without the sentence that says it.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from scanner.report import Finding

SCHEMA = 1

BlockKind = Literal["heading", "paragraph", "item", "row"]
Role = Literal["used", "mentioned", "denied"]
Topic = Literal[
    "automated-decisions",
    "category",
    "change",
    "children",
    "claim",
    "consent",
    "contact",
    "controller",
    "date",
    "legal-basis",
    "lifetime",
    "purpose",
    "recipients",
    "retention",
    "right",
    "safeguard",
    "storage-place",
    "transfer",
    "withdrawal",
]


class Link(msgspec.Struct, frozen=True):
    """A link of the policy: where its text stands, and where it leads."""

    start: int
    end: int
    url: str


class Block(msgspec.Struct, frozen=True):
    """A paragraph, heading, list item or table row; ``cells`` are a row's cells as (start, end)."""

    start: int
    end: int
    kind: BlockKind
    cells: tuple[tuple[int, int], ...] = ()
    table: int = 0


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A policy as text. ``media`` is text, html or pdf; ``host`` is the site it was read from, empty for a file."""

    source: str
    media: Literal["text", "html", "pdf"]
    text: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...] = ()
    title: str = ""
    host: str = ""
    language: str = ""


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence, heading, list item or table row.

    ``plain`` is as long as the text it stands for, with typographic characters made plain, so that a match in it has the
    same position. ``heading`` is that of its section, ``lead`` the line ending in a colon that a list item follows.
    """

    start: int
    end: int
    plain: str
    kind: BlockKind
    heading: str = ""
    lead: str = ""
    index: int = 0


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy says, word for word: white space made single, its characters [start, end) and its line from 1."""

    text: str
    start: int
    end: int
    line: int
    lead: str = ""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the policy says. ``value`` is a word of the topic's own vocabulary or the thing named."""

    topic: Topic
    value: str
    quote: Quote
    confidence: float
    detail: dict[str, str] = {}


class DeclaredVendor(msgspec.Struct, frozen=True, kw_only=True):
    """A vendor or service that the policy names.

    ``written`` is how the policy writes it; ``role`` says whether the policy uses it, only mentions it (as a site that is
    linked to) or denies it. ``service_ids`` are the services of the vendor rules that are meant, ``traceable`` whether a
    scan could see it at all. ``renamed`` is what became of the name, empty where it is current.
    """

    name: str
    vendor: str
    vendor_id: str
    service_ids: tuple[str, ...]
    category: str
    written: tuple[str, ...]
    role: Role
    traceable: bool
    confidence: float
    mentions: tuple[Quote, ...]
    policy_url: str = ""
    renamed: str = ""


class DeclaredCookie(msgspec.Struct, frozen=True, kw_only=True):
    """A cookie or storage key that the policy names, with what its row or sentence says of it.

    ``name`` has its changing part as ``*``. ``lifetime_s`` is None where none is stated; 0 means the browser session.
    """

    name: str
    written: str
    quote: Quote
    confidence: float
    provider: str = ""
    purpose: str = ""
    category: str = ""
    lifetime: str = ""
    lifetime_s: float | None = None


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The whole audit; ``compared`` names the report it was set against, empty without one."""

    schema: int = SCHEMA
    tool: dict[str, Any]
    source: str
    media: str
    language: str
    title: str
    characters: int
    sentences: int
    vendors: tuple[DeclaredVendor, ...]
    cookies: tuple[DeclaredCookie, ...]
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...] = ()
    compared: dict[str, str] = {}
    notes: tuple[str, ...] = ()
