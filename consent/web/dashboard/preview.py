"""The banner as visitors would see it after publishing: the real widget, in a page from which nothing comes out.

The page is sandboxed, so it has an origin of its own that has no cookies and no storage, and its policy lets it connect to
nothing: whatever is pressed in it, no consent is stored in the browser or sent to a server (and the server would refuse it: the
notice is not published, and an opaque origin is no site's). Its scripts travel inside of it, since a sandboxed page brings no
session with what it asks for.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import json
from collections.abc import Mapping

import jinja2
import msgspec
from aiohttp import web

from consent.banner import Banner, build
from consent.model.inventory import Inventory
from consent.model.sites import Site
from widget import render as widget

LAYERS = ("banner", "settings")
_SERVER = "https://consent.invalid"
"""Stands for the consent server, and is nobody's (RFC 2606, section 2)."""
_QUIET = """"use strict";
Object.defineProperty(document, "cookie", { get: () => "", set() {} });
for (const name of ["localStorage", "sessionStorage"]) {
  const kept = new Map();
  Object.defineProperty(window, name, { value: {
    getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, String(value)),
    removeItem: (key) => void kept.delete(key), key: () => null, clear: () => kept.clear(), length: 0,
  } });
}
"""
"""A sandboxed document may not even read these; the widget then finds them empty."""
_SETTINGS = """"use strict";
document.addEventListener("consentry:ready", () => window.consentry.show());
"""
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
header, main { max-width: 60rem; margin: 0 auto; padding: 20px 28px; }
header { font-weight: 700; font-size: 1.25rem; overflow-wrap: anywhere; }
main span { display: block; height: 14px; border-radius: 7px; margin: 0 0 14px; background: GrayText; opacity: .18; }
main span:first-child { height: 34px; width: 60%; margin-bottom: 26px; }
main span:nth-child(4n) { width: 72%; margin-bottom: 34px; }
"""
_PAGE = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
    '<!doctype html><html lang="{{ language }}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
    "<title>{{ title }}</title><style>{{ style }}</style>"
    '<script type="importmap">{{ map }}</script>{% for script in scripts %}<script>{{ script }}</script>{% endfor %}</head>'
    "<body><header>{{ title }}</header><main>{% for _ in range(12) %}<span></span>{% endfor %}</main></body></html>"
)


def _quiet(site: Site, inventory: Inventory, language: str) -> Banner:
    """Return the banner in one language, without all that a visitor does not see: blocking, signals to tags, sampling."""
    own = {tag: texts for tag, texts in site.banner.texts.items() if tag == language}
    shown = msgspec.structs.replace(
        site,
        languages=(language,),
        banner=msgspec.structs.replace(site.banner, texts=own, shims=(), tcf=False),
    )
    banner = build(shown, inventory, public_url=_SERVER)
    config = dataclasses.replace(
        banner.config, own=(), rules=(), signals=(), unknown="discover", release="in_place", reload_on_withdraw=False,
        import_decisions=False, self_check=0.0, shown=0.0,
    )  # fmt: skip
    return dataclasses.replace(banner, config=config)


def _answer(site: Site, inventory: Inventory, language: str, layer: str) -> web.Response:
    bundle = widget.bundle(_quiet(site, inventory, language).config)
    parts = {f"{_SERVER}/w/{name}": _as_data(content) for name, content in bundle.parts.items()}
    scripts = [_QUIET, bundle.script, *([_SETTINGS] if layer == "settings" else [])]
    return _response(site.name or site.id, language, parts, scripts)


def _as_data(script: str) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(script.encode()).decode()}"


def _response(title: str, language: str, parts: Mapping[str, str], scripts: list[str]) -> web.Response:
    from markupsafe import Markup  # noqa: PLC0415 - beside its only use: these scripts are ours

    imports = json.dumps({"imports": parts})
    inside = [script.replace("</", "<\\/").replace("<!--", "<\\!--") for script in (imports, *scripts)]
    html = _PAGE.render(
        title=title, language=language, style=Markup(_STYLE), map=Markup(inside[0]),  # noqa: S704 - ours
        scripts=[Markup(script) for script in inside[1:]],  # noqa: S704 - ours; what is strangers' in them is JSON
    )  # fmt: skip
    hashes = " ".join(f"'{_sha256(script)}'" for script in inside)
    policy = (
        f"sandbox allow-scripts; default-src 'none'; script-src {hashes} data:; style-src '{_sha256(_STYLE)}';"
        " connect-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return web.Response(text=html, content_type="text/html", charset="utf-8", headers=headers)


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


async def preview(site: Site, inventory: Inventory, language: str, layer: str) -> web.Response:
    """Answer with a page that shows the banner (or its settings) in a language, as it would be with this inventory."""
    return await asyncio.to_thread(_answer, site, inventory, language, layer)
