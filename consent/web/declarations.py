"""The routes of the declaration and the cookie policy: each file is made once for a publication, then served from memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Literal, NamedTuple, cast

from aiohttp import hdrs, web
from multidict import CIMultiDict

from consent.declaration import Published, declaration_of
from consent.declaration_changes import History, history_of
from consent.declaration_files import Format, declaration_file, policy_file
from consent.model.sites import Site
from consent.store import Store
from consent.web.assets import Asset, asset_of, encoding_for
from consent.web.base import COOKIE_DOMAINS, NO_CONTENT_POLICY, PUBLISHED, SETTINGS
from consent.web.published import SitePublication
from consent.wording import chosen_language

MOST_FILES = 512
"""Files kept in memory; those that were asked for longest ago go first."""
MAX_AGE_S = 300
"""As the widget's: a new publication reaches visitors within minutes."""


class _Key(NamedTuple):
    site: str
    publication: int
    what: Literal["declaration", "policy"]
    kind: Format
    language: str
    fixed: bool


class _Made(NamedTuple):
    asset: Asset
    policy: str


class DeclarationFiles:
    """Makes the files and keeps them. ``cookie_domains`` are None for sites that the server shares no domain with."""

    def __init__(
        self,
        store: Store,
        sites: Mapping[str, Site],
        *,
        public_url: str,
        cookie_domains: dict[str, str | None],
    ) -> None:
        self._store = store
        self._sites = sites
        self._public_url = public_url
        self._cookie_domains = cookie_domains
        self._made: OrderedDict[_Key, _Made] = OrderedDict()
        self._histories: dict[str, tuple[int, History]] = {}

    async def get(self, key: _Key, current: SitePublication) -> _Made:
        """Return a file of what a site has published now."""
        made = self._made.get(key)
        if made is None:
            history = await self._history(key)
            made = await asyncio.to_thread(self._make, key, current, history)
            self._made[key] = made
            while len(self._made) > MOST_FILES:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return made

    async def _history(self, key: _Key) -> History:
        known = self._histories.get(key.site)
        if known is None or known[0] != key.publication:
            known = (key.publication, await history_of(self._store, key.site))
            self._histories[key.site] = known
        return known[1]

    def _make(self, key: _Key, current: SitePublication, history: History) -> _Made:
        site = self._sites[key.site]
        published = Published(
            notice_version=current.banner.notice_version, first=history.first, changes=history.changes
        )
        declaration = declaration_of(site, current.inventory, published, language=key.language)
        live = self._cookie_domains.get(site.id) is not None
        if key.what == "policy":
            kind = cast("Literal['html', 'md']", key.kind)
            file = policy_file(declaration, site, kind, server=self._public_url, live=live)
        else:
            file = declaration_file(
                declaration, site, key.kind, server=self._public_url, fixed=key.fixed, live=live
            )
        return _Made(asset_of(file.content, file.media), file.policy)


DECLARATIONS = web.AppKey("declarations", DeclarationFiles)


def declarations_of(app: web.Application, store: Store, public_url: str) -> DeclarationFiles:
    """Make the files' keeper for an application whose settings are in place."""
    return DeclarationFiles(
        store, app[SETTINGS].sites, public_url=public_url, cookie_domains=app[COOKIE_DOMAINS]
    )


async def declaration(request: web.Request) -> web.Response:
    """Show what a site stores and why, from its published inventory, in the visitor's language."""
    return await _answer(request, "declaration")


async def cookie_policy(request: web.Request) -> web.Response:
    """Show a site's cookie policy, to read or to print."""
    return await _answer(request, "policy")


async def _answer(request: web.Request, what: Literal["declaration", "policy"]) -> web.Response:
    app = request.app
    current = app[PUBLISHED].site(request.match_info["site"])
    site = app[SETTINGS].sites[current.publication.site]
    asked = request.query.get("lang", "")
    language = chosen_language(site, asked, request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    kind = cast("Format", request.match_info["format"])
    key = _Key(site.id, current.publication.id, what, kind, language, fixed=bool(asked))
    made = await app[DECLARATIONS].get(key, current)
    return _served(request, made)


def _served(request: web.Request, made: _Made) -> web.Response:
    encoding = encoding_for(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
    asset = made.asset
    headers = CIMultiDict(asset.headers[encoding])
    headers[hdrs.VARY] = "Accept-Encoding, Accept-Language"
    headers[hdrs.CACHE_CONTROL] = f"public, max-age={MAX_AGE_S}, stale-while-revalidate=86400"
    headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Content-Security-Policy"] = made.policy or NO_CONTENT_POLICY
    if made.policy:  # a page: the site's own is the one to be found
        headers["X-Robots-Tag"] = "noindex"
    wanted = request.headers.get(hdrs.IF_NONE_MATCH)
    if wanted is not None and (
        wanted.strip() == "*"
        or not asset.etags.isdisjoint(tag.strip().removeprefix("W/") for tag in wanted.split(","))
    ):
        for name in (hdrs.CONTENT_TYPE, hdrs.CONTENT_ENCODING):
            headers.popall(name, None)
        return web.Response(status=304, headers=headers)
    return web.Response(body=asset.bodies[encoding], headers=headers)
