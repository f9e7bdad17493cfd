from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from consent.model.categories import Category
from scanner.browser.find import find_browser
from scanner.policy_result import (
    Group,
    PolicyAnswer,
    PolicyCookie,
    PolicyFinding,
    PolicyQuote,
    PolicyResult,
    PolicyVendor,
)
from scanner.report import Report
from scanner.reports.filters import policy, script
from scanner.reports.html_report import render
from tests.scanner.factories import (
    BEFORE,
    HOSTILE,
    REJECT,
    full_report,
    huge_report,
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


def policy_of(text: str, **more: Any) -> PolicyResult:
    """A policy with this text in every field, and a finding in every group."""
    quote = PolicyQuote(text=text, line=3, start=20, end=60)
    finding = PolicyFinding(
        rule=text, group="claim", severity="high", title=text, subject=text, quote=quote, law=text,
        source=text, why=text, fix=text, seen=(text, text),
    )  # fmt: skip
    groups: tuple[Group, ...] = get_args(Group)
    seen: dict[str, Any] = {
        "services": (text,),
        "cookies": (text,),
        "category": Category.ADVERTISING,
        "vendor": text,
    }
    return PolicyResult(
        source=text,
        title=text,
        vendors=(
            PolicyVendor(
                name=text, found="found", role="used", written=(text,), renamed=text, quote=quote, **seen
            ),
            PolicyVendor(name=text, found="no_trace", role="denied", quote=quote),
            PolicyVendor(name=text, found="not_found", role="mentioned", quote=quote),
            PolicyVendor(name=text, found="found", **seen),
        ),
        cookies=(
            PolicyCookie(
                name=text,
                found="found",
                quote=quote,
                provider=text,
                category="advertising",
                lifetime=text,
                seen_category=Category.ADVERTISING,
                seen_lifetime=text,
            ),
            PolicyCookie(name=text, found="not_found", quote=quote),
        ),
        findings=tuple(
            msgspec.structs.replace(finding, group=group, absent=group == "missing") for group in groups
        ),
        checklist=(
            PolicyAnswer(kind="right", subject=text, law=text, told=True, quote=quote),
            PolicyAnswer(kind="information", subject=text, law=text, told=False),
            PolicyAnswer(kind="information", subject=text, law=text, told=None),
        ),
        notes=(text,),
        **more,
    )


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
            policy=policy_of(evil),
        )
    )


def test_it_is_one_page_that_loads_nothing_and_runs_its_own_script_alone() -> None:
    page_bytes = render(shop_report())
    found = Elements(page_bytes)
    assert found.open == []
    assert found.names.count("script") == 1
    assert not {"link", "img", "iframe", "object", "embed", "form", "base"} & set(found.names)
    assert not [
        name for name, _ in found.attributes if name.startswith("on") or name in {"src", "srcset", "action"}
    ]
    assert {
        value for name, value in found.attributes if name == "href" and not str(value).startswith("#")
    } == set()
    assert [
        value for name, value in found.attributes if name == "content" and "default-src" in str(value)
    ] == [policy()]
    assert f"<script>{script()}</script>" in page_bytes.decode("utf-8")
    assert "url(" not in page_bytes.decode("utf-8").replace('fill="url(#', "")


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


def test_the_policy_is_told_with_its_quotes_or_why_it_could_not_be_read() -> None:
    words = "We use session cookies only."
    seen = msgspec.structs.replace(shop_report(), policy=policy_of(words))
    found = Elements(render(seen))
    text = "".join(found.text)
    assert ("href", "#policy") in found.attributes
    for part in ("Declared and found", "Contradictions", "Seen and not declared", "Declared and not seen"):
        assert part in text, part
    for part in (
        "Claims that cannot hold",
        "Rights and information",
        "What to add",
        "Nearest to what is missing",
    ):
        assert part in text, part
    assert text.count(words) > 20
    broken = PolicyResult(source="https://www.shop.example/privacy", error="The server answered 404.")
    text = "".join(Elements(render(msgspec.structs.replace(seen, policy=broken))).text)
    assert "could not be read: The server answered 404." in text
    assert "#policy" not in render(shop_report()).decode("utf-8").partition("</style>")[2]


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
    words = "We keep what you wrote to us for as long as we need it, and tell nobody of it."
    path.write_bytes(render(msgspec.structs.replace(full_report(), policy=policy_of(words))))
    shown = await opened(browser, path, viewport={"width": width, "height": 900}, color_scheme=scheme)
    results = await Axe().run(shown)
    assert results.violations_count == 0, results.generate_report()
    assert await shown.evaluate("document.documentElement.scrollWidth") == width


def test_evidence_links_lead_to_what_is_on_the_page() -> None:
    found = Elements(render(full_report()))
    ids = {value for name, value in found.attributes if name == "id"}
    links = {str(value)[1:] for name, value in found.attributes if name == "href"}
    assert links - ids == set()
    assert len(ids) == sum(name == "id" for name, _ in found.attributes)


async def test_filters_work_without_a_script(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(render(shop_report()))
    context = await browser.new_context(java_script_enabled=False)
    shown = await context.new_page()
    await shown.goto(path.as_uri())
    await shown.locator("#filter > summary").click()
    assert not await shown.locator("#f-text").is_visible()
    findings, rows = shown.locator(".finding:visible"), shown.locator(".inventory tbody tr:visible")
    high, every = await shown.locator(".finding.s-high:visible").count(), await rows.count()
    assert 0 < high < await findings.count()
    await shown.locator("#f-high").uncheck()
    assert await shown.locator(".finding.s-high:visible").count() == 0
    assert await shown.locator(".finding.s-low:visible").count() > 0
    await shown.locator("#f-state").select_option("before")
    in_before = await rows.count()
    assert 0 < in_before < every
    await shown.locator("#f-state").select_option("")
    await shown.locator("#f-party").select_option("third")
    assert 0 < await rows.count() < every
    await shown.locator("#f-party").select_option("")
    await shown.locator("#f-vendor").select_option(label="LinkedIn Ireland Unlimited Company")
    assert await rows.count() == 3
    await shown.locator("#f-vendor").select_option("")
    await shown.locator("#f-necessary").uncheck()
    assert await rows.count() < every
    await context.close()


async def test_the_script_searches_counts_opens_and_resets(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(render(shop_report()))
    context = await browser.new_context()
    shown = await context.new_page()
    errors: list[str] = []
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.on("console", lambda message: errors.append(message.text))
    await shown.goto(path.as_uri())
    told = shown.locator("#f-count")
    everything = await told.inner_text()
    await shown.locator("#filter > summary").click()
    await shown.locator("#f-text").fill("linkedin li_sugr")
    await expect(told).to_contain_text(re.compile(r"\b1 of \d+ entries"), timeout=30_000)
    await expect(shown.locator(".inventory tbody tr:visible")).to_have_count(1, timeout=30_000)
    await shown.locator("#f-reset").click()
    await expect(told).to_have_text(everything, timeout=30_000)
    await shown.locator("#f-open").click()
    assert await shown.locator("main details:not([open])").count() == 0
    assert errors == []
    await context.close()


async def test_two_thousand_items_and_five_thousand_requests_stay_a_bounded_page(tmp_path: Path) -> None:
    page_bytes = render(huge_report(items=2_000, requests=5_000, hosts=400))
    assert len(page_bytes) < 6_000_000
    assert b"more are in report.json" in page_bytes or b"more services" in page_bytes


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
