"""Joins the widget's modules, styles, texts and one site's configuration into the files that a browser loads.

The first part (``main.js`` and all that it imports) blocks and asks; further parts (`PARTS`) are loaded on demand, as are
the texts of each language but the main one. `joining` makes scripts of the modules; here each gets its values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import minify

from widget import found, holding, joining, themes
from widget.config import Announced, WidgetConfig
from widget.joining import PARTS, SETTINGS
from widget.optional import OPTIONAL, OPTIONAL_LATER, needed, needed_later, unsampled

_FILES = files("widget")
_IMPORTS = "imports.js"
_GOOGLE_WAIT_MS = 500
"""How long Google's tags wait for an update (its documentation's own example)."""
_STYLES = {
    "first": "banner.css",
    "more": "settings.css",
    "lookup": "table.css",
    "held": "placeholder.css",
    "announce": "announce.css",
    "centre": "dialog.css",
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})
FIRST_TEXTS = (
    "dir",
    "title",
    "text",
    "accept",
    "reject",
    "settings",
    "reopen",
    "performance",
    "functionality",
    "advertising",
    "gpc",
    "changed",
    "unavailable",
    "policy",
    "imprint",
)
"""Keys of the texts that the first part shows, and the direction in which they are read."""
_TEXTS = {
    "held": ("placeholder_text", "placeholder_once", "placeholder_always"),
    "lookup": ("name", "vendor", "purpose", "duration", "session", "until_deleted", "unclassified"),
}
"""Keys of the texts that only one further part shows; the second part has the rest."""
_EAGER = "//# allFunctionsCalledOnLoad\n"
"""Tells V8 that nearly every function runs at once: compiling them together takes a fifth off the script's time."""
NAME_DIGITS = 16
"""Of a file's SHA-256 (hex) in its name; the server's route takes as many."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One site's widget: the script that the page names, and the files beside it that the script loads, by file name."""

    script: str
    parts: dict[str, str]


@lru_cache(maxsize=1)
def _imports() -> str:
    """Return the module that reads other tools' decisions; it stands alone."""
    module: str = minify.string("text/javascript", joining.source(_IMPORTS))
    return module


@lru_cache(maxsize=len(_STYLES))
def _styles(name: str) -> str:
    styles: str = minify.string("text/css", joining.source(name))
    return styles


def _version() -> str:
    further = (joining.further(part, *OPTIONAL_LATER.get(part, ())) for part in PARTS)
    parts = (joining.first(*OPTIONAL), *further, _imports(), *map(_styles, _STYLES.values()))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:12]


def bundle(config: WidgetConfig) -> Bundle:
    """Return all files of one site's widget."""
    main, *others = config.texts
    texts = _directed(config.texts, main)
    elsewhere = {*FIRST_TEXTS, *(key for keys in _TEXTS.values() for key in keys)}
    centred = config.position == "center"
    known = holding.known(config.items)
    parts: dict[str, str] = {}

    def add(content: str) -> str:
        name = f"{config.site}.{hashlib.sha256(content.encode()).hexdigest()[:NAME_DIGITS]}.js"
        parts[name] = content
        return name

    def further(part: str, *optional: str, **details: object) -> str:
        return add(joining.further(part, *optional).replace("__DETAILS__", _values(PARTS[part], details)))

    def chosen(part: str) -> dict[str, str]:
        return {key: texts[key] for key in _TEXTS[part]}

    settings = {
        "site": config.site,
        "server": config.server,
        "notice": config.notice,
        "widget": VERSION,
        "own": config.own,
        "always": config.always,
        "unknown": config.unknown,
        "release": config.release,
        "reload_on_withdraw": config.reload_on_withdraw,
        "days": config.days,
        "position": config.position,
        "policy_url": config.policy_url,
        "imprint_url": config.imprint_url,
        "rules": holding.in_order_of_trial(config.rules),
        "items": known,
        "signals": config.signals,
        "google": {"wait_for_update": _GOOGLE_WAIT_MS}
        | ({"region": config.regions} if config.regions else {}),
        "language": main,
        "texts": {key: text for key, text in texts.items() if key in FIRST_TEXTS},
        "languages": {tag: add(f"export default{_literal(_directed(config.texts, tag))}") for tag in others},
        "imports": add(_imports()) if config.import_decisions else "",
        "more": further(
            "more",
            *needed_later(config, known),
            controller=config.controller,
            counts=found.counts(config.items),
            services=found.services(config),
            stored=found.stored(config),
            changes=config.changes,
            texts={key: text for key, text in texts.items() if key not in elsewhere},
            css=_styles(_STYLES["more"]) + ("" if centred else _styles(_STYLES["centre"])),
            lookup=further(
                "lookup",
                controller=config.controller,
                items=found.shown(config.items),
                texts=chosen("lookup"),
                css=_styles(_STYLES["lookup"]),
            ),
        ),
        "held": further("held", texts=chosen("held"), css=_styles(_STYLES["held"])),
        "css": _styles(_STYLES["first"])
        + (_styles(_STYLES["centre"]) if centred else "")
        + themes.styles(config.accent, config.theme),
    }
    first = joining.first(*needed(config, known)).replace("__UNSAMPLED__||", unsampled(config.shown))
    if config.self_check:
        check = further("check", known=holding.tried(holding.own_items(config.items)))
        first = first.replace("__CHECK__", _literal([check, config.self_check]))
    if config.announced:
        first = first.replace(
            "__ANNOUNCED__", _literal(_announced(config.announced, further, texts["close"]))
        )
    return Bundle(_EAGER + first.replace("__CONFIG__", _values(SETTINGS, settings)), parts)


