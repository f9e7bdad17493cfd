"""A plain visitor of the demo shop: one real browser, a fresh context for each page, no scanner involved."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response, async_playwright

from scanner.browser.find import find_browser
from scanner.demo import truth
from scanner.demo.front import OWN_HOSTS, DemoWorld

Key = tuple[str, str, str]
"""Kind, name, host."""

HOOKS = """
(() => {
  const say = console.debug.bind(console);
  const note = (kind, name) => say("wrote " + JSON.stringify({ kind, name, host: location.hostname, stack: new Error().stack }));
  const own = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(document, "cookie", {
    get: () => own.get.call(document),
    set: (line) => { note("cookie", line.split("=")[0].trim()); own.set.call(document, line); },
  });
  const set = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    note(this === window.localStorage ? "local_storage" : "session_storage", key);
    return set.call(this, key, value);
  };
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (name, ...more) { note("indexed_db", name); return open.call(this, name, ...more); };
})();
"""

STORAGE = """async () => ({
  host: location.hostname,
  local_storage: Object.keys(localStorage),
  session_storage: Object.keys(sessionStorage),
  indexed_db: (await indexedDB.databases()).map((database) => database.name),
})"""


@dataclasses.dataclass(kw_only=True)
class Visit:
    """What one page (or one action on it) left behind."""

    status: int = 0
    load_ms: float = 0.0
    cookies: dict[Key, dict[str, Any]] = dataclasses.field(default_factory=dict)
    storage: set[Key] = dataclasses.field(default_factory=set)
    hosts: set[str] = dataclasses.field(default_factory=set)
    setters: dict[Key, set[tuple[str, str]]] = dataclasses.field(default_factory=lambda: defaultdict(set))
    headers: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)

    @property
    def items(self) -> set[Key]:
        """Keys of all cookies and storage."""
        return set(self.cookies) | self.storage


@dataclasses.dataclass(kw_only=True)
class Visits:
    """Visits by page for loading alone, by action and page for more; and what the stubs answered."""

    loaded: dict[str, Visit]
    acted: dict[tuple[str, str], Visit]
    hit_statuses: dict[str, int]

    def where(self, key: Key, action: str) -> set[str]:
        """Return the pages on which an item is there after an action and not after loading alone."""
        if action == "load":
            return {path for path, visit in self.loaded.items() if key in visit.items}
        return {
            path
            for (done, path), visit in self.acted.items()
            if done == action and key in visit.items and key not in self.loaded[path].items
        }


async def visit_everything() -> Visits:
    """Load every page once and do every action where it can be done."""
    found = find_browser()
    async with DemoWorld() as world, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.path, env=found.environment(), args=world.chromium_args
        )
        try:
            gate = asyncio.Semaphore(3)
            actions = [
                ("scroll", "/shop/evening-camomile"),
                ("switch language", "/"),
                ("switch language", "/privacy"),
                *(("add to basket", path) for path in truth.EVERY if path.startswith("/shop/")),
            ]
            jobs = [*(("load", path) for path in truth.EVERY), *actions]
            done = await asyncio.gather(
                *(_visit(gate, browser, world, action, path) for action, path in jobs)
            )
        finally:
            await browser.close()
        results = dict(zip(jobs, done, strict=True))
        return Visits(
            loaded={path: visit for (action, path), visit in results.items() if action == "load"},
            acted={job: visit for job, visit in results.items() if job[0] != "load"},
            hit_statuses={hit.url: hit.status for hit in world.hits},
        )


async def _visit(
    gate: asyncio.Semaphore, browser: Browser, world: DemoWorld, action: str, path: str
) -> Visit:
    async with gate:
        visit = Visit()
        context = await browser.new_context(locale="en-GB")
        responses: list[Response] = []
        writes: list[dict[str, str]] = []

        def response_came(response: Response) -> None:  # Playwright refuses a bound method of a built-in
            responses.append(response)

        def console_said(message: ConsoleMessage) -> None:
            if message.text.startswith("wrote "):
                writes.append(json.loads(message.text.removeprefix("wrote ")))

        context.on("response", response_came)
        context.on("console", console_said)
        context.on("request", lambda request: visit.hosts.add(urlsplit(request.url).hostname or ""))
        context.on("weberror", lambda error: visit.problems.append(str(error.error)))
        context.on(
            "requestfailed", lambda request: visit.problems.append(f"{request.url}: {request.failure}")
        )
        await context.add_init_script(HOOKS)
        page = await context.new_page()
        answer = await page.goto(world.url.rstrip("/") + path, wait_until="networkidle")
        visit.status = answer.status if answer else 0
        visit.load_ms = await page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        if action == "load":
            visit.hosts -= OWN_HOSTS | {""}
        await _act(page, action)
        await _collect(context, page, visit, responses, writes)
        await context.close()
        return visit


async def _act(page: Page, action: str) -> None:
    if action == "scroll":
        async with page.expect_response("https://gum.criteo.com/**"):
            await page.mouse.wheel(0, 400)
        await page.wait_for_function("document.cookie.includes('cto_bundle')")
    elif action == "switch language":
        await page.get_by_role("button", name="Deutsch").click()
        await page.wait_for_function("document.documentElement.lang === 'de'")
        await page.wait_for_load_state("networkidle")
    elif action == "add to basket":
        async with page.expect_navigation(wait_until="networkidle"):
            await page.get_by_role("button", name="Add to basket").click()
        assert urlsplit(page.url).path == "/cart"


async def _collect(
    context: BrowserContext,
    page: Page,
    visit: Visit,
    responses: Iterable[Response],
    writes: Iterable[dict[str, str]],
) -> None:
    now = time.time()
    for cookie in await context.cookies():
        key = ("cookie", cookie["name"], cookie["domain"].lstrip("."))
        visit.cookies[key] = {
            **cookie,
            "lifetime_s": cookie["expires"] - now if cookie["expires"] > 0 else None,
        }
    for frame in page.frames:
        found = await frame.evaluate(STORAGE)
        for kind in ("local_storage", "session_storage", "indexed_db"):
            visit.storage |= {(kind, name, found["host"]) for name in found[kind]}
    for write in writes:
        urls = re.findall(r"https://[^\s)]+?(?=:\d+:\d+)", write["stack"])
        # The jar says under which domain a cookie was kept; a storage key belongs to the frame's own host.
        hosts = {host for kind, name, host in visit.items if (kind, name) == (write["kind"], write["name"])}
        for host in hosts if write["kind"] == "cookie" else {write["host"]}:
            visit.setters[(write["kind"], write["name"], host)] |= {("script", url) for url in urls[:1]}
    for response in responses:
        for header in await response.headers_array():
            if header["name"].lower() == "set-cookie":
                _note_header(visit, response.url, header["value"])


def _note_header(visit: Visit, url: str, line: str) -> None:
    name = line.partition("=")[0]
    domain = re.search(r"domain=\.?([^;]+)", line, re.IGNORECASE)
    host = domain[1] if domain else urlsplit(url).hostname or ""
    visit.headers.append((name, host, url))
    visit.setters[("cookie", name, host)].add(("header", url))
