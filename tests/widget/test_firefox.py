"""The same widget in Firefox, where one is installed: blocking, both layers, the record, release and withdrawal."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
import trustme
from aiohttp import web

from widget import render

from .bidi import Tab, firefox, firefox_tab
from .conftest import CONSENT, SHOP, World, config

PROGRAM = firefox()
pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(PROGRAM is None, reason="needs Firefox: apt-get install firefox-esr"),
]
BANNER = "document.querySelector('consentry-banner')?.shadowRoot"


class Place:
    """A tab, the world that answers it, and the port on which it does."""

    def __init__(self, tab: Tab, world: World, port: int) -> None:
        self.tab, self.world, self.port = tab, world, port
        server = f"https://{CONSENT}:{port}"
        self.base = {"server": server, "always": (f"{CONSENT}:{port}",)}
        self.world.widget = config(**self.base)

    async def show(self, body: str, *, cookies: bool = False, **changes: Any) -> None:
        self.world.widget = config(**(self.base | changes))
        tag = render.snippet(f"https://{CONSENT}:{self.port}/w/larkspur.js")
        self.world.pages["/"] = (
            f'<!doctype html><html lang="en"><head>{tag}<title>Shop</title></head><body>{body}</body></html>'
        )
        url = f"https://{SHOP}:{self.port}/"
        if not cookies:
            await self.tab.open(url)
            await self.tab.evaluate(
                "document.cookie = 'consentry=; Max-Age=0; Path=/; Domain=larkspur.example'"
            )
            await self.tab.evaluate("localStorage.clear()")
            self.world.hits.clear()
            self.world.events.clear()
        await self.tab.open(url)

    def third(self, host: str, path: str) -> str:
        return f"https://{host}:{self.port}{path}"

    async def click(self, action: str) -> None:
        await self.tab.evaluate(
            f"""[...document.querySelectorAll('consentry-banner, consentry-reopen')].map((host) =>
            host.shadowRoot.querySelectorAll('[data-consentry-action={action}]')).flatMap((all) => [...all]).at(-1).click()"""
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    assert PROGRAM is not None
    world = World(cast("Any", None))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", world.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = ("*.larkspur.example", "*.google-analytics.com", "*.doubleclick.net", "www.youtube.com")
    trustme.CA().issue_cert(*names).configure_cert(tls)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    profile: Path = tmp_path_factory.mktemp("firefox")
    async with firefox_tab(PROGRAM, profile) as tab:
        yield Place(tab, world, runner.addresses[0][1])
    await runner.cleanup()


def ways(place: Place) -> str:
    ga, ads = place.third("www.google-analytics.com", ""), place.third("ad.doubleclick.net", "")
    return (
        f'<iframe src="{place.third("www.youtube.com", "/embed/x")}" title="v" width="300" height="200"></iframe>'
        f'<div style="background:url({ads}/b.gif);height:9px"></div>'
        f"<script>new Image().src='{ads}/c.gif';fetch('{ga}/g',{{mode:'no-cors'}}).catch(()=>0);"
        f"navigator.sendBeacon('{ga}/h','x');document.body.insertAdjacentHTML('beforeend','<img src={ads}/d.gif>');"
        f"const s=document.createElement('script');s.src='{ga}/late.js';document.head.append(s);"
        f"document.cookie='_ga=1;path=/'</script>"
    )


async def test_nothing_leaves_before_and_after_a_refusal(place: Place) -> None:
    await place.show(ways(place))
    await place.tab.until(f"!!{BANNER}")
    await asyncio.sleep(0.5)
    assert place.world.hits == []
    await place.click("reject")
    await place.tab.until("!!document.querySelector('consentry-reopen') && !localStorage.consentry_queue")
    await place.show(ways(place), cookies=True)
    await asyncio.sleep(0.5)
    assert place.world.hits == []
    assert [event["event"] for event in place.world.decisions()] == ["refused"]
    assert "_ga=" not in await place.tab.evaluate("document.cookie")


@pytest.mark.parametrize("release", ["reload", "in_place"])
async def test_written_scripts_never_run_before_consent_though_the_look_ahead_may_request_them(
    place: Place, release: str
) -> None:
    ga = place.third("www.google-analytics.com", "")
    kinds = ("", "async", "defer", 'type="module"')
    scripts = "".join(f'<script {kind} src="{ga}/{number}.js"></script>' for number, kind in enumerate(kinds))
    await place.show(scripts + '<script src="/static/js/menu.js"></script>', release=release)
    await place.tab.until(f"!!{BANNER}")
    await asyncio.sleep(0.5)
    assert await place.tab.evaluate("window.ran") == ["/static/js/menu.js"]


async def test_settings_open_save_and_let_go_of_what_was_granted(place: Place) -> None:
    mark = '<script type="text/plain" data-category="{}">(window.ran = window.ran || []).push("{}")</script>'
    await place.show(mark.format("performance", "p") + mark.format("advertising", "a"))
    await place.click("settings")
    await place.tab.until(f"{BANNER}.querySelector('dialog.settings')?.open")
    await place.tab.evaluate(f"{BANNER}.querySelector('#switch-p').click()")
    await place.click("save")
    assert await place.tab.until("window.ran") == ["p"]
    assert await place.tab.evaluate("consentry.has('performance') && !consentry.has('advertising')")
    await place.tab.until("!localStorage.consentry_queue")
    assert [event["event"] for event in place.world.decisions()] == ["partial"]


async def test_a_withdrawal_removes_what_was_stored(place: Place) -> None:
    await place.show("<p>Teas</p>", release="in_place")
    await place.click("accept")
    await place.tab.until("consentry.has('advertising')")
    await place.tab.evaluate("void (document.cookie = '_ga=1;path=/;domain=larkspur.example')")
    await place.tab.evaluate("localStorage.setItem('_ads_x', '1')")
    await place.tab.evaluate("void consentry.withdraw()")
    await place.tab.until(
        "!consentry.has('advertising') && !localStorage._ads_x && !document.cookie.includes('_ga=')"
    )
    await place.tab.until("!localStorage.consentry_queue")
    assert [event["event"] for event in place.world.decisions()] == ["given", "withdrawn"]
