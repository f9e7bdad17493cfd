"""Two small filter lists of our own, in the form of EasyPrivacy and EasyList, and what they say."""

from __future__ import annotations

from pathlib import Path

from scanner.knowledge.filter_lists import describe, store_lists

TRACKING = """[Adblock Plus 2.0]
! Title: EasyPrivacy
! Version: 202611240000
! Licence: https://lists.example/licence.html
||stats.unheard.example^$third-party
/unheard-collect?
@@||stats.unheard.example/allowed.js
"""
ADVERTISING = """[Adblock Plus 2.0]
! Title: EasyList
! Last modified: 24 Nov 2026 00:00 UTC
||ads.unheard.example^
unheard.example##.banner
"""


def stored(folder: Path) -> Path:
    """Both lists in a data folder."""
    new = []
    for text in (TRACKING, ADVERTISING):
        data = text.encode()
        new.append((describe(data, source="lists.txt", updated="2026-11-24T00:00:00.000Z"), data))
    store_lists(new, folder)
    return folder
