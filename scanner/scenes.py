"""Open the browser context of one state pass, with everything that has to be there before its first page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from scanner.access import headers_of
from scanner.browser.launch import Launched
from scanner.browser.socks import way_out
from scanner.browser.targets import Command
from scanner.collectors import BaseCollector, Scene, collector_types, page_script
from scanner.collectors.cookies import stored_names
from scanner.guard import Guard, Ledger
from scanner.plan import CrawlPlan
from scanner.popups import PopUps
from scanner.recipes import RECIPES
from scanner.tabs import STACK_DEPTH, Gate, Setting, Tabs


class Scenes:
    """Opens the clean contexts of one crawl; ``gate`` shares the open tabs among those that are open at a time."""

    def __init__(
        self, launched: Launched, plan: CrawlPlan, guard: Guard, gate: Gate, popups: PopUps | None = None
    ) -> None:
        self._launched = launched
        self._plan = plan
        self._guard = guard
        self._gate = gate
        self._popups = popups

    @asynccontextmanager
    async def open(self, state: ConsentState) -> AsyncIterator[tuple[Scene, list[BaseCollector], Tabs]]:
        """Open the state's own context with everything that has to be there before its first page."""
        recipe = RECIPES[state]
        async with self._context(state) as (context, ledger), self._gate.sharing.seats() as seats:
            scene = Scene(state=state, context=context, ledger=ledger)
            scene.preset_cookies = stored_names(await context.cookies())
            script = page_script(scene.binding)
            await context.add_init_script(script)
            if recipe.script:
                await context.add_init_script(recipe.script)
            commands: tuple[Command, ...] = (
                (
                    "Network.enable",
                    {"maxTotalBufferSize": 1, "maxResourceBufferSize": 1, "maxPostDataSize": 65_536},
                ),
                ("Runtime.enable", {}),
                ("Runtime.addBinding", {"name": scene.binding}),
                ("Runtime.setAsyncCallStackDepth", {"maxDepth": STACK_DEPTH}),
            )
            headers = headers_of(self._plan)
            setting = Setting(self._popups, scene.binding, script, self._launched.dressing(), headers)
            tabs = Tabs(self._launched, context, commands, headers, seats, setting=setting)
            yield scene, [kind(scene) for kind in collector_types()], tabs

    @asynccontextmanager
    async def _context(self, state: ConsentState) -> AsyncIterator[tuple[BrowserContext, Ledger]]:
        """Open a clean context whose only way out is the guard's."""
        options: dict[str, object] = {}
        if RECIPES[state].headers:
            options["extra_http_headers"] = RECIPES[state].headers
        if self._plan.storage_state is not None:
            options["storage_state"] = str(self._plan.storage_state)
        ledger = Ledger()
        async with way_out(self._guard, ledger) as proxy:
            try:
                context = await self._launched.new_context(proxy=proxy, **options)
            except (OSError, ValueError, PlaywrightError) as error:
                if self._plan.storage_state is None:
                    raise
                raise ConfigError(
                    f"{self._plan.storage_state}: cannot be used as a storage state: {error}",
                    hint="Give a file that Playwright's context.storage_state(path=…) wrote.",
                ) from error
            try:
                yield context, ledger
            finally:
                with contextlib.suppress(PlaywrightError, TimeoutError):
                    async with asyncio.timeout(20):
                        await context.close()
