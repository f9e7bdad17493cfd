"""How fast a scan is, and how much memory it takes, on one local site.

    python benchmarks/scan.py [PAGES] [CONCURRENCY]     speed (50 pages, 4 at once)
    python benchmarks/scan.py memory [PAGES ...]        peak memory of five states (10, 50, 150 and 300 pages; Linux)
    python benchmarks/scan.py memory 60 150 --at 2      the same with another concurrency than 4

The site runs in a process of its own: pages with style, scripts, six pictures, a font, a consent banner and five
third-party requests that set cookies. Two things are measured, three times each, since machines are noisy:

- pages a second of the pass `before` against a bare "open the page, wait for load" loop at the same concurrency, with a
  new tab for each page and with tabs used again. Settling, scrolling and evidence are in the scan's figure; dwelling is
  not. Both loops use one browser context, so a shared cache; the first page of each is not counted.
- the seconds of a whole scan at its default settings, of one state and of all five, consent actions included, and how
  much of the machine's processors each left idle: what one state leaves is all that five can use besides.

Memory is the proportional set size (PSS) of our process, the driver and every process of the browser, looked at twice a
second; the highest sum counts. The sum of their resident set sizes (RSS) is told besides: it counts each page of memory
that processes share once for every one of them, so that it is no measure of what a scan takes.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.connection
import os
import ssl
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec
import trustme
from aiohttp import web

# A program here has the name of a package, and would be found first; the spawned server has its own path.
if str(Path(__file__).parent) in sys.path:
    sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.stored import keep
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
<script>setTimeout(() => fetch("https://late.track.example/l?p={number}", {{ mode: "no-cors" }}), 100)</script>
<footer><button id="settings">Cookie settings</button></footer>
<div id="cookie-banner" role="dialog" aria-label="Cookies" style="position: fixed; inset: auto 0 0 0; background: #fff" hidden>
<p>We use cookies to measure visits and for advertising. You may accept or reject them.</p>
<button value="all">Accept all</button> <button value="none">Reject all</button></div>
<script>{{
  const banner = document.getElementById("cookie-banner");
  banner.hidden = document.cookie.includes("choice=");
  document.getElementById("settings").onclick = () => {{ banner.hidden = false; }};
  for (const button of banner.querySelectorAll("button")) button.onclick = () => {{
    document.cookie = `choice=${{button.value}}; path=/; max-age=9999`;
    banner.hidden = true;
  }};
}}</script>"""


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


def planned(
    resolve: tuple[str, ...], pages: int, concurrency: int, states: Iterable[ConsentState]
) -> CrawlPlan:
    return CrawlPlan(
        site="benchmark",
        start_url=f"{SHOP}/p0",
        pages=pages,
        concurrency=concurrency,
        states=tuple(states),
        resolve=resolve,
        ignore_certificate_errors=True,
        audit_banner=True,
    )


async def scan(resolve: tuple[str, ...], pages: int, concurrency: int) -> tuple[float, int]:
    """Return pages a second of the pass `before`, and the cookies it saw."""
    times: list[float] = []

    def told(_: Progress) -> None:
        times.append(time.perf_counter())

    plan = msgspec.structs.replace(
        planned(resolve, pages, concurrency, (ConsentState.BEFORE,)), dwell_s=0, audit_banner=False
    )
    seen = await crawl(plan, on_progress=told)
    cookies = sum(observation.kind == "cookie" for observation in seen.observations)
    return (pages - 1) / (times[-1] - times[0]), cookies


async def whole(
    resolve: tuple[str, ...], pages: int, concurrency: int, states: Iterable[ConsentState]
) -> tuple[float, float]:
    """Return the seconds of a whole scan, and the share of the machine's processors that it left idle (0 to 1).

    Ends the program where a state was not reached or a page was not seen.
    """
    unused, every = processors()
    begun = time.perf_counter()
    seen = await crawl(planned(resolve, pages, concurrency, states))
    took = time.perf_counter() - begun
    missed = [one.state for one in seen.passes if not one.applied]
    if missed or len(seen.visits) != pages * len(seen.passes):
        sys.exit(f"not measured: states {missed} not applied, {len(seen.visits)} visits")
    unused, every = processors()[0] - unused, processors()[1] - every
    return took, unused / max(1, every)


def processors() -> tuple[int, int]:
    """Return how long the machine's processors were idle since its start, and all their time, in ticks (Linux; else zeros)."""
    try:
        first = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    except OSError:
        return 0, 0
    times = [int(ticks) for ticks in first]
    return times[3] + times[4], sum(times)


