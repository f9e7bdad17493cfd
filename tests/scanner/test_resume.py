"""A scan that is killed in the middle, continued, and killed otherwise ends in the report of an unbroken one."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from consent.model.categories import ConsentState
from scanner.collectors import BaseCollector, Scene, collector_types
from scanner.hops import Hop, PageTraffic
from scanner.observations import StatePass
from scanner.partial import Acted, Jar, Partial, Step
from scanner.plan import CrawlPlan
from scanner.resume import Keeper, breaks_of, gone_since
from scanner.small_files import Answer
from scanner.states import PassResult

LINKS = "".join(f'<a href="/{number}">{number}</a> ' for number in range(1, 4))
BANNER = """<div id="banner" style="position:fixed;bottom:0;left:0">We use cookies.
<button onclick="document.cookie='choice=reject; path=/; max-age=9999'; banner.remove()">Reject all</button></div>
<script>if (document.cookie.includes("choice=")) banner.remove()</script>"""
SCRIPT = """document.cookie = "_ga=GA1.1.1.1; max-age=63072000; path=/";
localStorage.setItem("seen " + location.pathname, "yes"); sessionStorage.setItem("tab", "1");
document.createElement("canvas").toDataURL();
navigator.sendBeacon("/beacon" + location.pathname, "x");"""


class Shop:
    """Four pages that set cookies of their own; ``on_page`` is called with the page's number in the order of asking, and the one that is ``held`` waits.

    Two of them have a form, which is typed into: that takes longer than all else.
    """

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.held = 0
        self.holding, self.released = asyncio.Event(), asyncio.Event()
        self.on_page: Callable[[int], None] = lambda _: None
        self.headers: list[str] = []

    async def page(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        self.headers.append(request.headers.get("X-Staging", ""))
        self.on_page(len(self.paths))
        if len(self.paths) == self.held:
            self.holding.set()
            await self.released.wait()
        form = '<form action="/send" method="post"><input type="email" name="mail"></form>'
        form = form if request.path in {"/", "/3"} else ""
        answer = web.Response(
            text=f"<!doctype html><title>{request.path}</title>{LINKS}{BANNER}{form}<script src='/s.js'></script>",
            content_type="text/html",
        )
        answer.set_cookie(f"page{request.path.replace('/', '_')}", "v", max_age=3600, httponly=True)
        if "visitor" not in request.cookies:
            answer.set_cookie("visitor", "1", max_age=86_400)
        return answer

    async def script(self, _request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def beacon(self, _request: web.Request) -> web.Response:
        return web.Response(status=204)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/s.js", self.script)
        app.router.add_post("/beacon{path:.*}", self.beacon)
        app.router.add_get("/{path:[0-9]?}", self.page)
        return app


class Scan:
    """A running ``consentry scan`` of the shop."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def begin(cls, url: str, out: Path, *more: str) -> Scan:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "consent.cli", "scan", "shop", "--out", str(out),
                "--sites", str(sites_file(out, url)), "--header", "X-Staging: sesame", "--no-banner-audit", "--json", *more,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )
        )  # fmt: skip

    async def ended(self, code: int) -> tuple[bytes, bytes]:
        line, problem = await self.process.communicate()
        assert self.process.returncode == code, problem
        return line, problem


def kept_pages(out: Path) -> set[str]:
    """The paths of the pages that a scan which was killed had put down."""
    with contextlib.closing(sqlite3.connect(out / "scan.partial")) as database:
        return {f"/{number or ''}" for (number,) in database.execute("SELECT number FROM visits")}


def sites_file(out: Path, url: str) -> Path:
    """The site's settings: one tab, so that pages come in order, and no dwelling, of which nothing here is about."""
    path = out.with_suffix(".toml")
    path.write_text(
        f"""[sites.shop]
name = "Shop"
url = "{url}"
[sites.shop.scan]
states = ["before", "reject"]
concurrency = 1
dwell_s = 0
""",
        encoding="utf-8",
    )
    return path


def report_of(out: Path, port: int | None) -> dict[str, Any]:
    """What a report says, without what the clock and the server's port change."""
    text = (out / "report.json").read_text(encoding="utf-8")
    report = json.loads(text.replace(str(port), "8080"))

    def timeless(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: timeless(one) for key, one in value.items() if key not in {"time_ms", "action_ms"}}
        return [timeless(one) for one in value] if isinstance(value, list) else value

    kinds = (
        "pages",
        "items",
        "requests",
        "passes",
        "forms",
        "fingerprints",
        "keystrokes",
        "findings",
        "summary",
    )
    return {kind: timeless(report[kind]) for kind in kinds} | {"notes": report["tool"]["notes"]}


