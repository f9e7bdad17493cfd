"""Pages a second of the `before` pass against a bare "open the page, wait for load" loop, on one local site.

    python benchmarks/scan.py [PAGES] [CONCURRENCY]

The site runs in a process of its own: 50 pages with style, scripts, six pictures, a font and five third-party requests
that set cookies. Settling, scrolling and evidence are in the scan's figure; dwelling is not. Both loops use one browser
context, so a shared cache; the first page of each is not counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.connection
import os
import ssl
import sys
import time
from pathlib import Path

import trustme
from aiohttp import web

# A program here has the name of a package, and would be found first; the spawned server has its own path.
if str(Path(__file__).parent) in sys.path:
    sys.path.remove(str(Path(__file__).parent))

from consent.model.categories import ConsentState
from scanner.browser.launch import launched
from scanner.crawl import CrawlPlan, Progress, crawl

SHOP = "https://www.shop.example"
PICTURE = os.urandom(11_000)
FONT = os.urandom(30_000)
SCRIPT = "\n".join(f"function f{number}(x) {{ return x * {number} + 1; }}" for number in range(600))
STYLE = "\n".join(f".c{number} {{ color: #{number:06x}; padding: {number % 9}px }}" for number in range(300))


def page(number: int, pages: int) -> str:
    links = "".join(f'<a href="/p{other}">page {other}</a> ' for other in range(pages))
    pictures = "".join(f'<img src="/i{count}.png" width="100" height="80" alt="">' for count in range(6))
    return f"""<!doctype html><title>{number}</title><link rel="stylesheet" href="/s.css">
<style>@font-face {{ font-family: F; src: url(/f.woff2) }} h1 {{ font-family: F }}</style><script src="/a.js"></script>
<h1>Page {number}</h1>{links}<p class="c1">{"tea leaves and water " * 120}</p>{pictures}
<script src="https://one.track.example/t.js?p={number}"></script>
<script async src="https://two.track.example/t.js?p={number}"></script>
<iframe src="https://video.embed.example/v?p={number}"></iframe>
<img src="https://px.track.example/p.gif?p={number}" width="1" height="1" alt="">
<script>setTimeout(() => fetch("https://late.track.example/l?p={number}", {{ mode: "no-cors" }}), 100)</script>"""


def serve(pipe: multiprocessing.connection.Connection, pages: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        host, path, number = request.host.partition(":")[0], request.path, request.query.get("p", "0")
        if host == "www.shop.example":
            if path == "/" or path.startswith("/p"):
                return web.Response(text=page(int(path[2:] or 0), pages), content_type="text/html")
            kinds = {"css": ("text/css", STYLE.encode()), ".js": ("text/javascript", SCRIPT.encode())}
            kind, body = kinds.get(path[-3:], ("image/png", FONT if path.endswith("woff2") else PICTURE))
            return web.Response(body=body, content_type=kind)
        if path == "/t.js":
            script = f"document.cookie = '{host[:3]}{number}=1; path=/; max-age=9999'"
            return web.Response(text=script, content_type="text/javascript")
        cookie = {"Set-Cookie": f"{host[:2]}{number}=1; Path=/; Secure; SameSite=None"}
        return web.Response(text="<p>x</p>", content_type="text/html", headers=cookie)

    async def run() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("*.example").configure_cert(tls)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


async def bare(resolve: tuple[str, ...], pages: int, concurrency: int, *, same_tab: bool) -> float:
    async with launched(resolve=resolve, ignore_certificate_errors=True) as running:
        context = await running.new_context()
        first = await context.new_page()
        await first.goto(f"{SHOP}/p0")
        waiting = [f"{SHOP}/p{number}" for number in range(1, pages)]

        async def work() -> None:
            tab = await context.new_page()
            while waiting:
                await tab.goto(waiting.pop(0))
                if not same_tab:
                    await tab.close()
                    tab = await context.new_page()

        begun = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(concurrency)))
        return (pages - 1) / (time.perf_counter() - begun)


async def scan(resolve: tuple[str, ...], pages: int, concurrency: int) -> tuple[float, int]:
    times: list[float] = []

    def told(_: Progress) -> None:
        times.append(time.perf_counter())

    plan = CrawlPlan(
        site="benchmark",
        start_url=f"{SHOP}/p0",
        pages=pages,
        concurrency=concurrency,
        states=(ConsentState.BEFORE,),
        dwell_s=0,
        resolve=resolve,
        ignore_certificate_errors=True,
    )
    seen = await crawl(plan, on_progress=told)
    cookies = sum(observation.kind == "cookie" for observation in seen.observations)
    return (pages - 1) / (times[-1] - times[0]), cookies


async def main(pages: int, concurrency: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=serve, args=(theirs, pages), daemon=True)
    server.start()
    try:
        if not ours.poll(30):
            sys.exit("the local site did not start")
        resolve = (f"*:443=127.0.0.1:{ours.recv()}",)
        for _ in range(3):
            new = await bare(resolve, pages, concurrency, same_tab=False)
            same = await bare(resolve, pages, concurrency, same_tab=True)
            scanned, cookies = await scan(resolve, pages, concurrency)
            print(
                f"{pages} pages, {concurrency} at once, load {os.getloadavg()[0]:.1f}: bare, new tabs {new:.2f}/s; "
                f"bare, same tabs {same:.2f}/s; scan {scanned:.2f}/s with {cookies} cookies "
                f"({new / scanned:.2f}x and {same / scanned:.2f}x)",
                flush=True,
            )
    finally:
        server.terminate()


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:3]]
    asyncio.run(main(*[*given, *(50, 4)[len(given) :]]))
