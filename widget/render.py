"""Joins the widget's modules, styles, texts and one site's configuration into one script.

The minifier does not bundle, so the modules are joined here: in the order of their imports, inside one function, with the
``import`` and ``export`` words taken off. Top-level names are therefore unique over all modules; a test holds that.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import minify

from widget.colours import DARK_SURFACE, LIGHT_SURFACE, legible, text_on
from widget.config import WidgetConfig

_FILES = files("widget")
_SRC = _FILES / "src"
_ENTRY = "main.js"
STYLES = ("banner.css", "settings.css", "viewports.css")
"""In the order of the cascade: what adapts comes after what it changes."""
_CONFIG_MODULE = "config.js"
_PLACE = "__CONFIG__"
_IMPORT = re.compile(r"^import\s[^;]*?\sfrom\s'\./(?P<module>[\w-]+\.js)';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |let |function |async function |class )", re.MULTILINE)


def modules() -> tuple[str, ...]:
    """Return the names of the modules in the order in which they are joined: each after those that it imports."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for found in _IMPORT.finditer(_read(_SRC / name)):
            visit(found["module"])
        order.append(name)

    visit(_ENTRY)
    return tuple(order)


@lru_cache(maxsize=1)
def _template() -> str:
    """Return the minified script with a place for the configuration."""
    parts = [
        f"const config={_PLACE};"
        if name == _CONFIG_MODULE
        else _EXPORT.sub("", _IMPORT.sub("", _read(_SRC / name)))
        for name in modules()
    ]
    joined = "(()=>{'use strict';\n" + "\n".join(parts) + "\n})();"
    script: str = minify.string("text/javascript", joined)
    return script


@lru_cache(maxsize=1)
def _styles() -> str:
    styles: str = minify.string("text/css", "\n".join(_read(_SRC / name) for name in STYLES))
    return styles


def _version() -> str:
    content = _template() + _styles()
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def script(config: WidgetConfig) -> str:
    """Return the whole widget for one site as JavaScript text."""
    data = asdict(config)
    accent = data.pop("accent")
    data["css"] = _styles() + _accent_styles(accent)
    data["widget"] = VERSION
    before, after = _template().split(_PLACE)
    return before + _literal(data) + after


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


def _accent_styles(accent: str) -> str:
    return (
        f":host{{--accent:{accent};--on-accent:{text_on(accent)};--link:{legible(accent, LIGHT_SURFACE)}}}"
        f"@media(prefers-color-scheme:dark){{:host{{--link:{legible(accent, DARK_SURFACE)}}}}}"
    )


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
