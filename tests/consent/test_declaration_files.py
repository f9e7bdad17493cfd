from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Error, Page

from consent.declaration import declaration_of
from consent.declaration_files import declaration_file, embed_script, language_names, policy_file
from consent.model.inventory import Inventory
from consent.publication import publish
from consent.wording import languages
from tests.consent.declared_pages import Shop, shop
from tests.consent.factories import PUBLIC_URL, inventory, site

STRICT = (
    f"default-src 'none'; script-src {PUBLIC_URL}; connect-src {PUBLIC_URL}; style-src 'none';"
    " require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'"
)
DECLARATION = f"{PUBLIC_URL}/v1/sites/larkspur/declaration.html"
POLICY = f"{PUBLIC_URL}/v1/sites/larkspur/cookie-policy.html"

browsing = pytest.mark.asyncio(loop_scope="module")


def hostile() -> Inventory:
    basket = inventory().items[0]
    found = msgspec.structs.replace(basket, name="<img src=x onerror=alert(1)>", purpose="<b>bold</b>")
    return inventory(items=(*inventory().items, found), scan_id="scan-2")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def larkspur(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    async with shop(
        tmp_path_factory.mktemp("shop"), of=site(policy_url="https://www.larkspur.example/privacy")
    ) as made:
        await publish(made.store, site(), hostile(), public_url=PUBLIC_URL)
        yield made


async def until(page: Page, expression: str) -> Any:
    """Wait until something holds; the page may load anew meanwhile.

    Asked from here each time: the driver's own polling runs as the page's script, which a strict policy refuses.
    """
    async with asyncio.timeout(15):
        while True:
            with contextlib.suppress(Error):
                if found := await page.evaluate(expression):
                    return found
            await asyncio.sleep(0.05)


ROOT = "document.querySelector('[data-consentry-declaration]').shadowRoot"


@browsing
async def test_a_page_under_a_strict_policy_shows_the_declaration_and_lets_the_visitor_decide(
    larkspur: Shop,
) -> None:
    said: list[str] = []
    page = await larkspur.open("about:blank")
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(larkspur.put("/strict", policy=STRICT))
    await until(page, f"{ROOT} && {ROOT}.querySelector('table')")
    text = await page.evaluate(f"{ROOT}.textContent")
    for told in ("Cookie declaration", "IDE", "Yes: Google", "13 months", "United States", "What changed"):
        assert told in text
    assert "<img src=x onerror=alert(1)>" in text  # as text
    assert await page.evaluate(f"{ROOT}.querySelector('img, b, iframe, style, [style]')") is None
    status = f"{ROOT}.querySelector('[role=status]').textContent"
    assert "not decided yet" in await until(page, status)
    assert not await page.locator("[data-consentry-action=withdraw]").first.is_visible()
    await page.evaluate("window.consentry.accept(['performance'])")
    assert await until(page, f"{status}.startsWith('Allowed: Necessary, Performance')")
    identity = await page.evaluate("window.consentry.state().consentId")
    link = await page.evaluate(f"{ROOT}.querySelector('[part=consent-id] a').href")
    assert link == f"{PUBLIC_URL}/v1/consent/{identity}"
    await page.locator("[data-consentry-declaration] > [data-consentry-action=withdraw]").click()
    await until(
        page,
        f"window.consentry?.state().decided && !window.consentry.has('performance') && {ROOT} && {status}.startsWith('Allowed: Necessary')",
    )
    async with asyncio.timeout(15):
        while True:
            records = [json.loads(one.payload or b"{}") for one in await larkspur.store.history(identity)]
            if records[-1]["event"] == "withdrawn":
                break
            await asyncio.sleep(0.05)
    assert records[-1]["surface"] == "declaration"
    assert said == []
    await page.context.close()


@browsing
async def test_the_settings_open_from_the_declaration(larkspur: Shop) -> None:
    page = await larkspur.open(larkspur.put("/open"))
    await page.evaluate("window.consentry.ready()")
    await page.evaluate("window.consentry.reject()")
    await page.locator("[data-consentry-declaration] > [data-consentry-action=settings]").click()
    await page.locator("dialog.settings").wait_for()
    await page.context.close()


@browsing
async def test_it_speaks_the_pages_language_unless_the_address_names_one(larkspur: Shop) -> None:
    page = await larkspur.open(larkspur.put("/ar", lang="ar-EG"))
    assert (
        await until(page, f"{ROOT} && {ROOT}.querySelector('[dir=rtl] h2')?.textContent")
        == "بيان ملفات تعريف الارتباط"
    )
    await page.goto(larkspur.put("/de", lang="ar", query="?lang=de"))
    assert await until(page, f"{ROOT} && {ROOT}.querySelector('h2')?.textContent") == "Cookie-Erklärung"
    await page.goto(larkspur.put("/xx", lang="xx"))
    assert await until(page, f"{ROOT} && {ROOT}.querySelector('h2')?.textContent") == "Cookie declaration"
    await page.context.close()


@browsing
async def test_it_inherits_the_pages_font_and_takes_its_colours_from_custom_properties(
    larkspur: Shop,
) -> None:
    head = (
        "<style>body{font-family:Larkspur Serif}table{display:none}"
        "[data-consentry-declaration]{--consentry-declaration-line:rgb(1, 2, 3)}</style>"
    )
    page = await larkspur.open(larkspur.put("/styled", head=head))
    await until(page, f"{ROOT} && {ROOT}.querySelector('table')")
    style = f"getComputedStyle({ROOT}.querySelector('%s'))"
    assert "Larkspur Serif" in await page.evaluate(f"{style % 'td'}.fontFamily")
    assert await page.evaluate(f"{style % 'td'}.borderTopColor") == "rgb(1, 2, 3)"
    assert (
        await page.evaluate(f"{style % 'table'}.display") == "table"
    )  # the page's own styles end at the root
    await page.context.close()


@browsing
async def test_without_the_widget_it_says_where_the_choice_is(larkspur: Shop) -> None:
    page = await larkspur.open(larkspur.put("/bare", widget=False))
    await until(page, f"{ROOT} && {ROOT}.querySelector('table')")
    assert (
        await page.evaluate(f"{ROOT}.querySelector('[part=choice] a').href")
        == "https://www.larkspur.example/"
    )
    assert not await page.locator("[data-consentry-action=settings]").is_visible()
    await page.context.close()


@browsing
async def test_the_servers_own_page_shows_the_choice_too(larkspur: Shop) -> None:
    said: list[str] = []
    page = await larkspur.open("about:blank")
    page.on("console", lambda message: said.append(message.text))
    await page.goto(DECLARATION)
    choice = "document.querySelector('[data-consentry-choice]').shadowRoot"
    await until(page, f"{choice} && window.consentry")
    await page.evaluate("window.consentry.accept()")
    assert await until(page, f"{choice}.querySelector('[role=status]').textContent.startsWith('Allowed: ')")
    assert await page.evaluate(f"{choice}.querySelector('table')") is None
    assert said == []
    await page.context.close()


@browsing
@pytest.mark.parametrize(
    ("size", "scheme"), [((1280, 900), "light"), ((390, 844), "dark")], ids=["desktop", "phone"]
)
async def test_nobody_is_shut_out(larkspur: Shop, size: tuple[int, int], scheme: str) -> None:
    embed = larkspur.put("/axe", head="<style>:root{color-scheme:light dark}</style>")
    for url in (DECLARATION, f"{POLICY}?lang=he", embed):
        page = await larkspur.open(
            url, viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, bypass_csp=True
        )
        await until(
            page, "document.querySelector('[data-consentry-declaration], [data-consentry-choice]').shadowRoot"
        )
        results = await Axe().run(page, options={"resultTypes": ["violations"]})
        assert [(one["id"], one["nodes"]) for one in results.response["violations"]] == []
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, url
        await page.context.close()


@browsing
async def test_a_printed_policy_has_every_row_and_no_control(larkspur: Shop) -> None:
    page = await larkspur.open(f"{POLICY}?lang=de", viewport={"width": 760, "height": 1075})
    await page.emulate_media(media="print")
    assert not await page.locator("[data-consentry-choice]").is_visible()
    assert not await page.locator(".languages").is_visible()
    assert await page.locator("tbody tr").count() == 4  # the widget's own cookie is one
    assert (
        await page.evaluate("getComputedStyle(document.querySelector('thead')).display")
        == "table-header-group"
    )
    assert (await page.pdf(format="A4"))[:5] == b"%PDF-"
    await page.context.close()


def test_every_format_is_one_file_with_its_media_type() -> None:
    declared = declaration_of(site(), inventory(), "v")
    for kind, start in (("html", b"<!doctype html>"), ("json", b'{"data":'), ("md", b"# "), ("js", b"(()=>")):
        file = declaration_file(declared, site(), kind, server=PUBLIC_URL)  # type: ignore[arg-type]  # one of the four
        assert file.content.startswith(start)
        assert bool(file.policy) == (kind == "html")
    assert policy_file(declared, site(), "md", server=PUBLIC_URL).content.startswith(b"# Cookie policy")
    assert b"data-consentry-choice" not in policy_file(declared, site(), "html", server=PUBLIC_URL).content


def test_the_script_is_small_and_uses_nothing_that_a_strict_policy_refuses() -> None:
    empty = declaration_of(site(), inventory(items=(), services=()), "v")
    script = embed_script(empty, f"{PUBLIC_URL}/", fixed=False)
    data = len(msgspec.json.encode(empty))
    assert len(script) - data < 9_000
    assert f'"server":"{PUBLIC_URL}"'.encode() in script
    for refused in (b"innerHTML", b"outerHTML", b"eval(", b".style", b"insertAdjacentHTML", b"iframe"):
        assert refused not in script
    assert b"__" not in script.replace(b"__STYLE__", b"__")  # every place was filled


def test_every_language_names_itself() -> None:
    names = language_names()
    assert list(names) == list(languages())
    assert names["de"] == "Deutsch"
    assert len(set(names.values())) == len(names)
