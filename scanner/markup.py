"""What the mark-up of pages holds, as report.json tells it: forms that ask for something, and what is loaded first."""

from __future__ import annotations

import msgspec

from consent.model.categories import Category, Party


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """One form that asks for something, over all pages and states.

    ``action`` is where it is sent to, without its query; ``method`` is ``get``, ``post``, ``dialog`` or ``script`` (a form without
    address and method, or a password field in no form). ``fields`` are names with types, ``asks`` the types alone. ``page_secure``
    says whether the document that holds it came over TLS, ``embedded`` that this is another site's frame.
    """

    action: str
    host: str
    party: Party
    method: str
    fields: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    category: Category = Category.UNCLASSIFIED
    vendor: str = ""
    service: str = ""
    embedded: bool = False
    page_secure: bool = True
    pages: tuple[str, ...] = ()
    page_count: int = 0


class HeadElement(msgspec.Struct, frozen=True, kw_only=True):
    """One script or resource hint of a page's own mark-up, in its order.

    ``kind`` is ``script``, ``frame``, ``image``, ``stylesheet`` or ``font`` (with ``inline `` before it where an inline script asked for it),
    or a hint: ``preload``, ``modulepreload``, ``prefetch``, ``preconnect``, ``dns-prefetch``, ``prerender``, ``speculation``. ``loading`` is
    ``async``, ``defer``, ``module`` or ``held`` (of a type that does not run), else empty. ``consent_tool`` marks what asks the visitor for
    consent.
    """

    kind: str
    url: str = ""
    loading: str = ""
    category: Category = Category.UNCLASSIFIED
    service: str = ""
    consent_tool: bool = False


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the mark-up of a page loads, in its order; pages that load the same are one entry."""

    elements: tuple[HeadElement, ...]
    page: str
    pages: tuple[str, ...] = ()
    page_count: int = 0