async def test_a_scan_that_was_killed_stopped_and_had_lost_its_site_ends_in_the_report_of_an_unbroken_one(
    tmp_path: Path,
) -> None:
    undisturbed = Shop()
    async with TestServer(undisturbed.app()) as server:
        here = server.port
        begun = await Scan.begin(str(server.make_url("/")), tmp_path / "whole")
        there = await broken_off_three_times(
            tmp_path / "broken"
        )  # side by side: a scan of one tab mostly waits
        await begun.ended(0)
    assert not (tmp_path / "whole" / "scan.partial").exists()
    whole, again = report_of(tmp_path / "whole", here), report_of(tmp_path / "broken", there)
    assert again.pop("notes")[0].startswith("continued after a break: ")
    assert whole.pop("notes") == []
    assert again == whole


async def broken_off_three_times(out: Path) -> int | None:
    """Scan with two breaks and one try while the site was away; returns the site's port."""
    here = Shop()
    async with TestServer(here.app()) as server:
        url, port = str(server.make_url("/")), server.port
        first = await Scan.begin(url, out)
        here.held = 4  # in the pass before, and never answered
        await here.holding.wait()
        await asyncio.sleep(1)  # another page had ended before this one was asked for: time to put it down
        first.process.kill()
        await first.ended(-signal.SIGKILL)
        here.released.set()
        kept = (out / "scan.partial").read_bytes() + (out / "scan.partial-wal").read_bytes()
        assert b"sesame" not in kept
        assert not (out / "report.json").exists()
        seen = kept_pages(out)
        assert len(seen) > 1

        here.paths.clear()
        here.held = 0
        second = await Scan.begin(url, out, "--resume")
        # Is it there, the start page again, one or two pages left, the revisit, the consent action, and in the pass reject: Ctrl-C.
        here.on_page = lambda number: os.kill(second.process.pid, signal.SIGINT) if number == 8 else None
        _, problem = await second.ended(130)
        assert b"scan.partial; this continues the scan:" in problem
        assert b"--header 'X-Staging: " in problem
        assert b"--resume" in problem
        assert b"sesame" not in problem
        assert b"Traceback" not in problem
        assert here.paths[:2] == ["/", "/"]
        left = set(itertools.takewhile(lambda path: path != "/", here.paths[2:]))
        assert left
        assert left.isdisjoint(seen), "what was seen is not visited again"

    _, problem = await (await Scan.begin(url, out, "--resume", "--pages", "3")).ended(2)
    assert b"pages was 20, is now 3" in problem
    assert b"Leave out --resume to scan anew" in problem
    line, _ = await (await Scan.begin(url, out, "--resume")).ended(3)
    assert json.loads(line)["summary"]["pages"]["planned"] == 4
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    partial = report["tool"]["partial"]
    assert partial["why"] == [f"{url} gives no answer any more"]
    assert partial["pages_missing"]["before"] == 0
    assert partial["pages_missing"]["reject"] in {3, 4}
    assert report["tool"]["notes"][0].startswith(
        f"partial: {url} gives no answer any more; pages not visited: "
    )
    assert {"_ga", "visitor", "page_1"} <= {item["name"] for item in report["items"]}
    assert [one["applied"] for one in report["passes"]] == [True, True]
    assert (out / "scan.partial").exists()

    here.on_page = lambda _: None
    async with TestServer(here.app(), port=port):
        line, _ = await (await Scan.begin(url, out, "--resume")).ended(0)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert json.loads(line)["summary"] == report["summary"]
    assert not (out / "scan.partial").exists()
    assert set(here.headers) == {"sesame"}
    return port


def test_every_collector_that_remembers_something_can_be_told_it_again() -> None:
    for kind in collector_types():
        remembers = (
            kind.finish is not BaseCollector.finish and kind.id != "recording"
        )  # its file is begun anew
        assert not remembers or kind.entry is not None, (
            f"{kind.id}: it must learn, so that a break costs nothing"
        )


class Jars:
    """A browser context's cookies."""

    def __init__(self, *cookies: dict[str, Any]) -> None:
        self.jar = list(cookies)

    async def read(self) -> list[dict[str, Any]]:
        return self.jar

    async def add(self, cookies: list[dict[str, Any]]) -> list[str]:
        self.jar += cookies
        return []


def cookie(name: str, value: str = "v", expires: float = -1) -> dict[str, Any]:
    return {"name": name, "value": value, "domain": ".shop.example", "path": "/", "expires": expires}


@pytest.fixture
def plan() -> CrawlPlan:
    return CrawlPlan(site="shop", start_url="https://www.shop.example/")


