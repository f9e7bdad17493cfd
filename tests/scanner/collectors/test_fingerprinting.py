"""Fingerprinting scripts and harmless users of the same interfaces, in real Chromium."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from scanner.fingerprints import techniques_of
from scanner.observations import Crawl, Observation
from tests.scanner.conftest import START, Site, observed

Run = Callable[..., Awaitable[Crawl]]

PRINTER = """
const canvas = document.createElement('canvas'); canvas.width = 240; canvas.height = 60;
const pen = canvas.getContext('2d'); pen.fillStyle = '#f60'; pen.fillRect(10, 5, 60, 20);
pen.fillStyle = '#069'; pen.fillText('Cwm fjordbank glyphs vext quiz', 2, 15); const mark = canvas.toDataURL();
const gl = document.createElement('canvas').getContext('webgl');
if (gl) { gl.getExtension('WEBGL_debug_renderer_info'); gl.getParameter(37446); }
const audio = new OfflineAudioContext(1, 5000, 44100); const tone = audio.createOscillator();
const squeeze = audio.createDynamicsCompressor(); tone.connect(squeeze); squeeze.connect(audio.destination); tone.start();
audio.startRendering().then((sound) => sound.getChannelData(0));
const span = document.createElement('span'); span.textContent = 'mmmmmmm'; document.body.append(span);
for (let i = 0; i < 60; i += 1) { span.style.fontFamily = `font${i}, serif`; span.offsetWidth; }
for (let i = 0; i < 60; i += 1) { pen.font = `20px face${i}`; pen.measureText('mmm'); }
navigator.plugins; navigator.hardwareConcurrency; navigator.deviceMemory; navigator.mimeTypes; screen.colorDepth;
navigator.maxTouchPoints; navigator.getBattery(); navigator.mediaDevices?.enumerateDevices();
"""

HARMLESS = """
const chart = document.createElement('canvas').getContext('2d'); chart.save();
for (const word of ['January', 'February', 'Turnover']) { chart.measureText(word); chart.fillStyle = 'red'; chart.fillText(word, 0, 20); }
chart.restore(); chart.canvas.toDataURL();
const emoji = document.createElement('canvas').getContext('2d'); emoji.fillText('\U0001f980', 0, 20); emoji.getImageData(0, 0, 100, 50);
const photo = document.createElement('canvas').getContext('2d'); photo.fillStyle = 'blue'; photo.fillText('Larkspur & Company', 0, 9); photo.canvas.toDataURL('image/jpeg', 0.5);
document.body.style.fontFamily = 'serif'; document.body.offsetWidth; navigator.hardwareConcurrency; screen.availWidth;
"""


def used(crawl: Crawl, script: str) -> Observation:
    return observed(crawl, "fingerprinting", script)


async def test_a_fingerprinting_script_is_told_from_harmless_ones(site: Site, run_crawl: Run) -> None:
    site.page("/", '<script src="https://tags.print.example/p.js"></script><script src="/chart.js"></script>')
    site.add("tags.print.example", "/p.js", PRINTER)
    site.add("www.shop.example", "/chart.js", HARMLESS)

    crawl = await run_crawl()

    assert crawl.tool["notes"] == []
    printer = used(crawl, "https://tags.print.example/p.js")
    assert printer.host == "tags.print.example"
    assert printer.initiators == (START,)
    apis = printer.details["apis"]
    assert apis["Canvas.toDataURL"] == 1
    assert apis["ElementFont"] == 60
    assert apis["CanvasFont"] == 60
    assert apis["Canvas.measureText"] == 60
    assert apis["OfflineAudioContext.startRendering"] == 1
    assert apis["Navigator.getBattery"] == 1
    assert set(techniques_of(printer.details)) >= {"canvas", "audio", "fonts", "hardware"}
    chart = used(crawl, f"{START}chart.js")
    assert chart.details["apis"]["Canvas.getImageData"] == 1
    assert techniques_of(chart.details) == {}


@pytest.mark.parametrize(
    "tamper",
    [
        "",
        "WeakMap.prototype.get = String.prototype.slice = RegExp.prototype.exec = () => { throw new Error('mine') };",
    ],
)
async def test_a_flood_of_calls_stays_bounded_and_hides_nothing(
    site: Site, run_crawl: Run, tamper: str
) -> None:
    site.page("/", '<script src="https://tags.print.example/flood.js"></script>')
    site.add(
        "tags.print.example",
        "/flood.js",
        f"""{tamper}
        const pen = document.createElement('canvas').getContext('2d');
        for (let i = 0; i < 10000; i += 1) {{ navigator.plugins; pen.measureText('m'); }}
        for (let i = 0; i < 400; i += 1) pen.font = `${{i}}px face${{i}}`;
        pen.font = '1px ' + 'x'.repeat(1e6); pen.fillText('y'.repeat(1e6), 0, 9);
        for (let i = 0; i < 300; i += 1) {{ pen.fillText('abcdefghijkl', 0, 9); pen.canvas.toDataURL(); }}
        document.cookie = 'late=1; path=/';""",
    )

    crawl = await run_crawl()

    flood = used(crawl, "https://tags.print.example/flood.js")
    assert flood.details["apis"]["Navigator.plugins"] == 10000
    assert flood.details["apis"]["Canvas.measureText"] == 10000
    assert flood.details["apis"]["CanvasFont"] <= 200
    assert len(flood.details["canvases"]) == 5
    assert observed(crawl, "cookie", "late").details["via"] == "script"
    assert crawl.visits[0].status == "ok"


async def test_a_page_works_as_if_nobody_watched(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<script>
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = '20px serif'; pen.fillStyle = 'red';
        let thrown = ''; try { pen.getImageData() } catch (error) { thrown = error.name }
        let illegal = ''; try { CanvasRenderingContext2D.prototype.fillText.call({}, 'x', 0, 0) } catch (error) { illegal = error.name }
        document.title = [pen.font, pen.fillStyle, pen.measureText('mm').width > 0, thrown, illegal, typeof navigator.plugins.length,
          Object.keys(Object.getOwnPropertyDescriptor(Navigator.prototype, 'plugins')).join('/')].join(' ');
        </script>""",
    )
    crawl = await run_crawl()
    assert (
        crawl.visits[0].title
        == "20px serif #ff0000 true TypeError TypeError number get/set/enumerable/configurable"
    )