def watch_memory(root: int, apart: int, pipe: multiprocessing.connection.Connection) -> None:
    """Send the peaks in bytes (PSS, RSS) once something is received; ``apart`` is the site's process, which does not count."""
    peak, resident = 0, 0
    while not pipe.poll(0.5):
        sizes = [memory_of(pid) for pid in tree(root) if pid not in (apart, os.getpid())]
        peak, resident = (
            max(peak, sum(own for own, _ in sizes)),
            max(resident, sum(all_ for _, all_ in sizes)),
        )
    pipe.send((peak, resident))


def tree(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        found.append(queue.pop())
        queue += parents.get(found[-1], [])
    return found


def memory_of(pid: int) -> tuple[int, int]:
    """Return the proportional and the resident set size in bytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split()[0]: 1024 * int(line.split()[1]) for line in lines[1:]}
    return sizes.get("Pss:", 0), sizes.get("Rss:", 0)


def kept(what: str, rounds: str, target: str) -> None:
    """Keep one row for the page."""
    row = {"what is compared": what, "rounds": f"{rounds} (load {os.getloadavg()[0]:.0f})", "target": target}
    keep("scan", "ratios", [row])


async def speed(resolve: tuple[str, ...], pages: int, concurrency: int) -> None:
    about = f"{pages} pages, {concurrency} at once"
    tabs, states, unused = [], [], []
    for _ in range(3):
        new = await bare(resolve, pages, concurrency, same_tab=False)
        same = await bare(resolve, pages, concurrency, same_tab=True)
        scanned, cookies = await scan(resolve, pages, concurrency)
        tabs.append((new / scanned, same / scanned))
        print(
            f"{about}, load {os.getloadavg()[0]:.1f}: bare, new tabs {new:.2f}/s; bare, same tabs {same:.2f}/s; "
            f"scan {scanned:.2f}/s with {cookies} cookies ({new / scanned:.2f}x and {same / scanned:.2f}x)",
            flush=True,
        )
    for _ in range(3):
        one, idle = await whole(resolve, pages, concurrency, (ConsentState.BEFORE,))
        five, left = await whole(resolve, pages, concurrency, ConsentState)
        states.append(five / one)
        unused.append(idle)
        print(
            f"{about}, load {os.getloadavg()[0]:.1f}: one state {one:.1f} s, {idle:.0%} idle; five states {five:.1f} s, "
            f"{left:.0%} idle ({five / one:.2f}x)",
            flush=True,
        )
    first = "pages a second of the state `before`, without dwelling: bare loop with new tabs ÷ scan"
    kept(first, ", ".join(f"{new:.2f}" for new, _ in tabs), "≤ 1.5")
    kept(
        "the same: bare loop with the same tabs ÷ scan", ", ".join(f"{same:.2f}" for _, same in tabs), "≤ 1.5"
    )
    kept(
        "seconds of five states ÷ one state, default settings",
        ", ".join(f"{ratio:.2f}" for ratio in states),
        "< 3",
    )
    kept("processors left idle while one state is scanned", ", ".join(f"{idle:.0%}" for idle in unused), "")


async def memory(resolve: tuple[str, ...], sizes: list[int], concurrency: int, site: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    for pages in sizes:
        ours, theirs = spawn.Pipe()
        watcher = spawn.Process(target=watch_memory, args=(os.getpid(), site, theirs), daemon=True)
        watcher.start()
        took, _ = await whole(resolve, pages, concurrency, ConsentState)
        ours.send(True)
        peak, resident = ours.recv()
        told = f"{peak / 2**20:,.0f} MiB (RSS {resident / 2**20:,.0f})"
        own = f"our own process {memory_of(os.getpid())[0] / 2**20:.0f} MiB at the end"
        about = f"{pages} pages in five states" + (f", {concurrency} at once" if concurrency != 4 else "")
        print(
            f"{about}, load {os.getloadavg()[0]:.1f}: peak {told} in {took:.0f} s; {own}",
            flush=True,
        )
        kept(
            f"peak memory, {about}",
            f"{told}; {own}",
            "≤ 600 MiB",
        )
        watcher.join()


async def main(arguments: list[str]) -> None:
    at = arguments.index("--at") if "--at" in arguments else len(arguments)
    arguments, concurrency = arguments[:at], int((arguments[at + 1 :] or ["4"])[0])
    measures_memory = arguments[:1] == ["memory"]
    numbers = [int(argument) for argument in arguments[measures_memory:]]
    sizes = (numbers or [10, 50, 150, 300]) if measures_memory else [*numbers, *(50, 4)[len(numbers) :]]
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=serve, args=(theirs, max(sizes)), daemon=True)
    server.start()
    try:
        if not ours.poll(30):
            sys.exit("the local site did not start")
        resolve = (f"*:443=127.0.0.1:{ours.recv()}",)
        if measures_memory:
            await memory(resolve, sizes, concurrency, server.pid or 0)
        else:
            await speed(resolve, sizes[0], sizes[1])
    finally:
        server.terminate()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
