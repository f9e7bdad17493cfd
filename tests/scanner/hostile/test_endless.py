"""Pages that never end: each is stopped by its bound, told in plain words, and costs the others nothing.

How far a page gets before it is stopped depends on the machine; what an operator is told, and what may pass at most, do not.
"""

from __future__ import annotations

import re

import pytest

from scanner.stops import MAX_DIALOGS, MAX_DOCUMENTS
from tests.scanner.hostile.world import World

pytestmark = pytest.mark.timeout(400)  # whichever comes first waits for the scan

UNFINISHED = "the page did not finish loading within 3 s"
BUSY = "the page did not answer: its scripts keep it busy"


def build(world: World) -> None:
    world.stream("/stream", "text/html")
    world.scan("/stream")
    world.stream("/stream.bin", "text/javascript")
    world.page("/loads-stream", "<script src='/stream.bin'></script>")
    world.stream("/stream.zip", "application/zip")
    world.page(
        "/downloads",
        "<iframe src='/stream.zip'></iframe><a id=a href='/stream.zip' download>x</a><script>setInterval(() => a.click(), 50)</script>",
    )
    world.script("/js-loop", "location = '/js-loop?' + Math.random()")
    world.script(
        "/late-loop",
        "addEventListener('load', () => setTimeout(() => location = '/late-loop?' + Math.random(), 20))",
    )
    world.page("/meta-loop", "", head="<meta http-equiv=refresh content='0;url=/meta-loop'>")
    world.script(
        "/push",
        "setInterval(() => { for (let i = 0; i < 500; i++) history.pushState({}, '', '/push?' + Math.random()) }, 5)",
        burns=True,
    )
    world.script("/alerts", "document.cookie = 'alerts=1'; for (;;) alert('again')")
    world.script(
        "/stays", "onbeforeunload = (e) => { e.preventDefault(); for (;;) {} }; document.cookie = 'stays=1'"
    )
    world.script("/popups", "document.cookie = 'popups=1'; setInterval(() => open('/?popup'), 1)")
    world.script(
        "/prompts",
        "setInterval(() => { const no = () => 0; print(); document.body.requestFullscreen().catch(no);"
        "document.body.requestPointerLock(); Notification.requestPermission(); navigator.geolocation.getCurrentPosition(no);"
        "navigator.mediaDevices.getUserMedia({ video: true }).catch(no) }, 5); document.cookie = 'prompts=1'",
    )
    world.script("/spins", "document.cookie = 'spins=1'; for (;;) {}", burns=True)
    world.script(
        "/console",
        "addEventListener('load', () => setInterval(() => { for (let i = 0; i < 200; i++) console.log('x'.repeat(1e4)) }, 10))",
        burns=True,
    )
    world.page(
        "/nodes",
        "<p>x" * 100_000 + "".join(f"<a href='https://other.example/{i}'>x</a>" for i in range(10_000)),
        burns=True,
    )
    world.script(
        "/frames",
        "for (let i = 0; i < 60; i++) { const f = document.createElement('iframe'); f.src = '/?frame'; document.body.append(f) }",
        burns=True,
    )
    world.script(
        "/workers",
        "for (let i = 0; i < 20; i++) new Worker(URL.createObjectURL(new Blob(['for(;;){}'])))",
        burns=True,
    )
    jar = "www.jar.example"  # more than the 2,000 calls that a document may tell of
    world.script(
        "/jar", "for (let i = 0; i < 2200; i++) document.cookie = 'c' + i + '=' + 'v'.repeat(20)", host=jar
    )
    world.script("/shelves", "for (let i = 0; i < 2200; i++) localStorage.setItem('k' + i, 'v')", host=jar)
    for host, work in (
        (
            "www.trap.example",
            "e.respondWith(new Response('<title>trapped</title>', { headers: { 'Content-Type': 'text/html' } }))",
        ),
        ("www.silent.example", "e.respondWith(new Promise(() => {}))"),
    ):
        worker = f"onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => {{ if (!e.request.url.endsWith('/first')) {work} }}"
        world.site.add(host, "/sw.js", f"oninstall = () => skipWaiting(); {worker}", kind="text/javascript")
        world.script("/first", "navigator.serviceWorker.register('/sw.js')", host=host, burns=True)
        world.page("/second", "second", host=host, burns=True)
    world.page("/fine", "fine", Set_Cookie="fine=1")


