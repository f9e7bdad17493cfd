"""What scripts tell the console where something breaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scanner.observations import Crawl
from tests.scanner.conftest import START, Site

Run = Callable[..., Awaitable[Crawl]]


async def test_exceptions_and_console_errors_are_told_with_their_place(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<script>console.error('held', 3); console.log('fine')</script><script>missing()</script>
        <script>for (let i = 0; i < 500; i += 1) console.error('flood ' + i)</script>""",
    )
    crawl = await run_crawl()
    errors = [one for one in crawl.observations if one.kind == "page_error"]
    told = {one.name: one.details for one in errors}
    assert told["held 3"]["kind"] == "console"
    thrown = told["ReferenceError: missing is not defined"]
    assert thrown["kind"] == "exception"
    assert thrown["source"].startswith(f"{START}:")
    assert "fine" not in told
    assert len(errors) == 30
