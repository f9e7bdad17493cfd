"""The baseline: a plain Playwright script, as a developer writes it in an afternoon. Run by scan_peers.py.

Reads its task as JSON from the first argument: ``urls``, ``accept`` and ``reject`` (selectors that a person looked up),
``args`` (of Chromium) and ``out``. One tab, page after page; each page is loaded, scrolled and given one second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright

SETTLE_MS = 1_000
STORAGE = """() => ["localStorage", "sessionStorage"].flatMap((area) => Object.keys(window[area]).map((key) => [area, key]))"""


def visit(context: BrowserContext, task: dict[str, Any], click: str) -> dict[str, Any]:
    hosts: set[str] = set()
    storage: set[tuple[str, str, str]] = set()
    page = context.new_page()
    clicked = not click
    for number, url in enumerate(task["urls"]):
        if number == 0 and click:
            page.goto(url)
            page.wait_for_timeout(SETTLE_MS)
            control = page.locator(click).first
            clicked = control.is_visible()
            page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
            if clicked:
                control.click()
                page.wait_for_timeout(SETTLE_MS)
        elif number == 0:
            context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
        page.goto(url)
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(SETTLE_MS)
        for frame in page.frames:
            host = urlsplit(frame.url).hostname
            if host:
                storage |= {(area, key, host) for area, key in frame.evaluate(STORAGE)}
    cookies = [(cookie["name"], cookie["domain"].lstrip(".")) for cookie in context.cookies()]
    return {"cookies": cookies, "hosts": sorted(hosts), "storage": sorted(storage), "applied": clicked}


def main(task: dict[str, Any]) -> None:
    states = {"before": "", "reject": task["reject"], "accept": task["accept"]}
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=task["browser"],
            args=[*task["args"], "--disable-blink-features=AutomationControlled"],
        )
        for state, click in states.items():
            if state != "before" and not click:
                continue
            context = browser.new_context(ignore_https_errors=True)
            found[state] = visit(context, task, click)
            context.close()
        browser.close()
    Path(task["out"]).write_text(json.dumps({"states": found}), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
