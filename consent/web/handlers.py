"""The public routes: each handler reads a request, asks the domain, and shapes the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from aiohttp import hdrs, web
from multidict import CIMultiDict

from consent.copies import FORMATS, copy_of
from consent.model.errors import ConfigError, NotFoundError, RecordError
from consent.proof import receipt
from consent.rights import erase, requests_of
from consent.rights_page import erased_page, rights_page
from consent.web import cookie
from consent.web.assets import Asset, encoding_for
from consent.web.base import (
    COOKIE_DOMAINS,
    EVERY_ANSWER,
    LOG,
    ORIGINS,
    PUBLISHED,
    SETTINGS,
    body_of,
    logger,
    page,
    success,
)
from consent.web.intake import INTAKE
from consent.web.origins import Headers
from consent.web.ready_answer import ReadyAnswer, head_of

SCRIPT_MAX_AGE_S = 300
IMMUTABLE = "public, max-age=31536000, immutable"
_CONSENT_ID = re.compile(r"^[A-Za-z0-9_-]{22}$")


# --- the widget


async def script(request: web.Request) -> web.StreamResponse:
    """Serve a site's widget: short-lived, so that a new publication reaches visitors within minutes."""
    asset = request.app[PUBLISHED].site(request.match_info["site"]).script
    return _asset(request, asset, f"public, max-age={SCRIPT_MAX_AGE_S}, stale-while-revalidate=86400")


async def script_by_hash(request: web.Request) -> web.StreamResponse:
    """Serve the twin whose address changes with its content, and whose content therefore never changes."""
    asset = request.app[PUBLISHED].site(request.match_info["site"]).by_hash.get(request.match_info["hash"])
    if asset is None:
        raise NotFoundError("There is no such version of the widget.", hint="Use the address without a hash.")
    return _asset(request, asset, IMMUTABLE)


