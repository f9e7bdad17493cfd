"""The declaration and the cookie policy as files: what the server answers, and what the command writes.

``js`` is the script that puts the declaration into a page (docs/declaration.md); it is made of consent/templates and has
nothing of the widget's bundle.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import minify
import msgspec
from babel import Locale

from consent.cookie_policy import cookie_policy
from consent.declaration import Declaration
from consent.declaration_markdown import markdown
from consent.model.sites import Site
from consent.pages import Page, render
from consent.wording import Wording, languages

Format = Literal["html", "js", "json", "md"]
MEDIA: dict[Format, str] = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
}
_TEMPLATES = files("consent") / "templates"


class File(NamedTuple):
    """One file: its bytes, its media type, and the content security policy to send with a page, else nothing."""

    content: bytes
    media: str
    policy: str = ""


def declaration_file(
    declaration: Declaration,
    site: Site,
    kind: Format,
    *,
    server: str,
    fixed: bool = False,
    live: bool = False,
) -> File:
    """Return the declaration in one format.

    ``server`` is the consent server's address for browsers. ``fixed`` keeps the script to the declaration's language,
    else it follows the page's. ``live`` puts the visitor's choice onto the page as well: where the server is on the
    site's own domain, so that the consent cookie is there too.
    """
    if kind == "html":
        return _page("declaration", declaration, site, server, live=live)
    if kind == "js":
        return File(embed_script(declaration, server, fixed=fixed), MEDIA[kind])
    if kind == "md":
        return File(markdown(declaration).encode(), MEDIA[kind])
    return File(msgspec.json.encode({"data": declaration}), MEDIA[kind])


def policy_file(
    declaration: Declaration, site: Site, kind: Literal["html", "md"], *, server: str, live: bool = False
) -> File:
    """Return the cookie policy around a declaration, to print or for a static site."""
    policy = cookie_policy(site, declaration)
    if kind == "md":
        return File(markdown(declaration, policy).encode(), MEDIA[kind])
    return _page("cookie_policy", declaration, site, server, live=live, policy=policy)


def embed_script(declaration: Declaration, server: str, *, fixed: bool) -> bytes:
    """Return the script that puts the declaration into a page."""
    settings = {"server": server.rstrip("/"), "fixed": fixed, "declaration": msgspec.to_builtins(declaration)}
    return _embed().replace("__SETTINGS__", _literal(settings)).encode()


@lru_cache(maxsize=1)
def _embed() -> str:
    style: str = minify.string("text/css", _read("declaration.css"))
    script: str = minify.string(
        "text/javascript", _read("declaration.js").replace("__STYLE__", _literal(style))
    )
    return script


def _page(
    template: str, declaration: Declaration, site: Site, server: str, *, live: bool, **values: object
) -> File:
    server = server.rstrip("/")
    scripts = (
        (
            f"{server}/w/{site.id}.js",
            f"{server}/v1/sites/{site.id}/declaration.js?lang={declaration.language}",
        )
        if live
        else ()
    )
    page: Page = render(
        template,
        declaration=declaration,
        words=Wording(site, declaration.language),
        scripts=scripts,
        names=language_names(),
        **values,
    )
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(server))
    policy = page.policy + (f"; script-src {origin}; connect-src {origin}" if live else "")
    return File(page.html.encode(), MEDIA["html"], policy)


@lru_cache(maxsize=1)
def language_names() -> dict[str, str]:
    """Return each language's own name for itself, by its tag."""
    return {tag: (Locale(tag).get_display_name() or tag) for tag in languages()}


def _literal(data: object) -> str:
    """Return JSON that is also safe JavaScript, and safe inside a page, should a site inline the script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
