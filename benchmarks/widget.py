"""Bytes and script time of the widget beside vanilla-cookieconsent 3.1, in one Chromium at a quarter of its speed.

    python benchmarks/widget.py [--runs 9] [--json]

Each page is the same short document with one of the two in its head; a page without either is the zero. Script time is
what the browser itself counts (CDP, Performance.getMetrics, ScriptDuration) from navigation until two seconds of quiet, with
the processor throttled four times; the median of the runs, taken in turns, so that a busy machine is fair to all. The
peer is fetched with `npm pack`; without npm only our own figures are told.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import brotli
from aiohttp import web
from playwright.async_api import Browser, async_playwright

# A program in this folder may be named as a package is; the packages are what is meant.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]

from scanner.browser.find import find_browser  # noqa: E402 - see above
from widget import render  # noqa: E402
from widget.config import Item, Rule, WidgetConfig  # noqa: E402

PEER = "vanilla-cookieconsent@3.1.0"
THROTTLE = 4
BODY = "<h1>Teas</h1>" + "".join(
    f'<p>Tea <a href="/{n}">number {n}</a> <img src="/i.gif" alt=""></p>' for n in range(60)
)
PEER_RUN = """CookieConsent.run({hideFromBots:false,categories:{necessary:{enabled:true,readOnly:true},analytics:{},marketing:{}},
language:{default:'en',translations:{en:{consentModal:{title:'We use cookies',description:'Choose.',acceptAllBtn:'Accept all',
acceptNecessaryBtn:'Reject all',showPreferencesBtn:'Settings'},preferencesModal:{title:'Settings',acceptAllBtn:'Accept all',
acceptNecessaryBtn:'Reject all',savePreferencesBtn:'Save',sections:[{title:'Analytics',description:'Counts.',linkedCategory:'analytics'}]}}}}})"""


def ours(port: int) -> WidgetConfig:
    """A site as large as most: 40 hosts, 60 items."""
    items = [
        Item(
            kind="c",
            name=f"_c{n}",
            category="p" if n % 2 else "a",
            own=1,
            http_only=0,
            vendor="Vendor",
            purpose="Counts.",
            lifetime=86_400,
        )
        for n in range(60)
    ]
    rules = [Rule(f"tracker{n}.example", "", "a", 0, f"Tracker {n}") for n in range(40)]
    server = f"http://127.0.0.1:{port}"
    return WidgetConfig(
        site="larkspur",
        server=server,
        notice="ab" * 32,
        own=("127.0.0.1",),
        always=(f"127.0.0.1:{port}",),
        rules=tuple(rules),
        items=tuple(items),
        texts={"en": render.texts("en")},
    )


def peer(folder: Path) -> dict[str, bytes]:
    """The peer's script and style sheet, by file name; empty without npm."""
    npm = shutil.which("npm")
    if npm is None:
        return {}
    done = subprocess.run(
        [npm, "pack", PEER, "--silent"], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode != 0:
        return {}
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        files = {}
        for name in ("cookieconsent.umd.js", "cookieconsent.css"):
            member = archive.extractfile(f"package/dist/{name}")
            assert member is not None
            files[name] = member.read()
        return files


def sizes(parts: list[bytes]) -> dict[str, int]:
    return {
        "raw": sum(map(len, parts)),
        "gzip": sum(len(gzip.compress(part, 9)) for part in parts),
        "brotli": sum(len(brotli.compress(part)) for part in parts),
    }


async def serve(files: dict[str, tuple[str, bytes]]) -> tuple[web.AppRunner, int]:
    async def answer(request: web.Request) -> web.Response:
        if request.path not in files:
            return web.Response(status=204)
        kind, content = files[request.path]
        return web.Response(body=content, headers={"Content-Type": kind, "Access-Control-Allow-Origin": "*"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, runner.addresses[0][1]


async def script_ms(browser: Browser, url: str, settle_s: float) -> float:
    context = await browser.new_context()
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    await session.send("Performance.enable")
    await page.goto(url)
    await asyncio.sleep(settle_s)
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    await context.close()
    return next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration") * 1000


async def measure(runs: int, folder: Path) -> dict[str, object]:
    files: dict[str, tuple[str, bytes]] = {}
    runner, port = await serve(files)
    bundle = render.bundle(ours(port))
    files["/w/larkspur.js"] = ("text/javascript", bundle.script.encode())
    for name, content in bundle.parts.items():
        files[f"/w/{name}"] = ("text/javascript", content.encode())
    theirs = peer(folder)
    heads = {
        "nothing": "",
        "consentry": render.snippet("/w/larkspur.js"),
    }
    if theirs:
        files["/peer.js"] = ("text/javascript", theirs["cookieconsent.umd.js"])
        files["/peer.css"] = ("text/css", theirs["cookieconsent.css"])
        heads["vanilla-cookieconsent"] = (
            '<link rel="stylesheet" href="/peer.css"><script src="/peer.js"></script>'
        )
    for name, head in heads.items():
        tail = f"<script>{PEER_RUN}</script>" if name.startswith("vanilla") else ""
        html = f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}<title>Shop</title></head><body>{BODY}{tail}</body></html>'
        files[f"/{name}"] = ("text/html", html.encode())
    times: dict[str, list[float]] = {name: [] for name in heads}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(find_browser().path))
        for run in range(runs + 1):
            for name in heads:
                value = await script_ms(browser, f"http://127.0.0.1:{port}/{name}", 1.0)
                if run:  # the first warms up
                    times[name].append(value)
        await browser.close()
    await runner.cleanup()
    zero = statistics.median(times["nothing"])
    bare = render.bundle(
        WidgetConfig(
            site="larkspur",
            server="https://consent.larkspur.example",
            notice="ab" * 32,
            own=("larkspur.example",),
            texts={"en": render.texts("en")},
        )
    )
    first, more = bare.script.encode(), [part.encode() for part in bare.parts.values()]
    return {
        "throttle": THROTTLE,
        "runs": runs,
        "script_ms": {
            name: round(statistics.median(found) - zero, 1)
            for name, found in times.items()
            if name != "nothing"
        },
        "bytes": {
            "consentry, first part": sizes([first]),
            "consentry, all with one language": sizes([first, *more]),
            **({"vanilla-cookieconsent": sizes(list(theirs.values()))} if theirs else {}),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(options.runs, Path(folder)))
    if options.json:
        json.dump(found, sys.stdout, indent=2)
        return
    print(f"Script time at {THROTTLE}x throttle, median of {options.runs}:")
    for name, value in found["script_ms"].items():  # type: ignore[attr-defined]  # built above
        print(f"  {name:34} {value:7.1f} ms")
    print("Bytes:")
    for name, value in found["bytes"].items():  # type: ignore[attr-defined]  # built above
        print(f"  {name:34} raw {value['raw']:7,} gzip {value['gzip']:7,} brotli {value['brotli']:7,}")


if __name__ == "__main__":
    main()