async def broken_off(path: Path, plan: CrawlPlan, step: Step) -> Partial:
    partial = Partial.begin(path, plan, started="")
    await partial.keep(step)
    partial.close()
    return Partial.resume(path, plan)


async def test_cookies_that_the_clean_context_lacks_are_put_back(tmp_path: Path, plan: CrawlPlan) -> None:
    jar = Jar(read_s=5.0, cookies=(cookie("kept"), cookie("new", "old value"), cookie("over", expires=1.0)))
    state_pass = StatePass(state=ConsentState.BEFORE, applied=True, banner_found=False)
    step = Step(state=ConsentState.BEFORE, number=0, learnt={}, jar=jar, acted=Acted(state_pass=state_pass))
    partial = await broken_off(tmp_path / "scan.partial", plan, step)
    jars: Any = Jars(cookie("new"))
    scene = Scene(state=ConsentState.BEFORE, context=jars)
    keeper = Keeper(partial, ConsentState.BEFORE)
    keeper._context_jar = jars
    await keeper.put_back(scene)
    await keeper.put_back(scene)
    assert {one["name"]: one["value"] for one in jars.jar} == {"new": "v", "kept": "v"}
    assert scene.put_back == {("kept", "shop.example", "/"): 5.0}
    partial.close()


async def test_values_of_the_users_login_stay_out_of_the_file(tmp_path: Path, plan: CrawlPlan) -> None:
    partial = Partial.begin(tmp_path / "scan.partial", plan, started="")
    jars: Any = Jars(cookie("login", "secret"), cookie("own"))
    scene = Scene(state=ConsentState.BEFORE, context=jars, pages=["https://www.shop.example/"])
    scene.preset_cookies = frozenset({("login", "shop.example")})
    keeper = Keeper(partial, ConsentState.BEFORE)
    keeper._context_jar = jars
    keeper.restore(scene, ())
    hop = Hop(
        page=0, url="https://www.shop.example/", method="GET", type="document", frame="", frame_id="",
        initiators=(), stack=(), after_action=True, time_ms=0.0, wall_s=0.0,
        set_cookies=("login=secret; Path=/", "own=1"), blocked=(("login=secret", ("SameSite",)),),
    )  # fmt: skip
    assert scene.kept is not None
    scene.kept[0] = {"network": [PageTraffic(hops=[hop], sockets=[])]}
    await keeper.acted(scene, StatePass(state=ConsentState.BEFORE, applied=True, banner_found=False))
    assert hop.set_cookies == ("login=secret; Path=/", "own=1"), "the scan itself still knows it"
    ((_, learnt),) = partial.learnt(ConsentState.BEFORE)
    assert b"secret" not in bytes(learnt["network"])
    assert b"login=; Path=/" in bytes(learnt["network"])
    assert [one["name"] for one in partial.jar(ConsentState.BEFORE).cookies] == ["own"]
    partial.close()


async def test_without_a_file_nothing_is_kept_and_nothing_collected_for_it() -> None:
    context: Any = Jars()
    scene = Scene(state=ConsentState.BEFORE, context=context, pages=["https://www.shop.example/"])
    keeper = Keeper(None, ConsentState.BEFORE)
    keeper.restore(scene, ())
    assert scene.kept is None
    assert not keeper.needs_context
    assert keeper.take(scene.pages, scene.pages) == {}


async def test_only_a_broken_off_scan_asks_whether_its_site_is_still_there(
    tmp_path: Path, plan: CrawlPlan
) -> None:
    async def silent(_url: str, _limit: int) -> Answer:
        return Answer(status=None)

    fresh = Partial.begin(tmp_path / "scan.partial", plan, started="")
    assert await gone_since(fresh, silent, plan.start_url) == ""
    assert await gone_since(None, silent, plan.start_url) == ""
    assert breaks_of(fresh, 0, [], 1).notes == ()
    fresh.close()


def test_the_report_tells_which_states_lack_pages(tmp_path: Path, plan: CrawlPlan) -> None:
    partial = Partial.begin(tmp_path / "scan.partial", plan, started="")
    partial.resumed = True
    results = [
        PassResult(StatePass(state=state, applied=True, banner_found=False), [], [], gone=gone)
        for state, gone in ((ConsentState.BEFORE, ""), (ConsentState.REJECT, "no answer"))
    ]
    broken = breaks_of(partial, 3, results, 2)
    assert broken.notes[0] == "partial: no answer; pages not visited: 2 in before, 2 in reject"
    assert broken.notes[1].startswith("continued after a break: 3 visits were there already")
    assert broken.tool == {"partial": {"why": ["no answer"], "pages_missing": {"before": 2, "reject": 2}}}
    partial.close()
