"""Small files, read through the browser's own network."""

from __future__ import annotations

import asyncio

from aiohttp import web

from scanner.browser.launch import launched
from scanner.small_files import read
from tests.scanner.conftest import SHOP, Site


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    try:
        while True:
            await answer.write(b"x" * 65_536)
    except (ConnectionError, asyncio.CancelledError):
        return answer


async def _again(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/loop")


async def test_a_file_is_read_up_to_its_limit_and_whatever_its_type(site: Site) -> None:
    site.add(SHOP, "/list.xml", "<a>ä</a>", kind="text/xml")
    site.add(SHOP, "/list.gz", b"\x1f\x8b\xff", kind="application/gzip", Content_Disposition="attachment")
    site.add(SHOP, "/moved", web.Response(status=301, headers={"Location": "/list.xml"}))
    site.add(SHOP, "/endless", _endless)
    site.add(SHOP, "/loop", _again)
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as browser:
        context = await browser.new_context(java_script_enabled=False)

        async def ask(path: str, host: str = SHOP) -> tuple[int | None, bytes, bool]:
            answer = await read(context, f"https://{host}{path}", 100, timeout_s=5)
            return answer.status, answer.body, answer.cut

        assert await ask("/list.xml") == (200, "<a>ä</a>".encode(), False)
        assert await ask("/list.gz") == (200, b"\x1f\x8b\xff", False)
        assert await ask("/moved") == (200, "<a>ä</a>".encode(), False)
        assert await ask("/endless") == (200, b"x" * 100, True)
        assert await ask("/none") == (404, b"", False)
        assert await ask("/loop") == (None, b"", False)
        assert await ask("/", "no.such.invalid") == (None, b"", False)
        assert context.pages == []


async def test_a_host_that_never_answers_is_given_up(site: Site) -> None:
    async def wait(_request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    site.add(SHOP, "/slow", wait)
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as browser:
        context = await browser.new_context()
        answer = await read(context, f"https://{SHOP}/slow", 100, timeout_s=0.5)
    assert answer.status is None
