"""Which modules a site's script has beside those of every site: what nobody has a use for does not travel."""

from __future__ import annotations

from collections.abc import Sequence

from widget import holding
from widget.config import WidgetConfig

_LANGUAGES, _IMPORTING, _TELLING, _CHECKING = "languages.js", "importing.js", "telling.js", "checking.js"
_ANNOUNCING, _TCF = "announcing.js", "tcf.js"
_MARKUP, _NETWORK, _STORES, _DATABASES = "markup.js", "network.js", "stores.js", "databases.js"
_PROPERTIES = "properties.js"
_CHANGES, _CLEAN_DATABASES = "changes.js", "clean-databases.js"
_SHIMS = {"cookiebot": "shim-cookiebot.js", "vanilla": "shim-vanilla.js"}
OPTIONAL = (
    _PROPERTIES,
    _MARKUP,
    _NETWORK,
    _STORES,
    _DATABASES,
    _LANGUAGES,
    _IMPORTING,
    _TELLING,
    _CHECKING,
    _ANNOUNCING,
    _TCF,
    *_SHIMS.values(),
)
"""Modules that are part of the script only where a site needs them."""
OPTIONAL_LATER = {"more": (_CHANGES, _CLEAN_DATABASES)}
"""The same of the further parts, by the part."""


def needed(config: WidgetConfig, known: Sequence[holding.Known]) -> list[str]:
    """Return the optional modules that this site has a use for; ``known`` are the items that its script is told."""
    optional = [] if holding.shield_suffices(config) else [_PROPERTIES, _MARKUP, _NETWORK]
    if known:
        optional.append(_STORES)
    if any(kind in "ihw" for kind, *_ in known):
        optional.append(_DATABASES)
    optional += [_SHIMS[shim] for shim in config.shims]
    if len(config.texts) > 1:
        optional.append(_LANGUAGES)
    if config.import_decisions:
        optional.append(_IMPORTING)
    if set(config.signals) - {"google"}:
        optional.append(_TELLING)
    if config.self_check:
        optional.append(_CHECKING)
    if config.announced:
        optional.append(_ANNOUNCING)
    if config.tcf:
        optional.append(_TCF)
    return optional


def needed_later(config: WidgetConfig, known: Sequence[holding.Known]) -> list[str]:
    """Return the optional modules of the second part that this site has a use for."""
    optional = [_CHANGES] if config.changes else []
    if any(kind in "ihw" for kind, *_ in known):
        optional.append(_CLEAN_DATABASES)
    return optional


def unsampled(share: float) -> str:
    """Return what keeps a visit from telling that the banner was shown; nothing where every visit does, as by default."""
    return "" if share >= 1 else f"Math.random()>={share}||"