def test_an_ordinary_page_among_them_is_seen_whole(world: World) -> None:
    assert (world.visit("/fine").status, world.told("/fine")) == ("ok", "")
    assert "fine" in world.items("cookie")
    for crawl, seeds in zip(world.crawls, (world.seeds, world.burners), strict=True):
        assert {visit.url for visit in crawl.visits} >= set(seeds)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/js-loop", f"stopped after {MAX_DOCUMENTS} navigations: the page leads on without end"),
        ("/alerts", f"stopped after {MAX_DIALOGS} dialogs: the page asks for ever"),
    ],
)
def test_what_never_ends_is_stopped_and_told(world: World, path: str, reason: str) -> None:
    page = world.reported(path)
    assert (page.status, page.error) == ("timeout", reason)
    (finding,) = [one for one in world.findings("page-stopped") if page.url in one.evidence["pages"]]
    assert finding.title.endswith(reason)


@pytest.mark.parametrize("path", ["/late-loop", "/meta-loop"])
def test_a_page_that_leads_on_at_leisure_never_stays_and_is_told_as_such(world: World, path: str) -> None:
    page = world.reported(
        path
    )  # each of its documents loads whole; how many do in its time depends on the machine
    assert page.status == "timeout"
    assert re.fullmatch(r"stopped after \d+ navigations: the page leads on without end", page.error)
    assert "navigated by itself" in world.told(path)


@pytest.mark.parametrize(("path", "word"), [("/popups", "pop-up"), ("/downloads", "download")])
def test_what_is_refused_at_once_is_told(world: World, path: str, word: str) -> None:
    assert word in world.told(path)


@pytest.mark.parametrize("path", ["/spins", "/workers", "/console", "/push", "/frames", "/nodes"])
def test_what_takes_the_machine_ends_in_time_and_is_told_in_words(world: World, path: str) -> None:
    page = world.reported(path)
    assert page.status in {"ok", "timeout"}
    if page.status == "timeout":
        assert page.error == UNFINISHED or page.error.startswith(("stopped after", "no answer within"))
    elif page.notes:
        assert page.notes[0] == BUSY


def test_a_stream_without_end_is_taken_in_part_only(world: World) -> None:
    assert world.reported("/stream").status == "timeout"
    for path in ("/stream", "/stream.bin", "/stream.zip"):
        assert 0 < world.sent[path] < 512 * 1024**2, path
    assert world.peak_mib < 700  # this process: the scan, the way out and the hostile server itself


@pytest.mark.parametrize("name", ["alerts", "popups", "spins", "stays", "prompts"])
def test_what_a_page_did_until_it_was_stopped_is_evidence(world: World, name: str) -> None:
    assert name in world.items("cookie")


def test_thousands_of_cookies_and_keys_are_bounded(world: World) -> None:
    assert 100 <= len(world.items("cookie", "www.jar.example")) <= 2_500
    assert 100 <= len(world.items("local_storage", "www.jar.example")) <= 2_500


def test_a_service_worker_is_seen_and_one_that_never_answers_is_named(world: World) -> None:
    assert world.items("service_worker", "www.trap.example") or world.items(
        "service_worker", "www.silent.example"
    )
    assert world.visit("/second", "www.trap.example").status in {"ok", "timeout"}
    silent = world.reported("/second", "www.silent.example")
    assert (silent.status, silent.error) in {
        ("ok", ""),  # it had not yet taken over
        ("timeout", "no answer within 3 s; a service worker of the site answers for it"),
    }
