"""How a crawl gets at a site beside showing its pages: what it may connect to, what it sends along, what it reads first."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error as PlaywrightError

from scanner.browser.launch import Launched
from scanner.browser.socks import way_out
from scanner.frontier import MAX_ROBOTS, Robots, RobotsAnswer, canonical
from scanner.guard import Guard, Ledger
from scanner.own_headers import OwnHeaders
from scanner.plan import CrawlPlan
from scanner.small_files import Answer, Fetch, read


@asynccontextmanager
async def small_files(launched: Launched, plan: CrawlPlan, guard: Guard) -> AsyncIterator[Fetch]:
    """Open what reads robots.txt and sitemaps: a context of their own, in which nothing is ever shown."""
    headers = headers_of(plan)
    async with way_out(guard, Ledger()) as proxy:
        context = await launched.new_context(java_script_enabled=False, proxy=proxy)
        try:

            async def fetch(url: str, limit: int) -> Answer:
                return await read(context, url, limit, timeout_s=min(plan.timeout_s, 15.0), headers=headers)

            yield fetch
        finally:
            with contextlib.suppress(PlaywrightError):
                await context.close()


def headers_of(plan: CrawlPlan) -> OwnHeaders:
    """Return what adds the plan's headers to requests to the site itself."""
    return OwnHeaders(plan.headers, canonical(plan.start_url) or plan.start_url, plan.own_hosts)


def robots_of(fetch: Fetch, plan: CrawlPlan) -> Robots | None:
    """Return the reader of robots.txt."""
    if not plan.respect_robots:
        return None

    async def ask(url: str) -> RobotsAnswer:
        answer = await fetch(url, MAX_ROBOTS)
        return RobotsAnswer(status=answer.status, text=answer.body.decode("utf-8", errors="replace"))

    return Robots(ask)
