"""The administration's route for statistics."""

from __future__ import annotations

from datetime import UTC, date, datetime

from aiohttp import web

from consent.model.errors import ConfigError
from consent.statistics.csv_table import to_csv
from consent.statistics.queries import By, Span, Statistics, span_of, statistics_of
from consent.tokens import Token
from consent.web.base import LOG, RequestError, success


async def get_statistics(request: web.Request, token: Token) -> web.Response:
    """Tell what a site's visitors were shown and answered, as JSON or as CSV."""
    del token
    site = request.match_info["site"]
    kind = request.query.get("format", "json")
    if kind not in {"json", "csv"}:
        raise RequestError("expected json or csv", field="format")
    found = await statistics_of(request.app[LOG].store, site, asked_span(request), asked_by(request))
    return success(found) if kind == "json" else csv_answer(found)


def csv_answer(found: Statistics) -> web.Response:
    """Answer with a file that is named for what it holds."""
    return web.Response(
        text=to_csv(found),
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{found.site}-{found.by}-{found.since}-{found.until}.csv"',
        },
    )


def asked_by(request: web.Request) -> By:
    """Return what visits are to be told apart by; raises `RequestError`."""
    try:
        return By(request.query.get("by", By.DAY))
    except ValueError:
        raise RequestError(f"expected one of {', '.join(By)}", field="by") from None


def asked_span(request: web.Request) -> Span:
    """Return the days that the query names, ``from`` and ``to``; raises `RequestError`."""
    try:
        return span_of(_day(request, "from"), _day(request, "to"), today=datetime.now(tz=UTC).date())
    except ConfigError as error:
        raise RequestError(error.message, field="from", hint=error.hint) from error


def _day(request: web.Request, name: str) -> date | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestError("expected a day such as 2026-11-24", field=name) from None
