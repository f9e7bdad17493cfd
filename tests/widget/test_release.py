"""What was held is let go on consent: in the document's order, on the same elements, with what the page gave them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import CONSENT, SHOP, World, config, item

pytestmark = pytest.mark.asyncio(loop_scope="session")

GA = "https://www.google-analytics.com"
ADS = "https://ad.doubleclick.net"


@pytest.fixture
def in_place(world: World) -> World:
    world.widget = config(release="in_place")
    return world


async def until(page: Any, expression: str) -> Any:
    # Asked from here each time: the driver's own polling runs as the page's script, which a strict policy refuses.
    async with asyncio.timeout(10):
        while not await page.evaluate(f"Boolean({expression})"):  # noqa: ASYNC110 - a page sends no event of ours
            await asyncio.sleep(0.05)
    return await page.evaluate(expression)


async def test_written_scripts_run_in_the_documents_order_without_a_reload(in_place: World) -> None:
    page = await in_place.show(
        f'<script src="{GA}/1.js"></script><script defer src="{ADS}/2.js"></script>',
        f'<script src="{GA}/3.js"></script><script type="text/plain" data-category="performance">ran.push("4")</script>'
        f'<script src="{GA}/5.js"></script>',
    )
    await page.evaluate("window.mark = 1")
    assert in_place.hits == []
    await in_place.click(page, "accept")
    assert await until(page, "window.ran?.length === 5 && ran") == ["/1.js", "/2.js", "/3.js", "4", "/5.js"]
    assert await page.evaluate("window.mark") == 1


async def test_only_the_granted_category_is_let_go(in_place: World) -> None:
    page = await in_place.show(f'<script src="{GA}/ga.js"></script><script src="{ADS}/ad.js"></script>')
    await in_place.click(page, "settings")
    await page.get_by_role("switch", name="Performance").check()
    await in_place.click(page, "save")
    await until(page, "window.ran")
    await asyncio.sleep(0.2)
    assert in_place.hits == ["www.google-analytics.com/ga.js"]
    assert await in_place.granted() == "np"


async def test_attributes_and_handlers_survive_release(in_place: World) -> None:
    page = await in_place.show(
        "",
        f'<script id="s" src="{GA}/1.js" nonce="n1" crossorigin="anonymous" onload="window.loaded=this.src"></script>'
        f'<img id="i" src="{ADS}/a.gif" alt="" onload="window.seen=1">'
        f"<script>const d=document.createElement('script');d.onload=()=>window.dynamic=1;d.src='{GA}/2.js';window.d=d;"
        "document.head.append(d)</script>",
    )
    assert await page.evaluate("d.src") == f"{GA}/2.js", "the page reads back what it wrote"
    await in_place.click(page, "accept")
    await until(page, "window.loaded && window.seen && window.dynamic")
    assert await page.evaluate("[s.nonce, s.crossOrigin, s.src, i.src]") == [
        "n1",
        "anonymous",
        f"{GA}/1.js",
        f"{ADS}/a.gif",
    ]


async def test_a_script_with_wrong_integrity_stays_refused_after_release(in_place: World) -> None:
    page = await in_place.show(
        f'<script src="{GA}/1.js" crossorigin="anonymous" integrity="sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" onerror="window.refused=1"></script>'
    )
    await in_place.click(page, "accept")
    await until(page, "window.refused")
    assert await page.evaluate("window.ran") is None


async def test_text_inside_a_held_script_never_runs(in_place: World) -> None:
    page = await in_place.show(f'<script src="{GA}/1.js">window.inner = 1</script>')
    await in_place.click(page, "accept")
    await until(page, "window.ran")
    assert await page.evaluate("window.inner") is None


async def test_marked_elements_wait_whatever_their_url_and_understand_other_tools_words(
    in_place: World,
) -> None:
    marks = (
        "data-category=performance",
        'data-cookieconsent="statistics"',
        "data-cookiecategory=analytics",
        "data-name=performance",
    )
    scripts = "".join(
        f'<script type="text/plain" {mark} data-src="/own/{number}.js"></script>'
        for number, mark in enumerate(marks)
    )
    page = await in_place.show(
        "",
        scripts
        + '<script type="text/plain" data-category="performance,marketing" src="/own/both.js"></script>',
    )
    assert in_place.own_hits == []
    await in_place.click(page, "settings")
    await page.get_by_role("switch", name="Performance").check()
    await in_place.click(page, "save")
    await until(page, "window.ran?.length === 4")
    await asyncio.sleep(0.1)
    assert sorted(in_place.own_hits) == [f"/own/{number}.js" for number in range(4)]


async def test_marked_scripts_that_a_page_inserts_after_consent_run(in_place: World) -> None:
    page = await in_place.show()
    await in_place.click(page, "accept")
    await page.evaluate(
        "const s=document.createElement('script');s.type='text/plain';s.dataset.category='marketing';s.textContent='window.late=1';"
        "document.body.append(s)"
    )
    await until(page, "window.late")


async def test_a_first_party_script_that_the_inventory_lists_waits_and_others_do_not(in_place: World) -> None:
    page = await in_place.show(
        '<script src="/static/js/ab-test.js"></script><script src="/static/js/menu.js"></script><script src="https://js.stripe.com/v3.js"></script>'
    )
    assert await page.evaluate("window.ran") == ["/static/js/menu.js", "/v3.js"]
    await in_place.click(page, "accept")
    assert await until(page, "window.ran.length === 3 && ran[2]") == "/static/js/ab-test.js"


async def test_unknown_third_parties_pass_while_a_site_is_being_discovered(world: World) -> None:
    world.widget = config(unknown="discover")
    await world.show(
        f'<script src="https://cdn.unknown.example/a.js"></script><script src="{GA}/a.js"></script>'
    )
    assert world.hits == ["cdn.unknown.example/a.js"]


async def test_cookies_and_storage_keys_of_known_names_wait_and_are_written_on_consent(
    in_place: World,
) -> None:
    page = await in_place.show(
        "",
        "<script>document.cookie='_ga_X1=1;path=/';document.cookie='lk_session=1;path=/';document.cookie='other=1;path=/';"
        "localStorage.setItem('_ads_x','1');localStorage.setItem('cart','1');sessionStorage.setItem('_ads_session','1');"
        "cookieStore.set('_ga','2')</script>",
    )
    assert await page.evaluate("document.cookie") == "lk_session=1; other=1"
    assert await page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage)]") == [["cart"], []]
    await in_place.click(page, "accept")
    await until(page, "document.cookie.includes('_ga_X1') && document.cookie.includes('_ga=2')")
    assert await page.evaluate("[localStorage._ads_x, sessionStorage._ads_session]") == ["1", "1"]


async def test_databases_of_known_names_cannot_be_opened_and_others_can(world: World) -> None:
    page = await world.show()
    opened = await page.evaluate(
        """(names) => Promise.all(names.map((name) => new Promise((done) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => done('open');
          request.onerror = () => done(request.error.name);
        })))""",
        ["ads-db", "cart-db"],
    )
    assert opened == ["AbortError", "open"]
    assert await page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") == [
        "cart-db"
    ]


async def test_service_workers_of_known_address_wait_are_registered_on_consent_and_go_on_withdrawal(
    in_place: World,
) -> None:
    worker = f"https://{SHOP}/push-worker.js"
    in_place.widget = config(release="in_place", items=(item("w", worker, "a"), item("c", "lk_session", "n")))
    page = await in_place.show(
        "",
        "<script>navigator.serviceWorker.register('/push-worker.js');navigator.serviceWorker.register('/own-worker.js', {scope: '/own/'})</script>",
    )
    count = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    await page.wait_for_function(f"() => {count}.then((count) => count === 1)")
    assert "/push-worker.js" not in in_place.own_hits
    await in_place.click(page, "accept")
    await page.wait_for_function(f"() => {count}.then((count) => count === 2)")
    async with page.expect_navigation():
        await page.evaluate("void consentry.withdraw()")
    await page.wait_for_function(
        "() => navigator.serviceWorker.getRegistrations().then((all) => all.length === 1)"
    )


async def test_a_frame_that_waits_is_replaced_by_a_placeholder_that_loads_it_once(world: World) -> None:
    page = await world.show(
        "",
        '<iframe src="https://www.youtube.com/embed/x" width="560" height="315" title="How we roast"></iframe>',
    )
    await world.click(page, "reject")
    placeholder = page.locator("consentry-placeholder")
    assert "YouTube" in await page.locator(".placeholder").inner_text()
    box = await placeholder.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (560, 315)
    await world.click(page, "once")
    await page.frame_locator("iframe").get_by_text("embedded").wait_for()
    assert world.hits == ["www.youtube.com/embed/x"]
    await world.open("/", page)
    await placeholder.wait_for()
    await asyncio.sleep(0.1)
    assert world.hits == ["www.youtube.com/embed/x"], "once is once"
    assert await world.granted() == "n"


async def test_a_placeholder_can_allow_its_category_for_good(in_place: World) -> None:
    page = await in_place.show(
        "",
        '<iframe data-src="https://www.youtube.com/embed/x" data-category="functionality" title="x"></iframe>',
    )
    await in_place.click(page, "always")
    await page.frame_locator("iframe").get_by_text("embedded").wait_for()
    assert await page.locator("consentry-placeholder").count() == 0
    assert await in_place.granted() == "nf"
    assert in_place.decisions()[-1]["surface"] == "placeholder"


async def test_requests_that_are_held_fail_as_network_errors_do(in_place: World) -> None:
    page = await in_place.show()
    outcome = await page.evaluate(
        """async (url) => {
          const socket = new WebSocket('wss://ws.google-analytics.com/');
          const closed = new Promise((done) => (socket.onclose = () => done(socket.readyState)));
          const xhr = new XMLHttpRequest();
          xhr.open('GET', url);
          const failed = new Promise((done) => (xhr.onerror = () => done('error')));
          xhr.send();
          return [await fetch(url).catch((error) => error.name), await failed, await closed, navigator.sendBeacon(url, 'x')];
        }""",
        f"{GA}/g/collect",
    )
    assert outcome == ["TypeError", "error", 3, False]
    assert in_place.hits == []


async def test_the_page_is_clean_under_a_strict_policy_with_trusted_types(in_place: World) -> None:
    in_place.headers = {
        "Content-Security-Policy": f"script-src https://{CONSENT} https://*.google-analytics.com 'nonce-abc'; style-src 'self'; "
        "require-trusted-types-for 'script'; trusted-types consentry"
    }
    in_place.pages["/"] = in_place.html(f'<script src="{GA}/1.js"></script>')
    page = await in_place.context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(f"https://{SHOP}/")
    await in_place.click(page, "settings")
    await in_place.click(page, "accept")
    await until(page, "window.ran")
    assert problems == []


async def test_the_shield_leaves_the_sites_own_subdomains_and_necessary_hosts_alone(world: World) -> None:
    page = await world.show(
        '<script src="https://static.larkspur.example/lib.js"></script><script src="https://js.stripe.com/v3.js"></script>'
    )
    assert await page.evaluate("window.ran") == ["/lib.js", "/v3.js"]
