"""Whole pages in hostile orders, single-page applications, strict policies, dead servers, several tabs: counted at the stub."""

from __future__ import annotations

import asyncio
import contextlib
import shutil

import pytest
from playwright.async_api import Error, Page

from .conftest import CONSENT, SHOP, Theatre, World, config

pytestmark = pytest.mark.asyncio(loop_scope="session")

GA = "https://www.google-analytics.com"
ADS = "https://ad.doubleclick.net"
LOADER = f"(function(d,s){{var f=d.getElementsByTagName(s)[0],j=d.createElement(s);j.async=true;j.src='{GA}/late.js';f.parentNode.insertBefore(j,f)}})(document,'script')"
HOSTILE = {
    "a tag right after ours": ("head", f'<script src="{GA}/1.js"></script>'),
    "twenty tags in a row": (
        "head",
        "".join(f'<script src="{GA}/{n}.js"{" async" if n % 2 else ""}></script>' for n in range(20)),
    ),
    "modules, then classic": (
        "head",
        f'<script type="module" src="{ADS}/m.js"></script><script src="{ADS}/c.js"></script>',
    ),
    "module that imports": ("head", f'<script type="module">import "{ADS}/m.js"</script>'),
    "dynamic import": ("head", f"<script>import('{ADS}/m.js').catch(()=>0)</script>"),
    "import map": (
        "head",
        f'<script type="importmap">{{"imports":{{"x":"{ADS}/x.js"}}}}</script><script type="module">import "x"</script>',
    ),
    "loader in an inline script": ("body", f"<script>{LOADER}</script>"),
    "loader in onload": (
        "body",
        f'<img src="/own.gif" alt="" onerror="new Image().src=\'{ADS}/e.gif\'" onload="new Image().src=\'{ADS}/e.gif\'">',
    ),
    "loader in an event": (
        "body",
        f"<script>addEventListener('DOMContentLoaded',()=>{{{LOADER}}});addEventListener('load',()=>{{{LOADER}}})</script>",
    ),
    "loader in a microtask": ("body", f"<script>queueMicrotask(()=>{{{LOADER}}})</script>"),
    "loader in an animation frame": ("body", f"<script>requestAnimationFrame(()=>{{{LOADER}}})</script>"),
    "script that writes a script": (
        "body",
        f'<script>document.write(\'<script>document.write("<scr"+"ipt src={GA}/w.js></scr"+"ipt>")<\\/script>\')</script>',
    ),
    "saved natives of a frame": (
        "body",
        f"<script>const f=document.createElement('iframe');document.documentElement.append(f);const n=f.contentWindow.Node.prototype.appendChild;const s=document.createElement('script');s.src='{GA}/n.js';n.call(document.head,s)</script>",
    ),
    "fetch of a frame": (
        "body",
        f"<script>const f=document.createElement('iframe');document.documentElement.append(f);f.contentWindow.fetch('{ADS}/f',{{mode:'no-cors'}}).catch(()=>0)</script>",
    ),
    "blob worker": (
        "body",
        f"<script>new Worker(URL.createObjectURL(new Blob([\"fetch('{ADS}/w',{{mode:'no-cors'}}).catch(()=>0)\"])))</script>",
    ),
    "shared blob worker": (
        "body",
        f"<script>new SharedWorker(URL.createObjectURL(new Blob([\"fetch('{ADS}/w',{{mode:'no-cors'}}).catch(()=>0)\"])))</script>",
    ),
    "blob frame": (
        "body",
        f"<script>const f=document.createElement('iframe');f.src=URL.createObjectURL(new Blob(['<img src={ADS}/b.gif>'],{{type:'text/html'}}));document.body.append(f)</script>",
    ),
    "data frame": ("body", f'<iframe title="d" src="data:text/html,<img src={ADS}/b.gif>"></iframe>'),
    "nested srcdoc": (
        "body",
        f'<iframe title="d" srcdoc="<iframe srcdoc=&quot;<img src={ADS}/b.gif>&quot;></iframe>"></iframe>',
    ),
    "declarative shadow root": (
        "body",
        f'<div><template shadowrootmode="open"><img src="{ADS}/s.gif" alt=""></template></div>',
    ),
    "closed shadow root": (
        "body",
        f"<div id=h></div><script>h.attachShadow({{mode:'closed'}}).innerHTML='<img src=\"{ADS}/s.gif\">'</script>",
    ),
    "svg with a use and a script": (
        "body",
        f'<svg><script href="{GA}/s.js"></script><image href="{ADS}/i.gif"/></svg>',
    ),
    "svg feImage": (
        "body",
        f'<svg width="9" height="9"><filter id="f"><feImage href="{ADS}/i.gif"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>',
    ),
    "css everywhere": (
        "body",
        f"<style>li::before{{content:url({ADS}/1.gif)}}body{{cursor:url({ADS}/2.gif),auto;border-image:url({ADS}/3.gif)}}@font-face{{font-family:x;src:url({ADS}/4.woff2)}}p{{font-family:x}}</style><ul><li>x</li></ul><p>x</p>",
    ),
    "constructed sheet": (
        "body",
        f"<script>const s=new CSSStyleSheet();s.replaceSync('body{{background:url({ADS}/1.gif)}}');document.adoptedStyleSheets=[s]</script>",
    ),
    "style attribute set late": (
        "body",
        f"<script>setTimeout(()=>document.body.setAttribute('style','background:url({ADS}/1.gif)'))</script>",
    ),
    "form sent to a third party's frame": (
        "body",
        f'<iframe name="t" title="t"></iframe><form action="{ADS}/form" target="t" method="post"><button>x</button></form><script>document.forms[0].submit()</script>',
    ),
    "link ping": (
        "body",
        f'<a id="a" href="#x" ping="{ADS}/ping">x</a><script>a.click()</script>',
    ),
    "frame navigated by a script": (
        "body",
        f'<iframe id="f" title="t"></iframe><script>f.contentWindow.location=\'{ADS}/nav\'</script>',
    ),
    "open in a frame": (
        "body",
        f"<iframe name=\"t\" title=\"t\"></iframe><script>open('{ADS}/nav','t')</script>",
    ),
    "meta refresh in a frame": (
        "body",
        f'<iframe title="t" srcdoc="<meta http-equiv=refresh content=\'0;url={ADS}/r\'>"></iframe>',
    ),
    "media with tracks": (
        "body",
        f'<video autoplay muted crossorigin><source src="{ADS}/v.mp4"><track default src="{ADS}/t.vtt"></video>',
    ),
    "reports": (
        "body",
        f"<script>new ReportingObserver(()=>0).observe();navigator.sendBeacon('{ADS}/r','x');fetch('{ADS}/k',{{keepalive:true,mode:'no-cors'}}).catch(()=>0)</script>",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_no_page_however_ordered_lets_a_request_out_before_consent(world: World, case: str) -> None:
    place, html = HOSTILE[case]
    head, body = (html, "") if place == "head" else ("", html)
    page = await world.show(head, "<p>Teas</p>" + body)
    await page.locator("consentry-banner").wait_for(state="attached")
    await asyncio.sleep(0.3)
    assert world.hits == []
    await page.evaluate("consentry.reject()")
    page = await world.open("/", page)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await asyncio.sleep(0.3)
    assert world.hits == []


# --- single-page applications


async def navigate(page: Page, path: str) -> None:
    """What an application's router does: new address, new content."""
    await page.evaluate(
        """([path, ga, ads]) => {
          history.pushState({}, '', path);
          document.querySelector('main').innerHTML = `<h1>${path}</h1><img src="${ads}${path}.gif" alt="">
            <iframe src="https://www.youtube.com/embed${path}" width="300" height="200" title="v"></iframe>`;
          const script = document.createElement('script');
          script.src = ga + path + '.js';
          document.head.append(script);
          const marked = document.createElement('script');
          marked.type = 'text/plain';
          marked.dataset.category = 'performance';
          marked.textContent = `(window.seen = window.seen || []).push('${path}')`;
          document.body.append(marked);
        }""",
        [path, GA, ADS],
    )


async def test_views_of_an_application_wait_before_consent_and_work_after_it(world: World) -> None:
    world.widget = config(release="in_place")
    page = await world.show()
    world.pages["/two"] = world.pages["/"]
    await navigate(page, "/one")
    await asyncio.sleep(0.2)
    assert world.hits == []
    assert await page.locator("consentry-placeholder").count() == 1
    await world.click(page, "accept")
    await page.wait_for_function("window.seen")
    await navigate(page, "/two")
    await page.wait_for_function("seen.includes('/two') && window.ran?.includes('/two.js')")
    for _ in range(100):
        if len(world.hits) >= 6:
            break
        await asyncio.sleep(0.05)
    assert {hit.rpartition("/")[2] for hit in world.hits} >= {"one.js", "two.js", "two.gif", "two"}
    async with page.expect_navigation():
        await page.evaluate("void consentry.withdraw()")
    await page.locator("main").wait_for()
    world.hits.clear()
    await navigate(page, "/three")
    await asyncio.sleep(0.2)
    assert world.hits == []


# --- policies of the page


@pytest.mark.parametrize(
    "policy",
    [
        f"script-src 'nonce-abc'; connect-src https://{CONSENT}; style-src 'self'; img-src 'self'",
        f"default-src 'none'; script-src https://{CONSENT}; connect-src https://{CONSENT}",
        f"script-src 'nonce-abc' 'strict-dynamic'; connect-src https://{CONSENT}; require-trusted-types-for 'script'; trusted-types consentry",
        f"script-src https://{CONSENT}; connect-src https://{CONSENT}; require-trusted-types-for 'script'; trusted-types 'none'",
    ],
)
async def test_both_layers_work_under_the_pages_own_policy(world: World, policy: str) -> None:
    world.headers = {"Content-Security-Policy": policy}
    world.pages["/"] = world.html().replace("<script ", '<script nonce="abc" ', 1)
    page = await world.context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(f"https://{SHOP}/")
    await world.click(page, "settings")
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    for _ in range(100):  # a function that Playwright waits for would need the eval that the policy forbids
        if world.decisions():
            break
        await asyncio.sleep(0.05)
    assert [event["event"] for event in world.decisions()] == ["refused"]
    assert await world.granted() == "n"
    assert [text for text in problems if "trusted-types 'none'" not in policy or "policy" not in text] == []


# --- what is not there


MARKED = (
    f'<script type="text/plain" data-category="performance" data-src="{GA}/marked.js"></script>'
    f'<script type="text/plain" data-category="advertising">new Image().src="{ADS}/marked.gif"</script>'
    f'<iframe data-src="{ADS}/marked" data-category="advertising" title="t"></iframe>'
    f'<img data-src="{ADS}/marked.gif" data-category="advertising" alt="">'
    f'<template data-purpose="functionality"><iframe src="https://www.youtube.com/embed/marked" title="t"></iframe></template>'
)


async def test_where_the_widget_is_blocked_or_down_the_site_works_and_what_is_marked_stays_silent(
    world: World,
) -> None:
    world.widget_up = False
    page = await world.show('<script src="/static/js/menu.js"></script>', "<h1>Teas</h1>" + MARKED)
    assert await page.evaluate("window.ran") == ["/static/js/menu.js"]
    await page.context.route("**/w/*.js", lambda route: route.abort())  # as an ad blocker does
    await page.reload()
    assert await page.evaluate("window.ran") == ["/static/js/menu.js"]
    assert await page.locator("h1").inner_text() == "Teas"
    await asyncio.sleep(0.2)
    assert world.hits == []
    # What is not marked cannot be held by a script that never came; docs/widget.md says so.
    world.pages["/"] = world.html(f'<script src="{GA}/unmarked.js"></script>')
    await page.reload()
    assert world.hits == ["www.google-analytics.com/unmarked.js"]


async def test_while_a_slow_server_keeps_the_script_back_nothing_leaves(world: World) -> None:
    world.widget_ready = asyncio.Event()
    images = f'<img src="{ADS}/a.gif" alt=""><iframe src="{ADS}/f" title="t"></iframe><script src="{GA}/b.js"></script>'
    world.pages["/"] = world.html(f'<script src="{GA}/a.js" async></script>' + MARKED, images)
    page = await world.context.new_page()
    await page.goto(f"https://{SHOP}/", wait_until="commit")
    await asyncio.sleep(0.7)
    assert await page.evaluate("document.readyState") == "loading", "the page waits for what protects it"
    assert world.hits == []
    world.widget_ready.set()
    await page.locator("consentry-banner").wait_for(state="attached")
    await asyncio.sleep(0.2)
    assert world.hits == []


async def test_without_scripts_nothing_runs_and_what_is_marked_stays_silent(world: World) -> None:
    context = await world.context.browser.new_context(  # type: ignore[union-attr]  # it has one
        java_script_enabled=False, ignore_https_errors=True
    )
    try:
        world.pages["/"] = world.html(f'<script src="{GA}/a.js"></script>', "<h1>Teas</h1>" + MARKED)
        page = await context.new_page()
        await page.goto(f"https://{SHOP}/")
        assert await page.locator("h1").inner_text() == "Teas"
        assert await page.locator("consentry-banner").count() == 0
        assert world.hits == []
        assert await context.cookies() == []
    finally:
        await context.close()


# --- tabs and history


async def test_a_decision_reaches_other_tabs_at_once(world: World) -> None:
    world.widget = config(release="in_place")
    first = await world.show(f'<script src="{GA}/a.js"></script>')
    second = await world.open()
    await world.click(second, "accept")
    await first.wait_for_function("window.ran")
    assert await first.locator("consentry-banner").count() == 0
    assert len(world.decisions()) == 1


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="needs a whole Chromium: the headless shell has no such cache")
async def test_a_page_that_comes_back_from_the_cache_takes_over_what_was_decided_meanwhile(
    world: World, theatre: Theatre
) -> None:
    # Playwright switches the cache off; this browser has it as visitors do.
    browser = await theatre.launch(
        executable_path=CHROMIUM, ignore_default_args=["--disable-back-forward-cache"]
    )
    try:
        context = await browser.new_context(ignore_https_errors=True)
        page = await context.new_page()
        world.pages["/"] = world.pages["/two"] = world.html()
        await world.open("/", page)
        await page.locator("consentry-banner").wait_for(state="attached")
        await page.evaluate("addEventListener('pageshow', (event) => (window.persisted = event.persisted))")
        # What is still being sent as a page is left may keep it out of the cache.
        for _ in range(200):
            if world.events:
                break
            await asyncio.sleep(0.05)
        assert [event["event"] for event in world.events] == ["notice_shown"]
        await world.open("/two", page)
        await world.click(page, "reject")
        await page.locator("consentry-reopen").wait_for(state="attached")
        await page.evaluate("void setTimeout(() => history.back())")
        for _ in range(100):
            await asyncio.sleep(0.05)
            with contextlib.suppress(Error):  # the document is just being replaced
                if await page.evaluate("window.persisted !== undefined"):
                    break
        assert await page.evaluate("window.persisted") is True, "it is the same document, out of the cache"
        await page.locator("consentry-reopen").wait_for(state="attached")
        assert await page.locator("consentry-banner").count() == 0
    finally:
        await browser.close()
