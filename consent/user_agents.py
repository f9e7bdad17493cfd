"""A user agent reduced to what helps to prove a consent: browser family, major version, system and form.

The full string singles a visitor out together with other facts, so it is never stored (GDPR Art. 5(1)(c)).
"""

from __future__ import annotations

import re
from functools import lru_cache

# Each browser names those that it wants to be taken for, so the most specific token comes first.
_FAMILIES = tuple(
    (name, re.compile(rf"\b(?:{token})/(\d{{1,4}})"))
    for name, token in (
        ("Edge", "Edg|EdgA|EdgiOS"),
        ("Opera", "OPR|OPT"),
        ("Samsung Internet", "SamsungBrowser"),
        ("Firefox", "Firefox|FxiOS"),
        ("Chrome", "HeadlessChrome|Chrome|CriOS"),
        ("Safari", r"Version(?=/\d+[.\d]* (?:Mobile/\S+ )?Safari/)"),
    )
)
# iPadOS and iOS name Mac OS X too, Android names Linux.
_SYSTEMS = (
    ("iOS", ("iPhone", "iPad", "iPod")),
    ("Android", ("Android",)),
    ("Windows", ("Windows",)),
    ("ChromeOS", ("CrOS",)),
    ("macOS", ("Macintosh", "Mac OS X")),
    ("Linux", ("Linux", "X11")),
)
AUTOMATED = "automated"
"""The form of what says that it is a program."""
_BOT = re.compile(r"bot\b|crawl|spider|HeadlessChrome", re.IGNORECASE)


@lru_cache(maxsize=4096)
def reduced(user_agent: str) -> str:
    """Return for instance ``Chrome 131; Windows; desktop``; unknown parts are ``other``."""
    user_agent = user_agent[:512]
    browser = "other"
    for name, pattern in _FAMILIES:
        match = pattern.search(user_agent)
        if match:
            browser = f"{name} {match[1]}"
            break
    system = next(
        (name for name, tokens in _SYSTEMS if any(token in user_agent for token in tokens)), "other"
    )
    if _BOT.search(user_agent):
        form = AUTOMATED
    elif "iPad" in user_agent or ("Android" in user_agent and "Mobile" not in user_agent):
        form = "tablet"
    elif "Mobi" in user_agent:
        form = "phone"
    else:
        form = "desktop" if system != "other" else "other"
    return f"{browser}; {system}; {form}"
