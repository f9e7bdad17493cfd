"""Nothing leaves before consent, whatever the way in: counted where the requests would arrive."""

from __future__ import annotations

import asyncio

import pytest

from widget import holding, render

from .conftest import RULES, SHOP, World, config

pytestmark = pytest.mark.asyncio(loop_scope="session")

GA = "https://www.google-analytics.com"
ADS = "https://ad.doubleclick.net"
HEAD = {
    "classic script": f'<script src="{GA}/a.js"></script>',
    "async script": f'<script async src="{GA}/a.js"></script>',
    "deferred script": f'<script defer src="{GA}/a.js"></script>',
    "module": f'<script type="module" src="{GA}/a.js"></script>',
    "script after an inline script": f'<script>window.x=1</script><script src="{GA}/a.js"></script>',
    "script with text inside": f'<script src="{GA}/a.js">window.inner=1</script>',
    "scheme-relative script": '<script src="//www.google-analytics.com/a.js"></script>',
    "script with a base": f'<base href="{GA}/"><script src="a.js"></script>',
    "preload hint": f'<link rel="preload" as="script" href="{GA}/a.js">',
    "prefetch hint": f'<link rel="prefetch" href="{GA}/a.js">',
    "modulepreload hint": f'<link rel="modulepreload" href="{GA}/a.js">',
    "stylesheet": f'<link rel="stylesheet" href="{ADS}/a.css">',
    "imported style": f'<style>@import url("{ADS}/a.css");</style>',
    "unknown third party": '<script src="https://cdn.unknown.example/a.js"></script>',
}
BODY = {
    "image": f'<img src="{ADS}/a.gif" alt="">',
    "image set": f'<img srcset="{ADS}/a.gif 1x, {ADS}/b.gif 2x" alt="">',
    "picture": f'<picture><source srcset="{ADS}/a.gif"><img src="{ADS}/b.gif" alt=""></picture>',
    "noscript stays inert": f'<noscript><img src="{ADS}/a.gif" alt=""></noscript>',
    "frame": f'<iframe src="{ADS}/frame" title="ad"></iframe>',
    "srcdoc frame": f'<iframe title="ad" srcdoc="<img src={ADS}/a.gif>"></iframe>',
    "embed": f'<embed src="{ADS}/a.gif">',
    "object": f'<object data="{ADS}/frame"></object>',
    "video": f'<video src="{ADS}/v.mp4" poster="{ADS}/p.gif" autoplay muted></video>',
    "audio source": f'<audio autoplay muted><source src="{ADS}/v.mp3"></audio>',
    "image button": f'<input type="image" src="{ADS}/a.gif" alt="go">',
    "background": f'<div style="background:url({ADS}/a.gif);height:9px"></div>',
    "svg image": f'<svg><image href="{ADS}/a.gif" width="9" height="9"></image></svg>',
    "script at the end": f'<p>x</p><script src="{ADS}/a.js"></script>',
}
SCRIPTS = {
    "created script": f"const s=document.createElement('script');s.src='{GA}/a.js';document.head.append(s)",
    "created script, set late": f"const s=document.createElement('script');document.head.append(s);s.src='{GA}/a.js'",
    "setAttribute": f"const s=document.createElement('script');s.setAttribute('SRC','{GA}/a.js');document.head.append(s)",
    "created module": f"const s=document.createElement('script');s.type='module';s.src='{GA}/a.js';document.head.append(s)",
    "insertBefore": f"const s=document.createElement('script');s.async=1;s.src='{GA}/a.js';const f=document.getElementsByTagName('script')[0];f.parentNode.insertBefore(s,f)",
    "Image": f"new Image().src='{ADS}/a.gif'",
    "Image with a set": f"new Image().srcset='{ADS}/a.gif 2x'",
    "innerHTML": f"document.body.insertAdjacentHTML('beforeend','<img src={ADS}/a.gif>');document.createElement('div').innerHTML='<img src=\"{ADS}/a.gif\">'",
    "document.write": f'document.write(\'<script src="{GA}/a.js"><\\/script><img src="{ADS}/a.gif">\')',
    "created frame": f"const f=document.createElement('iframe');f.src='{ADS}/frame';document.body.append(f)",
    "created link": f"const l=document.createElement('link');l.href='{ADS}/a.css';l.rel='stylesheet';document.head.append(l)",
    "template": f"const t=document.createElement('template');t.innerHTML='<img src=\"{ADS}/a.gif\"><iframe src=\"{ADS}/frame\"></iframe>';document.body.append(t.content.cloneNode(true))",
    "DOMParser": f"const d=new DOMParser().parseFromString('<script src=\"{GA}/a.js\"><\\/script><iframe src=\"{ADS}/frame\"></iframe>','text/html');document.body.append(...d.head.childNodes,...d.body.childNodes)",
    "fragment": f"document.body.append(document.createRange().createContextualFragment('<script src=\"{GA}/a.js\"><\\/script>'))",
    "fetch": f"fetch('{GA}/g/collect',{{method:'POST',body:'x',mode:'no-cors'}}).catch(()=>0)",
    "XMLHttpRequest": f"const x=new XMLHttpRequest();x.open('GET','{GA}/g/collect');x.send()",
    "sendBeacon": f"navigator.sendBeacon('{GA}/g/collect','x')",
    "WebSocket": "new WebSocket('wss://ws.google-analytics.com/socket')",
    "EventSource": f"new EventSource('{GA}/events')",
    "style background": f"document.body.style.background='url({ADS}/a.gif)'",
    "font": f"new FontFace('x','url({ADS}/f.woff2)').load().catch(()=>0)",
    "same-origin frame": f"const f=document.createElement('iframe');document.body.append(f);f.contentWindow.fetch('{GA}/g/collect').catch(()=>0);new f.contentWindow.Image().src='{ADS}/a.gif'",
    "shadow root": f"const d=document.createElement('div');document.body.append(d);const r=d.attachShadow({{mode:'open'}});const i=document.createElement('img');i.src='{ADS}/a.gif';r.append(i)",
    "later": f"setTimeout(()=>{{const s=document.createElement('script');s.src='{GA}/a.js';document.head.append(s)}},50)",
}
WAYS = (
    {name: (html, "<p>Teas</p>") for name, html in HEAD.items()}
    | {name: ("", html) for name, html in BODY.items()}
    | {name: ("", f"<script>{code}</script>") for name, code in SCRIPTS.items()}
)
SILENT = {"noscript stays inert"}
"""Ways that request nothing after consent either."""


