"""What visitors were shown: on which days, and each notice whole, as it is stored under its hash."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Final

import msgspec
from aiohttp import web

from consent.model.errors import ConsentryError
from consent.shown import notice_of, shown_between, times_of
from consent.times import DAY_MS, now_ms, rfc3339
from consent.users import Role
from consent.web.dashboard import queries
from consent.web.dashboard.guard import Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.site import OF_SITE
from consent.web.route import Route

ITEMS = 100
"""Services, and items, that the page lists; the file has all of them."""
_TEXTS: Final = (
    "title", "text", "accept", "reject", "settings", "settings_title", "settings_text", "save",
    "necessary_text", "performance_text", "functionality_text", "advertising_text",
)  # fmt: skip
"""The texts that a visitor reads before deciding, in their order in the banner; the file has all of them."""
_OF_NOTICE = OF_SITE + r"/notices/{version:[0-9a-f]{64}}"


async def notices(request: web.Request, visit: Visit) -> web.Response:
    """Say which notices visitors were shown on a day."""
    today = rfc3339(now_ms())[:10]
    asked = queries.text(request, "day")
    day = _day(asked) or today
    since = queries.moment_ms(day) or 0
    found = await shown_between(visit.store, visit.site.id, since, since + DAY_MS)
    problem = "" if not asked or _day(asked) else "A day is needed, such as 2026-03-02."
    return render(
        request, visit, "notices.html", status=400 if problem else 200, site=visit.site, day=day, today=today,
        problem=problem, found=found,
    )  # fmt: skip


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


async def notice(request: web.Request, visit: Visit) -> web.Response:
    """Show one notice: when it stood, what it said, and whether it is what its version says."""
    site, version = visit.site, request.match_info["version"]
    stored = await notice_of(visit.store, site.id, version)
    try:
        content: dict[str, Any] = msgspec.json.decode(stored.content, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise ConsentryError("The stored notice cannot be read.", hint="Run: consentry log verify") from error
    texts: dict[str, dict[str, str]] = content["texts"]
    language = queries.choice(request, "lang", texts) or (
        site.languages[0] if site.languages[0] in texts else next(iter(texts))
    )
    return render(
        request, visit, "notice.html", site=site, version=version, content=content, language=language,
        intact=hashlib.sha256(stored.content).hexdigest() == version, times=await times_of(visit.store, site.id, version),
        texts=[texts[language][name] for name in _TEXTS if texts[language].get(name)], most=ITEMS,
        pictures=len(await visit.store.pictures(version)),
    )  # fmt: skip


async def notice_json(request: web.Request, visit: Visit) -> web.Response:
    """Hand out a notice as it is stored: the SHA-256 of the file is its version."""
    version = request.match_info["version"]
    stored = await notice_of(visit.store, visit.site.id, version)
    return web.Response(
        body=stored.content,
        headers={
            "Content-Type": "application/json",
            "Content-Disposition": f'attachment; filename="notice-{version[:16]}.json"',
            "Cache-Control": "private, no-store",
        },
    )


ROUTES = (
    Route(
        "GET",
        f"{OF_SITE}/notices",
        page(Role.REVIEWER, notices),
        "What visitors were shown on a day",
        page=True,
    ),
    Route("GET", _OF_NOTICE, page(Role.REVIEWER, notice), "One notice", page=True),
    Route(
        "GET", f"{_OF_NOTICE}/notice.json", page(Role.REVIEWER, notice_json), "A notice as a file", page=True
    ),
)
