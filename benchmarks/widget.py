"""Bytes, script time and layout shift of the widget beside other open-source ones, in one Chromium at a quarter of its speed.

    python benchmarks/widget.py [--runs 9] [--settle 1] [--json]

Each page is the same short document with one of them in its head; a page without any is the zero. Script time is what the
browser itself counts (CDP, Performance.getMetrics, ScriptDuration) from navigation until one second after load (`--settle`), in
processor time of the page's thread (`timeDomain` threadTicks), so that other programs on the machine do not count, with the
processor throttled four times; the median of the runs, taken in turns. What a widget adds to the work of styles and layout is
counted besides (RecalcStyleDuration, LayoutDuration), as one may leave to them what another does by script. Our message that
the banner was shown leaves two seconds later: `--settle 3` has it too. Bytes are those of the files that the page requested,
each compressed by itself; for ours also with the part that has the settings, which the others load at once. The peers are
fetched with `npm pack` into a scratch folder; without npm only our own figures are told.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from aiohttp import web
from playwright.async_api import Browser, async_playwright

# A program in this folder may be named as a package is; the packages are what is meant.
sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.stored import keep
from scanner.browser.find import find_browser
from widget import render
from widget.config import Item, Rule, WidgetConfig

THROTTLE = 4
NOTICE = hashlib.sha256(b"notice").hexdigest()
STYLES = ("RecalcStyleDuration", "LayoutDuration")
BODY = "<h1>Teas</h1>" + "".join(
    f'<p>Tea <a href="/{n}">number {n}</a> <img src="/i.gif" alt=""></p>' for n in range(60)
)


@dataclass(frozen=True)
class Peer:
    """A package of npm; ``head`` and ``tail`` are what its manual says to write, ``{at}`` is where its files are served."""

    package: str
    head: str
    tail: str = ""


VANILLA = """CookieConsent.run({hideFromBots:false,categories:{necessary:{enabled:true,readOnly:true},analytics:{},marketing:{}},
language:{default:'en',translations:{en:{consentModal:{title:'We use cookies',description:'Choose.',acceptAllBtn:'Accept all',
acceptNecessaryBtn:'Reject all',showPreferencesBtn:'Settings'},preferencesModal:{title:'Settings',acceptAllBtn:'Accept all',
acceptNecessaryBtn:'Reject all',savePreferencesBtn:'Save',sections:[{title:'Analytics',description:'Counts.',linkedCategory:'analytics'}]}}}}})"""
PEERS = {
    "vanilla-cookieconsent": Peer(
        "vanilla-cookieconsent@3.1.0",
        '<link rel="stylesheet" href="{at}/dist/cookieconsent.css"><script src="{at}/dist/cookieconsent.umd.js"></script>',
        f"<script>{VANILLA}</script>",
    ),
    "orejime": Peer(
        "orejime@3.2.1",
        '<link rel="stylesheet" href="{at}/dist/orejime-standard.css"><script>window.orejimeConfig={{privacyPolicyUrl:"/privacy",'
        'purposes:[{{id:"analytics",title:"Analytics",cookies:["_ga"]}},{{id:"ads",title:"Ads",cookies:["_fbp"]}}]}}</script>'
        '<script src="{at}/dist/orejime-standard-en.js"></script>',
    ),
    "klaro": Peer(
        "klaro@0.7.22",
        '<script>window.klaroConfig={{acceptAll:true,lang:"en",privacyPolicy:"/privacy",services:[{{name:"analytics",purposes:["analytics"]}},'
        '{{name:"ads",purposes:["advertising"]}}]}}</script><script defer src="{at}/dist/klaro.js"></script>',
    ),
    "tarteaucitron": Peer(
        "tarteaucitronjs@1.34.0",
        '<script src="{at}/tarteaucitron.min.js"></script><script>tarteaucitron.init({{privacyUrl:"/privacy",orientation:"bottom",'
        "useExternalCss:false,useExternalJs:false}});(tarteaucitron.job=tarteaucitron.job||[]).push('gtag')</script>",
    ),
}


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
        notice=NOTICE,
        own=("127.0.0.1",),
        always=(f"127.0.0.1:{port}",),
        rules=tuple(rules),
        items=tuple(items),
        texts={"en": render.texts("en")},
    )


def fetched(peer: Peer, folder: Path) -> dict[str, tuple[str, bytes]]:
    """The files of a peer by their path, with their type; empty without npm or without the package."""
    npm = shutil.which("npm")
    folder.mkdir()
    done = npm and subprocess.run(
        [npm, "pack", peer.package, "--silent"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if not done or done.returncode != 0:
        return {}
    files = {}
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member) if member.name.endswith((".js", ".css")) else None
            if content is not None:
                kind = "text/css" if member.name.endswith(".css") else "text/javascript"
                files[member.name.removeprefix("package")] = (kind, content.read())
    return files


def sizes(parts: list[bytes]) -> dict[str, int]:
    return {
        "raw": sum(map(len, parts)),
        "gzip": sum(len(gzip.compress(part, 9)) for part in parts),
        "brotli": sum(len(brotli.compress(part)) for part in parts),
    }


async def serve(files: dict[str, tuple[str, bytes]], asked: list[str]) -> tuple[web.AppRunner, int]:
    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
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


SHIFT = """new Promise((done) => { let sum = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value }).observe({ type: 'layout-shift', buffered: true });
setTimeout(() => done(sum), 50) })"""


async def load(browser: Browser, url: str, settle: float) -> tuple[float, float, float]:
    """Script time in milliseconds, that of styles and layout, and layout shift."""
    context = await browser.new_context()
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(url)
    await asyncio.sleep(settle)
    answer = await session.send("Performance.getMetrics")
    metrics = {metric["name"]: metric["value"] * 1000 for metric in answer["metrics"]}
    shift: float = await page.evaluate(SHIFT)
    await context.close()
    return metrics["ScriptDuration"], sum(metrics[name] for name in STYLES), shift


async def measure(runs: int, settle: float, folder: Path) -> dict[str, Any]:
    files: dict[str, tuple[str, bytes]] = {}
    asked: list[str] = []
    runner, port = await serve(files, asked)
    bundle = render.bundle(ours(port))
    files["/w/larkspur.js"] = ("text/javascript", bundle.script.encode())
    for name, content in bundle.parts.items():
        files[f"/w/{name}"] = ("text/javascript", content.encode())
    pages = {"nothing": ("", ""), "consentry": (render.snippet("/w/larkspur.js"), "")}
    for name, peer in PEERS.items():
        at = f"/peers/{name}"
        found = fetched(peer, folder / name)
        if found:
            files |= {f"{at}{path}": content for path, content in found.items()}
            pages[name] = (peer.head.format(at=at), peer.tail)
    for name, (head, tail) in pages.items():
        html = f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}<title>Shop</title></head><body>{BODY}{tail}</body></html>'
        files[f"/{name}"] = ("text/html", html.encode())
    times: dict[str, list[float]] = {name: [] for name in pages}
    styles: dict[str, list[float]] = {name: [] for name in pages}
    shifts = dict.fromkeys(pages, 0.0)
    loaded: dict[str, list[str]] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(find_browser().path))
        for run in range(runs + 1):
            for name in pages:
                asked.clear()
                script, style, shift = await load(browser, f"http://127.0.0.1:{port}/{name}", settle)
                loaded[name] = [path for path in dict.fromkeys(asked) if path in files and path != f"/{name}"]
                shifts[name] = max(shifts[name], shift)
                if run:  # the first warms up
                    times[name].append(script)
                    styles[name].append(style)
        await browser.close()
    await runner.cleanup()
    zero, plain = statistics.median(times["nothing"]), statistics.median(styles["nothing"])
    bare = render.bundle(
        WidgetConfig(
            site="larkspur",
            server="https://consent.larkspur.example",
            notice=NOTICE,
            own=("larkspur.example",),
            texts={"en": render.texts("en")},
        )
    )
    first, more = bare.script.encode(), bare.parts[render.settings_of(bare.script)["more"]].encode()
    everything = [first, *(part.encode() for part in bare.parts.values())]
    names = [name for name in pages if name != "nothing"]
    return {
        "throttle": THROTTLE,
        "runs": runs,
        "script_ms": {name: round(statistics.median(times[name]) - zero, 1) for name in names},
        "style_and_layout_ms": {name: round(statistics.median(styles[name]) - plain, 1) for name in names},
        "layout_shift": {name: round(shifts[name], 4) for name in names},
        "bytes": {
            "consentry, first part": sizes([first]),
            "consentry, with the settings": sizes([first, more]),
            "consentry, every file": sizes(everything),
            **{name: sizes([files[path][1] for path in loaded[name]]) for name in names[1:]},
        },
    }


def table(found: dict[str, Any]) -> list[dict[str, str | float | None]]:
    """One row a widget: bytes of its first load and with its settings, by gzip, script time and layout shift."""
    size = {name: f"{value['gzip'] / 1000:.1f} KB" for name, value in found["bytes"].items()}
    return [
        {
            "widget": name,
            "first load, gzip": size.get(f"{name}, first part") or size[name],
            "with the settings": size.get(f"{name}, with the settings") or size[name],
            "script time": f"{milliseconds:.0f} ms",
            "style and layout": f"{found['style_and_layout_ms'][name]:.0f} ms",
            "layout shift": found["layout_shift"][name],
        }
        for name, milliseconds in found["script_ms"].items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--settle", type=float, default=1.0, help="seconds after load that count")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(options.runs, options.settle, Path(folder)))
    versions = {peer.package.rpartition("@")[0]: peer.package.rpartition("@")[2] for peer in PEERS.values()}
    keep("widget", "beside-others", table(found), versions=versions)
    if options.json:
        json.dump(found, sys.stdout, indent=2)
        return
    print(f"Script time at {THROTTLE}x throttle, median of {options.runs}:")
    for name, value in found["script_ms"].items():
        print(
            f"  {name:34} {value:7.1f} ms   style and layout {found['style_and_layout_ms'][name]:7.1f} ms   "
            f"layout shift {found['layout_shift'][name]}"
        )
    print("Bytes:")
    for name, value in found["bytes"].items():
        print(f"  {name:34} raw {value['raw']:7,} gzip {value['gzip']:7,} brotli {value['brotli']:7,}")


if __name__ == "__main__":
    main()
