"""Draw a page of our own as a PDF. No script runs and nothing is loaded from the network."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from consent.model.errors import ScanError
from scanner.browser.launch import launched

_TIMEOUT_MS = 180_000
"""Time for one report; that of an ordinary site takes a few seconds."""


def print_page(page: bytes, header: str, footer: str) -> bytes:
    """Return the page (HTML in UTF-8) on A4 sheets with a header and a footer.

    Raises `BrowserNotFound` without a browser and `ScanError` where it cannot draw.
    """
    return asyncio.run(_print(page, header, footer))


async def _print(page: bytes, header: str, footer: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="consentry-print-") as folder:
        file = Path(folder) / "report.html"
        file.write_bytes(page)
        async with launched() as running:
            context = await running.new_context(java_script_enabled=False, offline=True)
            try:
                tab = await context.new_page()
                await tab.goto(file.as_uri(), timeout=_TIMEOUT_MS)
                return await asyncio.wait_for(
                    tab.pdf(
                        format="A4",
                        display_header_footer=True,
                        header_template=header,
                        footer_template=footer,
                        print_background=True,
                        margin={"top": "20mm", "bottom": "18mm", "left": "14mm", "right": "14mm"},
                        tagged=True,
                        outline=True,
                    ),
                    _TIMEOUT_MS / 1000,
                )
            except (PlaywrightError, TimeoutError) as error:
                told = (str(error).strip().splitlines() or ["it took too long"])[0]
                raise ScanError(
                    f"The browser cannot draw the report as a PDF: {told[:200]}.",
                    hint="Print report.html from a browser instead.",
                ) from error
            finally:
                await context.close()
