from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from consent.model.categories import Category
from scanner.browser.find import find_browser
from scanner.report import Report
from scanner.reports.html_report import render
from tests.scanner.factories import (
    BEFORE,
    HOSTILE,
    REJECT,
    item,
    judged,
    page,
    passed,
    report,
    request,
    shop_report,
)

VOID = {"meta", "br", "img", "input", "link", "wbr", "hr"}


class Elements(HTMLParser):
    """Collects elements, and what is open at the end."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(data.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text.append(data)


def everywhere(evil: str) -> Report:
    """A judged report with hostile text in every field that a page can fill."""
    things = {"vendor": evil, "service": evil, "reason": evil}
    return judged(
        report(
            site=evil,
            start_url=f"https://x.example/{evil}",
            tool={"name": evil, "version": evil, "browser": evil, "command": [evil]},
            pages=(
                page(evil, "failed", title=evil, error=evil, final_url=evil + "x", outcomes={"before": evil}),
            ),
            items=(
                item(
                    evil,
                    host=evil,
                    purpose=evil,
                    set_by=(evil, evil),
                    first_page=evil,
                    pattern=evil,
                    kind=evil,
                    **things,
                ),
                item(evil, category=Category.UNCLASSIFIED, reason=evil, criterion=evil, via=evil),
            ),
            requests=(
                request(
                    f"https://x.example/?gclid=1&{evil}", host=evil, page=evil, initiators=(evil,), **things
                ),
            ),
            passes=(
                passed(BEFORE, method=evil, evidence=(evil,)),
                passed(REJECT, applied=False, reason=evil, screenshot_after=evil, method=evil),
            ),
        )
    )


def test_it_is_one_page_that_loads_nothing_and_runs_nothing() -> None:
    found = Elements(render(shop_report()))
    assert found.open == []
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base", "a:href"} & set(
        found.names
    )
    assert not [
        name for name, _ in found.attributes if name.startswith("on") or name in {"src", "srcset", "action"}
    ]
    assert {
        value for name, value in found.attributes if name == "href" and not str(value).startswith("#")
    } == set()
    policy = [value for name, value in found.attributes if name == "content" and "default-src" in str(value)]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert "url(" not in render(shop_report()).decode("utf-8").replace('fill="url(#', "")


@pytest.mark.parametrize(
    "evil",
    [
        HOSTILE,
        '"><script>alert(1)</script>',
        "' onmouseover='alert(1)",
        "javascript:alert(1)",
        "</title></style><svg onload=alert(1)>",
        "{{ 7*7 }}{% include '/etc/passwd' %}",
        "]]><!--",
        "a\ud800b",
    ],
)
def test_hostile_text_adds_no_element_and_no_attribute(evil: str) -> None:
    hostile, plain = Elements(render(everywhere(evil))), Elements(render(everywhere("plain")))
    assert Counter(hostile.names) - Counter({"wbr": 9_999}) == Counter(plain.names) - Counter({"wbr": 9_999})
    assert {name for name, _ in hostile.attributes} == {name for name, _ in plain.attributes}


def test_hidden_characters_are_spelt_out() -> None:
    text = render(everywhere(HOSTILE)).decode("utf-8")
    assert not re.search("[\x00\u202e]", text)
    assert "\\u202e" in text


@pytest.mark.parametrize(
    ("seen", "headline"),
    [
        (shop_report(), "Things that need consent happen without it."),
        (judged(report()), "Nothing that needs consent was seen without it."),
        (judged(report(pages=(page(status="not_measured"),))), "Too little is known for a verdict."),
    ],
    ids=["violations", "clean", "incomplete"],
)
def test_the_verdict_stands_on_top_in_plain_words(seen: Report, headline: str) -> None:
    text = " ".join(Elements(render(seen)).text)
    assert headline in text
    assert seen.summary["verdict_text"] in text
    assert "not a legal verdict" in text


def test_it_tells_coverage_findings_inventory_third_parties_and_checklists() -> None:
    text = re.sub(r"\s+", " ", "".join(Elements(render(shop_report())).text))
    for words in (
        "14 of 15 measured, 1 not",
        "By consentry button; the banner is gone",
        "Google Ads: 3 cookies after the visitor refused",
        "ePrivacy Directive Art. 5(3); GDPR Art. 4(11)",
        '<script src="https://consent.larkspur.example/w/larkspur.js"></script>',
        "asked: 2 years",
        "LinkedIn Ireland Unlimited Company",
        "under the site's own domain",
        "For the web developer",
        "headless-shell 142.0.7444.59",
    ):
        assert words in text, words


def test_an_unapplied_state_is_said_to_be_no_evidence() -> None:
    seen = judged(
        report(passes=(passed(BEFORE), passed(REJECT, applied=False, reason="the banner is still there")))
    )
    text = "".join(Elements(render(seen)).text)
    assert "The banner is still there" in text
    assert "not applied: no evidence" in text


def test_a_report_without_a_summary_is_summed_up() -> None:
    bare = msgspec.structs.replace(shop_report(), summary={})
    assert render(bare) == render(shop_report())


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = find_browser()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.path, env=found.environment(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


async def opened(browser: Browser, path: Path, **settings: object) -> Page:
    context = await browser.new_context(bypass_csp=True, **settings)  # type: ignore[arg-type]
    shown = await context.new_page()
    await shown.goto(path.as_uri())
    await shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    return shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_it_is_accessible_and_fits(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(render(shop_report()))
    shown = await opened(browser, path, viewport={"width": width, "height": 900}, color_scheme=scheme)
    results = await Axe().run(shown)
    assert results.violations_count == 0, results.generate_report()
    assert await shown.evaluate("document.documentElement.scrollWidth") == width


async def test_filters_work_without_a_script(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(render(shop_report()))
    shown = await opened(browser, path, java_script_enabled=True)
    assert await shown.locator(".findings.high").is_visible()
    await shown.locator("#show-high").uncheck()
    assert not await shown.locator(".findings.high").is_visible()
    assert await shown.locator(".findings.low").is_visible()
    rows = shown.locator(".inventory tbody tr:visible")
    everything = await rows.count()
    await shown.locator("#inventory-before").check()
    assert 0 < await rows.count() < everything


async def test_a_hostile_report_runs_nothing_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(
        render(
            everywhere(
                '"><img src=https://evil.example/x onerror="document.title=1"><script>alert(1)</script>'
            )
        )
    )
    context = await browser.new_context()
    shown = await context.new_page()
    asked: list[str] = []
    dialogs: list[str] = []
    shown.on("request", lambda one: asked.append(one.url))
    shown.on("dialog", lambda one: dialogs.append(one.message))
    await shown.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert dialogs == []
    assert (await shown.title()).startswith("Cookie scan of")
