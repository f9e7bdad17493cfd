"""Every page of pages.py, looked at once: one server, one browser, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from consent.model.categories import ConsentState
from scanner.banners.look import Task, look_at
from scanner.banners.model import Look
from scanner.browser.devices import Device, desktop, phone
from scanner.browser.launch import launched
from scanner.collectors import Scene
from scanner.guard import guard_of
from scanner.plan import CrawlPlan
from scanner.scenes import Scenes
from scanner.tabs import Gate, Tabs
from tests.scanner.banners.pages import ACCEPTING, FRAME, LOOKS, PAGES

Looks = dict[tuple[str, str], Look]
ORIGIN = "http://www.shop.example"


async def answer(request: web.Request) -> web.Response:
    """Serve the page of a path; the frames' banner under two hosts."""
    name = request.path.strip("/")
    body = FRAME if name in {"cmp", "banner"} else PAGES.get(name, f"<title>{name}</title>")
    return web.Response(text=body, content_type="text/html", charset="utf-8")


async def look_at_everything(folder: Path) -> Looks:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    plan = CrawlPlan(site="shop", start_url=f"{ORIGIN}/", resolve=(f"*:80=127.0.0.1:{port}",))
    gate = Gate(4)
    try:
        async with launched(resolve=plan.resolve) as running:

            @asynccontextmanager
            async def scenes(device: Device) -> AsyncIterator[tuple[Scene, Tabs]]:
                async with Scenes(device, plan, guard_of(plan), gate).open(ConsentState.BEFORE) as (
                    scene,
                    _,
                    tabs,
                ):
                    yield scene, tabs

            async def one(name: str, viewport: str) -> Look:
                (folder / name).mkdir(exist_ok=True)
                task = Task(
                    url=f"{ORIGIN}/{name}",
                    viewport="phone" if viewport == "phone" else "desktop",
                    timeout_s=10.0,
                    appear_s=0.5 if name in {"none", "video"} else 3.0,
                    accepting=name in ACCEPTING,
                    screenshots=folder / name,
                )
                device = phone(running) if viewport == "phone" else desktop(running)
                return await look_at(task, device, scenes, gate)

            seen = await asyncio.gather(*(one(*entry) for entry in LOOKS))
    finally:
        await runner.cleanup()
    return dict(zip(LOOKS, seen, strict=True))


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shots")


@pytest.fixture(scope="session")
def looks(shots: Path) -> Looks:
    """What was seen of each page, by its name and the viewport."""
    return asyncio.run(look_at_everything(shots))
