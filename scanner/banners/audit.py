"""The banner in both viewports, side by side: desktop and phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from consent.model.categories import ConsentState
from scanner.banners.look import Task, look_at
from scanner.banners.model import VIEWPORTS, Look
from scanner.browser.devices import Device, desktop, phone
from scanner.browser.launch import Launched
from scanner.collectors import Scene
from scanner.consent_actions import APPEAR_S
from scanner.guard import Guard
from scanner.plan import CrawlPlan
from scanner.scenes import Scenes
from scanner.tabs import Gate, Tabs

ALONE_S = 1.5
"""How long a banner may take to appear where no other state waits for it at the same time."""
_DEVICES = {"desktop": desktop, "phone": phone}


async def looks_at_banner(
    plan: CrawlPlan, url: str, launched: Launched, guard: Guard, gate: Gate
) -> tuple[Look, ...]:
    """Look at the banner of ``url`` as a desktop and as a phone; never raises for what a page does.

    Consent is given (in these contexts, which nothing is collected from) only where the plan has a state that gives it.
    """
    states = set(plan.states) - {ConsentState.BEFORE}

    @asynccontextmanager
    async def scenes(device: Device) -> AsyncIterator[tuple[Scene, Tabs]]:
        async with Scenes(device, plan, guard, gate).open(ConsentState.BEFORE) as (scene, _, tabs):
            yield scene, tabs

    tasks = [
        look_at(
            Task(
                url=url,
                viewport=viewport,
                timeout_s=plan.timeout_s,
                appear_s=APPEAR_S if states else ALONE_S,
                accepting=bool(states & {ConsentState.ACCEPT, ConsentState.WITHDRAW}),
                screenshots=plan.screenshots,
            ),
            _DEVICES[viewport](launched),
            scenes,
            gate,
        )
        for viewport in VIEWPORTS
    ]
    return tuple(await asyncio.gather(*tasks))
