"""A page that tampers with the language, and one that looks for our hooks: neither changes what the scan saw."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from aiohttp import web

from tests.scanner.conftest import SHOP
from tests.scanner.hostile.world import World

pytestmark = pytest.mark.timeout(400)  # whichever comes first waits for the scan

_TAMPER = """
const jar = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
const put = Storage.prototype.setItem;
const shelf = localStorage;
const apply = Reflect.apply;
const lie = () => { throw new Error("lied") };
addEventListener("load", () => {
  apply(jar.set, document, ["lied=1; Max-Age=86400"]);
  apply(put, shelf, ["lied", "1"]);
});
JSON.stringify = () => "{}";
JSON.parse = lie;
for (const key of ["map", "filter", "push", "slice", "join", "forEach", "includes", "indexOf", "concat"]) Array.prototype[key] = lie;
for (const key of ["slice", "indexOf", "includes", "trim", "startsWith", "split", "replace"]) String.prototype[key] = () => "lied";
Object.keys = Object.entries = () => [];
Object.defineProperty(Object.prototype, "toJSON", { value: () => ({}), configurable: true });
Object.defineProperty(Object.prototype, "type", { get: () => "timer", set: lie, configurable: true });
Function.prototype.call = Function.prototype.apply = Function.prototype.bind = lie;
Reflect.apply = lie;
Promise.prototype.then = lie;
performance.now = performance.getEntriesByType = lie;
Date.now = () => 0;
Error.prepareStackTrace = () => "lied";
Object.defineProperty(Document.prototype, "cookie", { get: () => "", set: lie });
Object.defineProperty(Document.prototype, "title", { get: () => "lied" });
document.querySelectorAll = Document.prototype.querySelectorAll = () => [];
Object.defineProperty(Document.prototype, "documentElement", { get: () => null });
Storage.prototype.getItem = Storage.prototype.key = () => null;
window.localStorage.__proto__ = null;
window.setTimeout = window.setInterval = window.requestAnimationFrame = lie;
EventTarget.prototype.addEventListener = lie;
window.fetch = lie;
"""

_LOOK = """
const found = new Set();
const look = (where, from) => {
  try { for (const key of Object.getOwnPropertyNames(where)) if (/^_[0-9a-f]{16}$/.test(key)) found.add(from) } catch { found.add("error") }
};
const forge = (where) => {
  const names = Object.getOwnPropertyNames(where).filter((key) => /^_[0-9a-f]{16}$/.test(key));
  for (const key of names) {
    where[key](JSON.stringify({ type: "cookie", api: "document.cookie", line: "forged=1", stored: true, stack: "" }));
    where[key]("x".repeat(1e8));
  }
};
look(window, "page"); forge(window);
for (const [name, set] of [["blank", () => 0], ["srcdoc", (f) => { f.srcdoc = "<p>x" }], ["own", (f) => { f.src = "/?framed" }]]) {
  const frame = document.createElement("iframe");
  set(frame);
  document.body.append(frame);
  look(frame.contentWindow, name + " at once"); forge(frame.contentWindow);
  frame.addEventListener("load", () => { look(frame.contentWindow, name); forge(frame.contentWindow) });
}
const script = `const names = Object.getOwnPropertyNames(self).filter((key) => /^_[0-9a-f]{16}$/.test(key));
  for (const key of names) self[key](JSON.stringify({ type: "cookie", api: "document.cookie", line: "forged=1", stored: true, stack: "" }));
  postMessage(names.length)`;
const worker = new Worker(URL.createObjectURL(new Blob([script])));
worker.onmessage = (event) => {
  if (event.data) found.add("worker");
  fetch("/looked");
};
addEventListener("load", () => { // when the worker and all frames have looked
  document.cookie = "bindings=" + (found.size ? [...found].join("+").replaceAll(" ", "_") : "none");
});
new Image().src = "/until-looked"; // holds the load event: a worker may take its time to start
"""
_PATIENCE_S = 20.0


async def _wait(looked: asyncio.Event, request: web.Request) -> web.Response:
    """Answer the page's picture once its worker has looked."""
    if request.path == "/looked":
        looked.set()
    else:
        async with asyncio.timeout(_PATIENCE_S):
            await looked.wait()
    return web.Response(status=204)


def build(world: World) -> None:
    world.page("/lies", '<a href="/behind-lies">on</a><script src="/tamper.js"></script>')
    world.site.add(SHOP, "/tamper.js", _TAMPER)
    world.site.page("/behind-lies", "found all the same")
    looked = asyncio.Event()
    for path in ("/looked", "/until-looked"):
        world.site.add(SHOP, path, partial(_wait, looked))
    world.script("/looks", _LOOK)
    world.script(
        "/floods",
        "for (let i = 0; i < 6000; i++) sessionStorage.setItem('flood' + i % 3, i); document.cookie = 'big=' + 'x'.repeat(5e7); document.cookie = 'flooded=1'",
    )


def test_a_page_that_tampers_with_the_language_is_seen_as_it_is(world: World) -> None:
    cookie = world.items("cookie")["lied"]
    assert cookie.set_by[0] == f"https://{SHOP}/tamper.js"
    assert cookie.via == "script"
    assert cookie.lifetime_s == 86_400
    assert world.items("local_storage")["lied"].set_by[0] == f"https://{SHOP}/tamper.js"
    assert world.reported("/lies").title == "lies"


def test_its_links_are_found(world: World) -> None:
    visit = world.visit("/behind-lies")
    assert visit.status == "ok", visit


def test_no_page_frame_or_worker_finds_our_binding(world: World) -> None:
    seen = next(
        (one for one in world.crawls[0].observations if (one.kind, one.name) == ("cookie", "bindings")), None
    )
    assert seen, world.visit("/looks")
    assert seen.value == "none"
    assert not [one for one in world.crawls[0].observations if one.name == "forged"]


def test_a_flood_of_calls_is_bounded(world: World) -> None:
    assert "flooded" in world.items("cookie")
    assert "big" not in world.items("cookie")  # the browser refuses it
