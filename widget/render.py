"""Joins the widget's modules, styles, texts and one site's configuration into the files that a browser loads.

The first part (``main.js`` and all that it imports) blocks and asks; further parts (`PARTS`) are loaded on demand, as are
the texts of each language but the main one. The minifier does not bundle, so the modules are joined here: in the order of
their imports, inside one function, with the ``import`` and ``export`` words taken off. Top-level names are therefore unique
over all modules; a test holds that. Configuration travels as values without names: ``config.site`` becomes a constant.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import minify

from widget import holding, themes
from widget.config import Announced, Item, WidgetConfig
from widget.optional import OPTIONAL, needed, unsampled

_FILES = files("widget")
_SRC = _FILES / "src"
_FIRST_ENTRY = "main.js"
PARTS = {
    "more": ("controller", "items", "changes", "texts", "css"),
    "held": ("texts", "css"),
    "check": ("known",),
    "announce": ("announcement", "texts", "css"),
}
"""The further parts by the stem of their entry, each with the details that it is told, in the order in which they travel."""
SETTINGS = (
    "site",
    "server",
    "notice",
    "widget",
    "own",
    "always",
    "unknown",
    "release",
    "reload_on_withdraw",
    "days",
    "position",
    "policy_url",
    "imprint_url",
    "rules",
    "items",
    "signals",
    "google",
    "language",
    "texts",
    "languages",
    "imports",
    "more",
    "held",
    "css",
)
"""What the first part is told, in the order in which it travels."""
_POLICY = ("own", "always", "unknown", "rules")
"""Of these, what the pure functions take as one object (types.d.ts, `Policy`)."""
_IMPORTS = "imports.js"
_GOOGLE_WAIT_MS = 500
"""How long Google's tags wait for an update (its documentation's own example)."""
_STYLES = {
    "first": "banner.css",
    "more": "settings.css",
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
}
"""Keys of the texts that only one further part shows; the second part has the rest."""
_IMPORT = re.compile(r"^import\s+\{(?P<names>[^}]*)\}\s+from\s+'\./(?P<module>[\w-]+\.js)';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |let |function |async function |class )", re.MULTILINE)
_EAGER = "//# allFunctionsCalledOnLoad\n"
"""Tells V8 that nearly every function runs at once: compiling them together takes a fifth off the script's time."""
NAME_DIGITS = 16
"""Of a file's SHA-256 (hex) in its name; the server's route takes as many."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One site's widget: the script that the page names, and the files beside it that the script loads, by file name."""

    script: str
    parts: dict[str, str]


def modules(*entries: str) -> tuple[str, ...]:
    """Return the names of the modules in the order in which they are joined: each after those that it imports.

    Without entries: those of the first part that every site has.
    """
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for found in _IMPORT.finditer(_read(_SRC / name)):
            visit(found["module"])
        order.append(name)

    for entry in entries or (_FIRST_ENTRY,):
        visit(entry)
    return tuple(order)


def further_modules(part: str) -> tuple[str, ...]:
    """Return the modules of one of `PARTS`: those that the first part does not have."""
    first = modules()
    return tuple(name for name in modules(f"{part}.js") if name not in first)


@lru_cache(maxsize=1)
def shared_names() -> tuple[str, ...]:
    """Return what the further parts take from modules of the first, settings included."""
    names: set[str] = set()
    for part in PARTS:
        own = further_modules(part)
        for module in own:
            code = _read(_SRC / module)
            for found in _IMPORT.finditer(code):
                if found["module"] not in own:
                    names.update(name.strip() for name in found["names"].split(",") if name.strip())
            names.update(f"config_{name}" for name in SETTINGS if f"config.{name}" in code)
    return tuple(sorted(names - {"config"}))


def _joined(names: Iterable[str], replaced: dict[str, str]) -> str:
    joined = "\n".join(
        replaced[name] if name in replaced else _EXPORT.sub("", _IMPORT.sub("", _read(_SRC / name)))
        for name in names
    )
    return re.sub(r"\b(config|details)\.(?=[a-z_]+\b)", r"\1_", joined)


@lru_cache(maxsize=16)
def _first(*optional: str) -> str:
    """Return the minified first part, with optional modules where a site needs them, and a place for the configuration."""
    values = ",".join(f"config_{name}" for name in SETTINGS)
    policy = ",".join(f"{name}:config_{name}" for name in _POLICY)
    settings = (
        f"const [{values}]=__CONFIG__;const config={{{policy}}},shared=()=>[{','.join(shared_names())}];"
    )
    body = _joined(modules(*optional, _FIRST_ENTRY), {"config.js": settings})
    script: str = minify.string("text/javascript", f"(()=>{{'use strict';\n{body}\n}})();")
    return script


@lru_cache(maxsize=len(PARTS))
def _further(part: str) -> str:
    """Return one minified further part, a module that exports one function, with a place for the details."""
    details = ",".join(f"details_{name}" for name in PARTS[part])
    body = _joined(further_modules(part), {"details.js": f"const [{details}]=__DETAILS__;"})
    # What this part has no use for is left out of the list; its place is kept.
    taken = [name if re.search(rf"\b{name}\b", body) else "" for name in shared_names()]
    joined = f"export default ([{','.join(taken)}])=>{{\n{body}\nreturn {part}Part}}"
    module: str = minify.string("text/javascript", joined)
    return module


@lru_cache(maxsize=1)
def _imports() -> str:
    """Return the module that reads other tools' decisions; it stands alone."""
    module: str = minify.string("text/javascript", _read(_SRC / _IMPORTS))
    return module


@lru_cache(maxsize=len(_STYLES))
def _styles(name: str) -> str:
    styles: str = minify.string("text/css", _read(_SRC / name))
    return styles


def _version() -> str:
    parts = (_first(*OPTIONAL), *map(_further, PARTS), _imports(), *map(_styles, _STYLES.values()))
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

    def further(part: str, **details: object) -> str:
        return add(_further(part).replace("__DETAILS__", _values(PARTS[part], details)))

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
            controller=config.controller,
            items=[_shown(item) for item in config.items],
            changes=config.changes,
            texts={key: text for key, text in texts.items() if key not in elsewhere},
            css=_styles(_STYLES["more"]) + ("" if centred else _styles(_STYLES["centre"])),
        ),
        "held": further("held", texts=chosen("held"), css=_styles(_STYLES["held"])),
        "css": _styles(_STYLES["first"])
        + (_styles(_STYLES["centre"]) if centred else "")
        + themes.styles(config.accent, config.theme),
    }
    first = _first(*needed(config, known)).replace("__UNSAMPLED__||", unsampled(config.shown))
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


def _shown(item: Item) -> dict[str, object]:
    return {
        "kind": item.kind,
        "name": item.name,
        "category": item.category,
        "service": item.service,
        "vendor": item.vendor,
        "purpose": item.purpose,
        "lifetime": item.lifetime,
    }


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
