"""What `consentry doctor` looks at in the browser: one is found, it starts, and it sees what a visitor sees."""

from __future__ import annotations

import asyncio
import importlib.util

from consent.model.checks import Check, Outcome
from consent.model.errors import BrowserNotFound, ConsentryError
from scanner.browser.find import MEND, FoundBrowser, find_browser

EXTRA = "pip install 'consentry[scan]'"


def browser_checks() -> list[Check]:
    """One check where no browser is found or the extra is missing, else two: the browser, and its self-test."""
    if importlib.util.find_spec("playwright") is None:
        detail = "not looked for: scanning needs the extra [scan]; the server does not"
        return [Check(name="browser", outcome=Outcome.WARNING, detail=detail, mend=EXTRA)]
    try:
        found = find_browser()
    except BrowserNotFound as error:
        return [Check(name="browser", outcome=Outcome.FAILED, detail=error.message, mend=error.hint)]
    place = found.path or "Playwright's own download"
    check = Check(name="browser", outcome=Outcome.OK, detail=f"{found.kind} {found.version}: {place}")
    return [check, _selftest(found)]


def _selftest(found: FoundBrowser) -> Check:
    """Start the browser and let it prove itself, as at the start of each scan."""
    name = "browser self-test"
    try:
        detail = asyncio.run(_start_and_test(found))
    except ConsentryError as error:
        return Check(name=name, outcome=Outcome.FAILED, detail=error.message, mend=MEND)
    return Check(name=name, outcome=Outcome.OK, detail=detail)


async def _start_and_test(found: FoundBrowser) -> str:
    # Playwright comes with the extra [scan], which may be missing where this module is imported.
    from scanner.browser.launch import launched  # noqa: PLC0415 - see above
    from scanner.browser.selftest import selftest  # noqa: PLC0415 - see above

    async with launched(found) as browser:
        result = await selftest(browser)
    return f"starts, accepts third-party cookies, looks like a visitor's ({result.user_agent})"