def _announced(announced: Announced, further: Callable[..., str], close: str) -> list[object]:
    """Return what announcing.js is told: id, since, until, and by language the file that has the text."""
    shown = {
        tag: further(
            "announce",
            announcement={
                "language": tag,
                "dir": _direction(tag),
                "title": title,
                "blocks": blocks,
                "link": announced.link,
            },
            texts={"close": close},
            css=_styles(_STYLES["announce"]),
        )
        for tag, (title, blocks) in announced.texts.items()
    }
    return [announced.id, announced.since, announced.until, shown]


def _values(names: tuple[str, ...], values: Mapping[str, object]) -> str:
    return _literal([values[name] for name in names])


def settings_of(script: str) -> dict[str, Any]:
    """Return what `bundle` wrote into a site's script, by the names of `SETTINGS`."""
    return dict(zip(SETTINGS, json.JSONDecoder().raw_decode(script, script.index("=[") + 1)[0], strict=True))


def _directed(texts: dict[str, dict[str, str]], tag: str) -> dict[str, str]:
    return {"dir": _direction(tag), **texts[tag]}


def _direction(tag: str) -> str:
    return "rtl" if tag.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def script(config: WidgetConfig) -> str:
    """Return the script that the page names, as JavaScript text."""
    return bundle(config).script


def snippet(src: str) -> str:
    """Return the lines that go first into a page's ``<head>``.

    Chromium requests scripts and images that it sees further down while it waits for the widget, unless the page has a
    Content-Security-Policy of its own by then. The first line is one that forbids nothing.
    """
    return (
        '<meta http-equiv="Content-Security-Policy" content="base-uri *">\n'
        f'<script src="{_attribute(src)}"></script>\n'
    )


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the language tags that the widget has texts for, English first."""
    tags = sorted(
        path.name.removesuffix(".json")
        for path in (_FILES / "locales").iterdir()
        if path.name.endswith(".json")
    )
    return ("en", *(tag for tag in tags if tag != "en"))


def texts(language: str) -> dict[str, str]:
    """Return the built-in texts of one language; raises `KeyError` where there is none."""
    if language not in languages():
        raise KeyError(language)
    found: dict[str, str] = json.loads(_read(_FILES / "locales" / f"{language}.json"))
    return found


def _literal(data: object) -> str:
    """Return JSON that is also safe JavaScript, and safe inside an HTML page, should a site inline the script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _attribute(value: str) -> str:
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _read(path: Traversable) -> str:
    return path.read_text(encoding="utf-8")


VERSION = _version()
"""Digest of the widget's code and styles: it goes into every record, and changes when either does."""