@pytest.mark.parametrize("way", WAYS)
async def test_no_third_party_request_leaves_before_or_after_a_refusal_and_all_leave_after_consent(
    world: World, way: str
) -> None:
    head, body = WAYS[way]
    page = await world.show(head, body)
    await page.locator("consentry-banner").wait_for(state="attached")
    await asyncio.sleep(0.25)
    assert world.hits == []

    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    page = await world.open("/", page)
    await asyncio.sleep(0.2)
    assert world.hits == []
    assert await world.granted() == "n"

    await page.evaluate("() => { setTimeout(() => consentry.accept()) }")  # the page may load anew
    if way in SILENT:
        return
    for _ in range(300):
        if world.hits:
            break
        await asyncio.sleep(0.05)
    assert world.hits, "consent must let it through"


async def test_where_hosts_alone_tell_what_waits_the_shield_holds_every_way_and_the_script_leaves_out_the_asking(
    world: World,
) -> None:
    world.widget = config(rules=tuple(rule for rule in RULES if rule.host != SHOP))
    assert holding.shield_suffices(world.widget)
    assert len(render.script(world.widget)) < len(render.script(config()))
    scripts = "".join(f"<script>{{{code}}}</script>" for code in SCRIPTS.values())
    page = await world.show("".join(HEAD.values()), "".join(BODY.values()) + scripts)
    await page.locator("consentry-banner").wait_for(state="attached")
    await asyncio.sleep(1)
    assert world.hits == []
    told = await page.evaluate(
        "async (url) => [await fetch(url).catch((error) => error.name), await new Promise((done) => {"
        " const r = new XMLHttpRequest(); r.onerror = () => done('error'); r.open('GET', url); r.send() }),"
        " await new Promise((done) => { new WebSocket('wss://ws.google-analytics.com/').onerror = () => done('error') })]",
        f"{GA}/g/collect",
    )
    assert told == ["TypeError", "error", "error"]
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    await world.open("/", page)
    await asyncio.sleep(0.5)
    assert world.hits == []
