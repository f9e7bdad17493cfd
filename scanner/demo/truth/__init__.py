"""What really happens in the demo shop: the table that its own tests, the scanner and the demo's loop are held to.

The table says what a visitor without any consent banner gets, on which page and from whom. It is written by hand from
what the pages and stubs are meant to do, and `tests/scanner/demo/truth/test_items.py` holds it against a real browser: each
row occurs, with its attributes, on exactly its pages, and nothing else does.

``category`` is what a privacy officer would decide; ``also`` lists answers that are defended in public cookie lists
too (the lists disagree on a third of all names), so that a classifier is not called wrong for taking one of them.
"""

from __future__ import annotations

from scanner.demo.truth.hosts import CNAMES, THIRD_PARTIES
from scanner.demo.truth.items import ITEMS, REFUSED
from scanner.demo.truth.kinds import KEPT_AT_MOST, Item, ThirdParty, TruePage
from scanner.demo.truth.pages import EVERY, PAGES

__all__ = [
    "CNAMES",
    "EVERY",
    "ITEMS",
    "KEPT_AT_MOST",
    "PAGES",
    "REFUSED",
    "THIRD_PARTIES",
    "Item",
    "ThirdParty",
    "TruePage",
]
