"""Crawl a site in every consent state with one browser, and return what was seen; nothing is judged here.

The pass ``before`` finds the pages; the other states visit the same ones, each in a clean context of its own, side by
side under one limit of open tabs. Everything is sorted, so that two crawls of an unchanged site agree.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from importlib.metadata import version
from urllib.parse import urlsplit

import msgspec

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, ConsentryError
from scanner.access import robots_of, small_files
from scanner.banners.audit import looks_at_banner
from scanner.browser.find import FoundBrowser
from scanner.browser.launch import LOCALE, VIEWPORT, Launched, launched
from scanner.browser.selftest import SelfTest, selftest
from scanner.frontier import Frontier, canonical
from scanner.guard import guard_of
from scanner.observations import Crawl, Observation
from scanner.partial import Partial
from scanner.plan import CrawlPlan, OnProgress, Progress
from scanner.policy_file import policy_file
from scanner.popups import watched_popups
from scanner.resume import breaks_of, gone_since, remembering
from scanner.sitemaps import Sitemaps
from scanner.states import PassResult, StateRun
from scanner.tabs import Gate

__all__ = ["CrawlPlan", "OnProgress", "Progress", "crawl"]


async def crawl(
    plan: CrawlPlan,
    *,
    on_progress: OnProgress | None = None,
    browser: FoundBrowser | None = None,
    partial: Partial | None = None,
) -> Crawl:
    """Run all of the plan's states, ``before`` among them in any case.

    ``partial`` takes each finished visit at once; one that an earlier crawl of the same plan left is continued. Where the
    site can no longer be reached then, ``tool["partial"]`` of the result says so.

    Raises `ConfigError` for a plan that cannot be used, `BrowserNotFound` and `SelfTestFailed` where the browser is
    missing or sees less than a visitor, and `ScanError` where the start page cannot be loaded. A page that fails is part
    of the result.
    """
    start = _start_url(plan)
    _check_files(plan)
    started = _now()
    guard = guard_of(plan)
    async with (
        launched(
            browser, resolve=plan.resolve, ignore_certificate_errors=plan.ignore_certificate_errors
        ) as running,
        small_files(running, plan, guard) as ask,
        watched_popups(running.browser) as popups,
    ):
        fetch = remembering(ask, partial)
        proof = await selftest(running)
        robots = robots_of(fetch, plan)
        home = urlsplit(start)
        sitemaps = Sitemaps(
            f"{home.scheme}://{home.netloc}",
            fetch,
            robots,
            is_own=lambda url: frontier.is_own(url),  # noqa: PLW0108 - the frontier is made below
        )
        frontier = Frontier(
            start,
            pages=plan.pages,
            seeds=plan.seeds,
            include=plan.include,
            exclude=plan.exclude,
            own_hosts=plan.own_hosts,
            robots=robots,
            listed=sitemaps.pages if plan.sitemaps else None,
        )
        gate = Gate(plan.concurrency, pages=plan.pages, delay_s=plan.delay_s)
        if robots is not None:
            robots.on_delay = gate.slow_down
        run = StateRun(running, plan, guard, gate, on_progress=on_progress, partial=partial, popups=popups)
        others = [
            state for state in ConsentState if state in plan.states and state is not ConsentState.BEFORE
        ]
        was_there = partial.count if partial is not None else 0
        gone = await gone_since(partial, ask, start)
        try:
            async with asyncio.TaskGroup() as group:
                found: asyncio.Future[str] = asyncio.get_running_loop().create_future()
                finding = group.create_task(run.discover(frontier, gone=gone, planned=found.set_result))
                gone = await found  # where finding fails, the group ends this wait
                planned = tuple(frontier.planned)
                tasks = [group.create_task(run.repeat(state, planned, gone=gone)) for state in others]
                looking = (
                    group.create_task(looks_at_banner(plan, planned[0], running, guard, gate))
                    if plan.audit_banner and not gone
                    else None
                )
        except* ConsentryError as errors:
            raise _first_of(errors) from errors
        results = [finding.result(), *(task.result() for task in tasks)]
        broken = breaks_of(partial, was_there, results, len(planned))
        notes = [
            *broken.notes,
            *(robots.notes if robots else ()),
            *sitemaps.notes,
            *(note for result in results for note in result.notes),
        ]
        tool = _tool(plan, running, proof, notes, frontier) | broken.tool
        policy = await policy_file(fetch, plan.policy_url)
    return Crawl(
        site=plan.site,
        start_url=start,
        started=partial.started if partial is not None and partial.resumed else started,
        finished=_now(),
        tool=tool,
        passes=tuple(result.state_pass for result in results),
        visits=tuple(visit for result in results for visit in result.visits),
        observations=_sorted(results, frontier.planned),
        not_visited=frontier.not_visited + len({*planned} - {one.url for one in results[0].visits}),
        banners=looking.result() if looking else (),
        policy=policy,
    )


def _first_of(errors: BaseExceptionGroup[ConsentryError]) -> ConsentryError:
    first = errors.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


def _sorted(results: list[PassResult], planned: list[str]) -> tuple[Observation, ...]:
    pages = {url: number for number, url in enumerate(planned)}
    return tuple(
        observation
        for result in results
        for observation in sorted(
            result.observations,
            key=lambda seen: (
                seen.kind,
                pages.get(seen.page, len(pages)),
                seen.after_action,
                seen.host,
                seen.name,
                seen.details.get("path", ""),
                seen.initiators,
                seen.time_ms,
            ),
        )
    )


def _start_url(plan: CrawlPlan) -> str:
    start = canonical(plan.start_url)
    if start is None:
        raise ConfigError(
            f"start_url {plan.start_url!r}: expected an address that begins with http:// or https://.",
            hint="Example: https://www.shop.example/",
        )
    for seed in plan.seeds:
        if canonical(seed) is None:
            raise ConfigError(f"seeds {seed!r}: expected an address that begins with http:// or https://.")
    if plan.pages < 1 or plan.concurrency < 1 or plan.timeout_s <= 0 or min(plan.dwell_s, plan.delay_s) < 0:
        raise ConfigError(
            "pages and concurrency: expected at least 1; timeout_s: more than 0; dwell_s and delay_s: 0 or more."
        )
    return start


def _check_files(plan: CrawlPlan) -> None:
    if plan.storage_state is not None and not plan.storage_state.is_file():
        raise ConfigError(
            f"{plan.storage_state}: no such file.",
            hint="Give a file that Playwright's context.storage_state(path=…) wrote.",
        )
    if plan.screenshots is not None:
        try:
            plan.screenshots.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"{plan.screenshots}: cannot be made for the screenshots: {error.strerror}.",
                hint="Give another folder.",
            ) from error


def _tool(
    plan: CrawlPlan, running: Launched, proof: SelfTest, notes: list[str], frontier: Frontier
) -> dict[str, object]:
    return {
        "name": "consentry",
        "version": version("consentry"),
        "browser": running.found.kind,
        "browser_version": running.browser.version,
        "playwright": version("playwright"),
        "user_agent": running.user_agent,
        "viewport": list(VIEWPORT),
        "locale": LOCALE,
        "selftest": msgspec.to_builtins(proof),
        "settings": msgspec.to_builtins(plan, enc_hook=str)
        | {"headers": [name for name, _ in plan.headers], "recordings": plan.recordings is not None},
        "robots_disallowed": len(frontier.disallowed),
        "notes": list(dict.fromkeys(notes))[:200],
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
