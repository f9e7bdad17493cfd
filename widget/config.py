"""What the widget is told: one frozen object, written into the script as JSON.

``src/types.d.ts`` has the same shape for the browser side; a test compares both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from widget.themes import Theme

Letter = Literal["n", "p", "f", "a", "u"]
"""necessary, performance, functionality, advertising, unclassified (waits for advertising)."""
KindLetter = Literal["c", "l", "s", "i", "h", "w"]
"""cookie, local storage, session storage, IndexedDB, Cache Storage, service worker."""


class Rule(NamedTuple):
    """What a request to ``host`` (and its subdomains, unless ``exact``) under ``path`` waits for."""

    host: str
    path: str
    category: Letter
    exact: Literal[0, 1]
    service: str


Signal = Literal["google", "uet", "clarity", "meta", "tiktok", "hubspot", "matomo", "wordpress"]
"""Whose own consent interface is told: Google Consent Mode, Microsoft UET and Clarity, Meta, and so on."""

Shim = Literal["cookiebot", "vanilla"]
"""Whose page API the widget also offers, for pages that were written for it."""


class Change(NamedTuple):
    """Something that an earlier notice did not have: a service, or a purpose of a known vendor."""

    category: Letter
    vendor: str
    what: str


Block = str | tuple[str, ...]
"""A paragraph, or the entries of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What visitors are told who decided before ``since`` and come back before ``until`` (both Unix seconds).

    ``texts`` maps language tags to a title and what stands under it; the site's main language is among them. ``id`` (word
    characters) is remembered by the browser of whoever closed it; ``link`` may be empty.
    """

    id: str
    since: int
    until: int
    texts: dict[str, tuple[str, tuple[Block, ...]]]
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One cookie or storage key. ``own`` is 1 where it belongs to the site itself; ``lifetime`` is in seconds.

    ``name`` may hold ``*`` as a wildcard.
    """

    kind: KindLetter
    name: str
    category: Letter
    own: Literal[0, 1]
    http_only: Literal[0, 1]
    vendor: str
    purpose: str
    lifetime: int | None
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetConfig:
    """Everything that one site's widget needs.

    ``server`` is the consent server's address without a final slash; ``notice`` is the SHA-256 (hex) of all that is shown;
    ``own`` are the site's registrable domains; ``always`` are hosts (with port) that no consent touches; ``shown`` is the
    share of visits that tell that the banner was shown, ``self_check`` of those that tell what they met; ``days`` is how
    long a decision holds. ``texts`` maps a language tag to its texts; the first language is the site's main one.
    ``changes`` tells what is new since earlier notices, by the first 16 digits of each; ``announced`` what is told to visitors who come back. ``regions`` (ISO 3166-2) are where Google's default refusal holds, everywhere without; ``tcf`` lets signals follow the
    page's TCF platform too. ``accent`` is the colour of both main buttons, as ``#rrggbb``; ``theme`` is the rest of the look.
    """

    site: str
    server: str
    notice: str
    own: tuple[str, ...]
    always: tuple[str, ...] = ()
    unknown: Literal["strict", "discover"] = "strict"
    release: Literal["reload", "in_place"] = "reload"
    reload_on_withdraw: bool = True
    days: int = 180
    shown: float = 1
    self_check: float = 0
    position: Literal["bottom", "center"] = "bottom"
    accent: str = "#1f4fd8"
    theme: Theme = field(default_factory=Theme)
    policy_url: str = ""
    imprint_url: str = ""
    controller: str = ""
    rules: tuple[Rule, ...] = ()
    items: tuple[Item, ...] = ()
    changes: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ("google",)
    regions: tuple[str, ...] = ()
    tcf: bool = False
    shims: tuple[Shim, ...] = ()
    import_decisions: bool = False
    announced: Announced | None = None
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
