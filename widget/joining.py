"""Joins the widget's modules into the scripts that a browser loads, minified, each with a place for what a site sets.

The minifier does not bundle, so the modules are joined here: in the order of their imports, inside one function, with the
``import`` and ``export`` words taken off. Top-level names are therefore unique over all modules; a test holds that.
Configuration travels as values without names: ``config.site`` becomes a constant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import minify

from widget.optional import OPTIONAL_LATER

_SRC = files("widget") / "src"
_FIRST_ENTRY = "main.js"
PARTS = {
    "more": ("controller", "counts", "services", "stored", "changes", "texts", "css", "lookup"),
    "lookup": ("controller", "items", "texts", "css"),
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
_IMPORT = re.compile(r"^import\s+\{(?P<names>[^}]*)\}\s+from\s+'\./(?P<module>[\w-]+\.js)';\n", re.MULTILINE)
_INNER = re.compile(r"(?<![\w$])(?<![\w)\]?]\.)(?P<object>state|optional)\.(?P<name>(?!js\b)\w+)")
_INNER_OBJECT = re.compile(r"(?<=^const )(?:state|optional) = \{.*\};$", re.MULTILINE)
"""Where the two objects are made, each in one line."""
_EXPORT = re.compile(r"^export (?=const |let |function |async function |class )", re.MULTILINE)


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
        for found in _IMPORT.finditer(source(name)):
            visit(found["module"])
        order.append(name)

    for entry in entries or (_FIRST_ENTRY,):
        visit(entry)
    return tuple(order)


def further_modules(part: str, *optional: str) -> tuple[str, ...]:
    """Return the modules of one of `PARTS`, with optional ones of `OPTIONAL_LATER`: those that the first part does not have."""
    first = modules()
    return tuple(name for name in modules(*optional, f"{part}.js") if name not in first)


@lru_cache(maxsize=1)
def shared_names() -> tuple[str, ...]:
    """Return what the further parts take from modules of the first, settings included."""
    names: set[str] = set()
    for part in PARTS:
        own = further_modules(part, *OPTIONAL_LATER.get(part, ()))
        for module in own:
            code = source(module)
            for found in _IMPORT.finditer(code):
                if found["module"] not in own:
                    names.update(name.strip() for name in found["names"].split(",") if name.strip())
            names.update(f"config_{name}" for name in SETTINGS if f"config.{name}" in code)
    return tuple(sorted(names - {"config"}))


def _joined(names: Iterable[str], replaced: dict[str, str]) -> str:
    joined = "\n".join(
        replaced[name] if name in replaced else _EXPORT.sub("", _IMPORT.sub("", source(name)))
        for name in names
    )
    joined = re.sub(r"\b(config|details)\.(?=[a-z_]+\b)", r"\1_", joined)
    names = inner_names()
    joined = _INNER.sub(lambda found: f"{found['object']}.{names[found['name']]}", joined)
    return _INNER_OBJECT.sub(
        lambda found: re.sub(r"\b(\w+)(?=: )", lambda key: names.get(key[1], key[1]), found[0]), joined
    )


@lru_cache(maxsize=1)
def inner_names() -> dict[str, str]:
    """Return a letter for each property of the objects that only the widget itself sees, the commonest first.

    A minifier must leave properties as they are, since it cannot know which of them the page sees.
    """
    code = "\n".join(path.read_text(encoding="utf-8") for path in _SRC.iterdir() if path.name.endswith(".js"))
    uses = Counter(found["name"] for found in _INNER.finditer(code))
    return {name: chr(ord("a") + at) for at, (name, _) in enumerate(sorted(uses.items(), key=_by_use))}


def _by_use(use: tuple[str, int]) -> tuple[int, str]:
    return -use[1], use[0]


@lru_cache(maxsize=16)
def first(*optional: str) -> str:
    """Return the minified first part, with optional modules where a site needs them, and a place for the configuration."""
    values = ",".join(f"config_{name}" for name in SETTINGS)
    policy = ",".join(f"{name}:config_{name}" for name in _POLICY)
    settings = (
        f"const [{values}]=__CONFIG__;const config={{{policy}}},shared=()=>[{','.join(shared_names())}];"
    )
    body = _joined(modules(*optional, _FIRST_ENTRY), {"config.js": settings})
    script: str = minify.string("text/javascript", f"(()=>{{'use strict';\n{body}\n}})();")
    return script


@lru_cache(maxsize=16)
def further(part: str, *optional: str) -> str:
    """Return one minified further part, a module that exports one function, with a place for the details.

    ``optional`` are those of its modules in `OPTIONAL_LATER` that the site has a use for.
    """
    details = ",".join(f"details_{name}" for name in PARTS[part])
    body = _joined(further_modules(part, *optional), {"details.js": f"const [{details}]=__DETAILS__;"})
    # What this part has no use for is left out of the list; its place is kept.
    taken = [name if re.search(rf"\b{name}\b", body) else "" for name in shared_names()]
    joined = f"export default ([{','.join(taken)}])=>{{\n{body}\nreturn {part}Part}}"
    module: str = minify.string("text/javascript", joined)
    return module


def source(name: str) -> str:
    """Return a file of ``widget/src``."""
    return (_SRC / name).read_text(encoding="utf-8")