def _asset(request: web.Request, asset: Asset, cache_control: str) -> web.StreamResponse:
    encoding = encoding_for(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
    wanted = request.headers.get(hdrs.IF_NONE_MATCH)
    matches = wanted is not None and (
        wanted.strip() == "*"
        or not asset.etags.isdisjoint(tag.strip().removeprefix("W/") for tag in wanted.split(","))
    )
    if request.method == hdrs.METH_GET and not matches:
        head = _asset_head(asset.headers[encoding], cache_control)
        return ReadyAnswer(200, head, b"", asset.bodies[encoding])
    headers = CIMultiDict(_asset_headers(asset.headers[encoding], cache_control))
    if matches:
        for name in (hdrs.CONTENT_TYPE, hdrs.CONTENT_ENCODING):
            headers.popall(name, None)
        return web.Response(status=304, headers=headers)
    return web.Response(body=asset.bodies[encoding], headers=headers)


def _asset_headers(own: Headers, cache_control: str) -> Headers:
    # Any page may load it; with CORS it may carry an integrity attribute too.
    return (
        *own,
        ("Cache-Control", cache_control),
        ("Access-Control-Allow-Origin", "*"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
    )


@lru_cache(maxsize=1024)
def _asset_head(own: Headers, cache_control: str) -> bytes:
    return head_of(200, (*_asset_headers(own, cache_control), *EVERY_ANSWER))


# --- consent


async def post_consent(request: web.Request) -> web.StreamResponse:
    """Append one event; the answer means that the record is on the disk.

    What `consent.web.event_connection` answers itself does not come here.
    """
    intake = request.app[INTAKE]
    origin = intake.origin_of(request)
    received = intake.read(request, origin, await body_of(request))
    record, stored = await intake.log.append_encoded(received.event, received.context)
    return ReadyAnswer(201, *intake.answer(request, received.allowed, record, stored))


async def preflight(request: web.Request) -> web.Response:
    """Answer a browser that asks whether a page may call (it does not say for which site)."""
    headers = CIMultiDict(request.app[ORIGINS].preflight(request.headers.get("Origin", "")))
    return web.Response(status=204, headers=headers)


async def get_consent(request: web.Request) -> web.Response:
    """Show a visitor what the log holds on them: as JSON, as a page, or as a file to keep."""
    app = request.app
    kind = request.query.get("format", "")
    if kind and kind not in FORMATS:
        raise RecordError(f"expected one of {', '.join(FORMATS)}", field="format")
    if kind not in {"", "json", "html"}:
        return await _file(request, kind)
    if _wants_html(request):
        return await own_page(request)
    made = await receipt(app[LOG], consent_id_of(request), app[SETTINGS].sites)
    answer = success(made, headers={"Vary": "Accept"})
    answer.headers.extend(cors_of(request))
    return answer


async def own_page(request: web.Request, *, status: int = 200, problem: str = "") -> web.Response:
    """Show the visitor's own page, or what is left of it after an erasure."""
    app = request.app
    consent_id, sites = consent_id_of(request), app[SETTINGS].sites
    asked = await requests_of(app[LOG].store, consent_id)
    told = request.query.get("told", "") if not problem else ""
    try:
        made = await receipt(app[LOG], consent_id, sites)
    except NotFoundError:
        if not asked:
            raise
        shown = erased_page(consent_id, asked)
    else:
        reached = all(app[COOKIE_DOMAINS].get(site) for site in made.controllers)
        shown = rights_page(made, sites, asked, told=told, reached=reached, problem=problem)
    return page(shown.html, policy=shown.policy, status=status, headers={"Vary": "Accept"})


async def _file(request: web.Request, kind: str) -> web.Response:
    """Answer with a file to keep. Its name has no consent id: downloads are seen by others."""
    app = request.app
    try:
        made = await copy_of(app[LOG], consent_id_of(request), app[SETTINGS].sites, kind)
    except ConfigError as error:  # no font for it, or the extra is missing
        logger.warning("No %s could be made: %s", kind, error)
        raise web.HTTPNotAcceptable from error
    headers = {
        "Content-Type": made.media,
        "Content-Disposition": f'attachment; filename="consent-{kind}.{made.ending}"',
        "Cache-Control": "no-store",
    }
    answer = web.Response(body=made.content, headers=headers)
    answer.headers.extend(cors_of(request))
    return answer


async def delete_consent(request: web.Request) -> web.Response:
    """Erase a visitor's records at their own request (GDPR Art. 17), and their cookie where it can be reached."""
    app = request.app
    consent_id = consent_id_of(request)
    sites = {record.site for record in await app[LOG].history(consent_id)}
    erased = await erase(app[LOG], consent_id)
    answer = success({"consent_id": consent_id, "erased": erased})
    answer.headers.extend(cors_of(request))
    expire_cookies(answer, app, sites)
    return answer


def expire_cookies(answer: web.Response, app: web.Application, sites: Iterable[str]) -> None:
    """Remove the consent cookie of these sites where this server can reach it."""
    for domain in sorted({app[COOKIE_DOMAINS].get(site) or "" for site in sites} - {""}):
        answer.headers.add("Set-Cookie", cookie.expire_cookie(domain))


def consent_id_of(request: web.Request) -> str:
    """Return the consent id of the address; raises `NotFoundError` where it cannot be one."""
    consent_id = request.match_info["consent_id"]
    if not _CONSENT_ID.match(consent_id):
        raise NotFoundError("There is no record with this consent id.")
    return consent_id


def cors_of(request: web.Request) -> tuple[tuple[str, str], ...]:
    """Return the headers that let a page of any site here read the answer."""
    origin = request.headers.get("Origin")
    return request.app[ORIGINS].any_site(origin) if origin else ()


def _wants_html(request: web.Request) -> bool:
    asked = request.query.get("format")
    if asked is not None:
        return asked == "html"
    return "text/html" in request.headers.get("Accept", "")
