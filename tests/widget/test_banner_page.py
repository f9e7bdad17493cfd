"""What the visitor sees and does, in a real Chromium."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from consent.model.records import parse_event
from widget import render

from .conftest import SHOP, World, config, item

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = {"desktop": (1280, 800), "phone": (390, 844), "narrow": (320, 568)}


async def css(page: Page, action: str) -> dict[str, Any]:
    style: dict[str, Any] = await page.locator(f"[data-consentry-action={action}]").last.evaluate(
        """(button) => { const style = getComputedStyle(button), box = button.getBoundingClientRect();
        return Object.fromEntries([...style].filter((name) => !/^(--|inline-size|width|perspective|transform-origin)/.test(name))
          .map((name) => [name, style[name]]).concat([['area', Math.round(box.width) * Math.round(box.height)], ['top', box.top]])); }"""
    )
    return style


@pytest.mark.parametrize("layer", ["banner", "settings"])
@pytest.mark.parametrize("size", SIZES)
async def test_accept_and_reject_stand_beside_each_other_in_the_same_style(
    world: World, size: str, layer: str
) -> None:
    page = await world.context.new_page()
    await page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    world.pages["/"] = world.html()
    await world.open("/", page)
    if layer == "settings":
        await world.click(page, "settings")
        await page.mouse.move(5, 5)
    await page.wait_for_timeout(300)  # the entrance animation ends
    assert await css(page, "accept") == await css(page, "reject")
    for action in ("accept", "reject"):
        assert await page.locator(f"[data-consentry-action={action}]").last.evaluate(
            "(b) => { const r = b.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }"
        ), f"{action} is in sight without scrolling"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing_in_either_layer(world: World, size: str, scheme: Any) -> None:
    world.widget = config(accent="#e0a800")
    page = await world.context.new_page()
    await page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    world.pages["/"] = world.html("", "<h1>Teas</h1><p>First flush.</p>")
    await world.open("/", page)
    assert await _violations(page) == []
    await world.click(page, "settings")
    for summary in await page.locator("summary").all():
        await summary.click()
    await page.wait_for_function(
        "(({shadowRoot}) => shadowRoot.querySelectorAll('.category details').length === shadowRoot.querySelectorAll('tbody').length)(document.querySelector('consentry-banner'))"
    )
    assert await _violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.locator("dialog").evaluate("(d) => d.scrollWidth <= d.clientWidth")
    assert await page.locator("dialog").evaluate("(d) => d.offsetWidth <= Math.min(720, innerWidth - 24)")
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    assert await _violations(page) == []


async def _violations(page: Page) -> list[str]:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = await Axe().run(page, options=options)
    return [f"{v['id']}: {[node['html'][:120] for node in v['nodes']]}" for v in found.response["violations"]]


async def test_nothing_is_stored_before_a_decision_and_nothing_but_a_choice_decides(world: World) -> None:
    page = await world.show("", "<h1>Teas</h1>" + "<p>Tea.</p>" * 300)
    world.pages["/teas"] = world.pages["/"]
    await page.mouse.wheel(0, 3000)
    await page.mouse.click(400, 100)
    await page.keyboard.press("Escape")
    await page.evaluate("history.pushState({}, '', '/teas')")
    await page.reload()
    await page.wait_for_timeout(200)
    assert await world.context.cookies() == []
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await page.locator("consentry-banner").count() == 1
    assert {event["event"] for event in world.events} == {"notice_shown"}
    assert await page.evaluate("consentry.has('performance')") is False


async def test_every_event_is_one_that_the_server_accepts(world: World) -> None:
    page = await world.show()
    async with page.expect_navigation():
        await world.click(page, "accept")
    await page.locator("consentry-reopen").wait_for(state="attached")
    await page.wait_for_function("!localStorage.consentry_queue")
    await page.evaluate("() => { setTimeout(() => consentry.withdraw()) }")  # the page loads anew
    await page.wait_for_function(
        "!localStorage.consentry_queue && document.cookie.includes('c%22%3A%22n%22')"
    )
    await asyncio.sleep(0.3)
    kinds = []
    for event in world.events:
        parsed = parse_event(json.dumps(event).encode())
        kinds.append((parsed.event, parsed.action, parsed.surface))
    assert ("notice_shown", "none", "banner") in kinds
    assert [kind for kind in kinds if kind[0] != "notice_shown"] == [
        ("given", "accept_all", "banner"),
        ("withdrawn", "withdraw", "none"),
    ]
    given, withdrawn = world.decisions()
    assert given["consent_id"] == withdrawn["consent_id"]
    assert withdrawn["previous_record_id"].startswith("record-")
    assert given["page"] == f"https://{SHOP}/"


async def test_settings_start_with_all_but_necessary_off_and_list_what_the_scan_found(world: World) -> None:
    page = await world.show()
    await world.click(page, "settings")
    states = {
        await switch.get_attribute("name"): (await switch.is_checked(), await switch.is_disabled())
        for switch in await page.get_by_role("switch").all()
    }
    assert states == {
        "necessary": (True, True),
        "performance": (False, False),
        "functionality": (False, False),
        "advertising": (False, False),
    }
    await page.locator("summary").nth(1).click()
    rows = page.locator(".category").nth(1).locator("tbody tr")
    await rows.first.wait_for()
    assert await rows.first.locator("th, td").all_inner_texts() == [
        "_ga",
        "Google",
        "Counts visits.",
        "13 months",
    ]


async def test_what_was_found_is_loaded_once_somebody_unfolds_it_and_asked_for_again_where_that_failed(
    world: World,
) -> None:
    page = await world.show()
    await world.click(page, "settings")
    summary = page.locator(".category summary").first
    world.server_up = False
    loaded = len(world.parts)
    await summary.click()
    await page.locator(".category", has_text="You can accept or reject here").first.wait_for()
    assert len(world.parts) == loaded + 1
    assert await page.locator("tbody").count() == 0
    world.server_up = True
    await summary.click()
    await summary.click()
    await page.locator(".category tbody").wait_for()
    assert "lk_session" in await page.locator("tbody").inner_text()
    assert not await page.locator(".category", has_text="You can accept or reject here").count()
    await page.locator(".category summary").nth(1).click()
    await page.locator(".category tbody").nth(1).wait_for()
    assert len(world.parts) == loaded + 2


async def test_settings_keep_the_keyboard_and_give_it_back(world: World) -> None:
    page = await world.show("", '<a href="#x">First link</a>')
    await page.keyboard.press("Tab")
    focused = "(function at(r){const e=r.activeElement;return e?.shadowRoot?at(e.shadowRoot):e})(document)"
    assert await page.evaluate(f"{focused}.textContent") == "Privacy policy", "the banner comes first"
    for _ in range(4):
        await page.keyboard.press("Tab")
    assert await page.evaluate(f"{focused}.dataset.consentryAction") == "settings"
    await page.keyboard.press("Enter")
    await page.locator("dialog.settings").wait_for()
    assert await page.evaluate(f"{focused}.id") == "settings-title"
    for _ in range(30):
        await page.keyboard.press("Tab")
        assert await page.evaluate(f"{focused} === document.body || !!{focused}.closest('dialog')"), (
            "Tab stays inside"
        )
    await page.keyboard.press("Escape")
    await page.locator("dialog").wait_for(state="detached")
    assert await page.evaluate(f"{focused}.dataset.consentryAction") == "settings"
    assert await world.granted() is None


async def test_escape_on_the_banner_refuses_and_is_recorded_as_closing(world: World) -> None:
    page = await world.show()
    await page.locator("[data-consentry-action=accept]").focus()
    await page.keyboard.press("Escape")
    await page.locator("consentry-reopen").wait_for(state="attached")
    await page.wait_for_function("!localStorage.consentry_queue")
    assert await world.granted() == "n"
    assert [(event["event"], event["action"]) for event in world.decisions()] == [("refused", "close")]


async def test_the_reopen_control_stays_and_shows_the_visitors_own_record(world: World) -> None:
    page = await world.show()
    await world.click(page, "reject")
    await page.wait_for_function("document.cookie && !localStorage.consentry_queue")
    page = await world.open("/", page)
    assert await page.locator("consentry-banner").count() == 0
    reopen = page.locator("[data-consentry-action=reopen]")
    await reopen.focus()
    await page.keyboard.press("Enter")
    await page.locator("dialog.settings").wait_for()
    consent_id = await page.locator("code").inner_text()
    assert consent_id == world.decisions()[0]["consent_id"]
    link = page.get_by_role("link", name="Show my consent record")
    assert await link.get_attribute("href") == f"https://consent.larkspur.example/v1/consent/{consent_id}"
    await page.keyboard.press("Escape")
    await page.locator("consentry-banner").wait_for(state="detached")
    assert await reopen.evaluate("(b) => b.getRootNode().activeElement === b"), "focus returns"


async def test_a_visitor_reads_their_decisions_and_keeps_the_receipt(world: World) -> None:
    page = await world.show()
    await world.click(page, "reject")
    await page.wait_for_function("document.cookie && !localStorage.consentry_queue")
    page = await world.open("/", page)
    await world.click(page, "reopen")
    await page.locator(".record summary").click()
    await page.locator(".record li").wait_for()
    assert (await page.locator(".record li").inner_text()).endswith(": Necessary")
    async with page.expect_download() as found:
        await world.click(page, "download")
    receipt = json.loads((await (await found.value).path()).read_text())
    assert [entry["record"]["event"] for entry in receipt["records"]] == ["notice_shown", "refused"]
    world.server_up = False
    await world.click(page, "download")
    await page.locator(".record [role=status]", has_text="cannot be loaded").wait_for()


async def test_withdrawing_takes_no_more_clicks_than_accepting(world: World) -> None:
    """Accepting takes one click; with the control that stays, two: open, reject. A page's own link needs one."""
    page = await world.show("", '<a href="#" data-consentry-action="withdraw" id="out">Withdraw consent</a>')
    async with page.expect_navigation():
        await world.click(page, "accept")
    await page.locator("consentry-reopen").wait_for(state="attached")
    async with page.expect_navigation():
        await page.locator("#out").click()
    assert await world.granted() == "n"


@pytest.mark.parametrize("days", [180, 30])
async def test_yes_and_no_hold_equally_long_and_are_then_asked_anew(world: World, days: int) -> None:
    world.widget = config(days=days)
    for action in ("accept", "reject"):
        await world.context.clear_cookies()
        page = await world.show()
        await world.click(page, action)
        await page.locator("consentry-reopen").wait_for(state="attached")
        await page.wait_for_function("!localStorage.consentry_queue")
        cookie = next(cookie for cookie in await world.context.cookies() if cookie["name"] == "consentry")
        now = time.time()
        assert abs(cookie["expires"] - now - days * 86400) < 60
        assert (cookie["domain"], cookie["path"], cookie["secure"], cookie["sameSite"]) == (
            ".larkspur.example",
            "/",
            True,
            "Lax",
        )
    value = {"v": 1, "id": "A" * 22, "n": "ab" * 8, "t": int(now - days * 86400 - 5), "c": "npfa", "r": ""}
    await world.context.clear_cookies()
    await world.context.add_cookies(
        [{"name": "consentry", "value": quote(json.dumps(value)), "domain": ".larkspur.example", "path": "/"}]
    )
    page = await world.open()
    await page.locator("consentry-banner").wait_for(state="attached")
    assert await page.evaluate("consentry.has('advertising')") is False


async def test_a_changed_notice_asks_again_and_keeps_the_consent_id(world: World) -> None:
    page = await world.show()
    await world.click(page, "accept")
    await page.locator("consentry-reopen").wait_for(state="attached")
    # What was held back is let go by loading anew, once the decision is sent: the next visit must not run into that.
    await page.wait_for_function("performance.getEntriesByType('navigation')[0].type === 'reload'")
    await page.wait_for_function("!localStorage.consentry_queue")
    world.widget = config(notice="cd" * 32)
    page = await world.open("/", page)
    assert "has changed" in await page.locator(".banner").inner_text()
    assert await page.evaluate("consentry.has('performance')") is False
    await world.click(page, "reject")
    await page.wait_for_function("!localStorage.consentry_queue")
    first, second = world.decisions()
    assert first["consent_id"] == second["consent_id"]
    assert second["notice_version"] == "cd" * 32


async def test_a_server_that_is_down_loses_no_decision_and_opens_nothing(world: World) -> None:
    page = await world.show('<script src="https://www.google-analytics.com/a.js"></script>')
    world.server_up = False
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    page = await world.open("/", page)
    await page.wait_for_timeout(200)
    assert world.hits == []
    assert world.decisions() == []
    assert len(await page.evaluate("JSON.parse(localStorage.consentry_queue)")) == 1
    world.server_up = True
    page = await world.open("/", page)
    await page.wait_for_function("!localStorage.consentry_queue")
    assert [event["event"] for event in world.decisions()] == ["refused"]


async def test_withdrawal_removes_cookies_over_parents_and_paths_storage_and_databases(world: World) -> None:
    page = await world.show()
    world.pages["/shop/teas/"] = world.pages["/"]
    async with page.expect_navigation():
        await world.click(page, "accept")
    await page.locator("consentry-reopen").wait_for(state="attached")
    page = await world.open("/shop/teas/", page)
    await page.evaluate(
        """async () => {
          for (const place of ['path=/', 'path=/;domain=larkspur.example', 'path=/;domain=www.larkspur.example', 'path=/shop/',
            'path=/shop', 'path=/shop/teas/', 'path=/;Secure;SameSite=None;Partitioned']) document.cookie = '_ga=1;' + place;
          document.cookie = '_ga_X=1;path=/shop;domain=larkspur.example';
          document.cookie = 'lk_session=1;path=/';
          localStorage.setItem('_ads_x', '1'); localStorage.setItem('cart', '1'); sessionStorage.setItem('_ads_session', '1');
          await new Promise((done) => (indexedDB.open('ads-db').onsuccess = (event) => { event.target.result.close(); done(); }));
        }"""
    )
    await world.context.add_cookies(
        [{"name": "_hidden", "value": "1", "domain": ".larkspur.example", "path": "/", "httpOnly": True}]
    )
    await world.click(page, "reopen")
    async with page.expect_navigation():
        await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    left = {cookie["name"] for cookie in await world.context.cookies()}
    assert left == {"consentry", "lk_session", "_hidden"}
    assert await page.evaluate("[Object.keys(localStorage), sessionStorage.length]") == [["cart"], 0]
    assert await page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    event = world.decisions()[-1]
    assert (event["event"], event["not_removed"]) == ("withdrawn", ["cookie:_hidden"])


async def test_the_opt_out_signal_keeps_advertising_off_and_is_shown_and_recorded(world: World) -> None:
    await world.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
    )
    page = await world.show('<script src="https://ad.doubleclick.net/a.js"></script>')
    assert "Opt-out signal honoured" in await page.locator(".banner").inner_text()
    await world.click(page, "accept")
    await page.locator("consentry-reopen").wait_for(state="attached")
    await page.wait_for_function("document.cookie && !localStorage.consentry_queue")
    await page.wait_for_load_state()
    assert await world.granted() == "npf"
    assert world.hits == []
    signal = next(event for event in world.events if event["event"] == "opt_out_signal")
    assert signal["categories"] == {
        "necessary": "granted",
        "performance": "not_asked",
        "functionality": "not_asked",
        "advertising": "denied",
    }
    parse_event(json.dumps(signal).encode())
    decision = world.decisions()[0]
    assert (decision["event"], decision["gpc"], decision["gpc_honoured"]) == ("partial", True, True)


async def test_consent_mode_is_denied_before_any_tag_and_updated_on_the_choice(world: World) -> None:
    world.widget = config(release="in_place")
    page = await world.show(
        "<script>window.first = JSON.stringify([...dataLayer].map((a) => [...a]))</script>"
    )
    first = json.loads(await page.evaluate("first"))
    assert first[0][:2] == ["consent", "default"]
    assert set(first[0][2].values()) == {"denied", "granted", 500}
    assert [name for name, value in first[0][2].items() if value == "granted"] == ["security_storage"]
    await world.click(page, "accept")
    last = await page.evaluate("[...dataLayer].filter((a) => a[1] === 'update').map((a) => [...a]).pop()")
    assert set(last[2].values()) == {"granted"}


async def test_the_page_api_tells_early_and_late_subscribers_the_same(world: World) -> None:
    world.widget = config(release="in_place")
    page = await world.show(
        "<script>window.log=[];consentry.on('consent',(s)=>log.push(['early',s.categories.performance]));"
        "document.addEventListener('consentry:consent',(e)=>log.push(['event',e.detail.decided]));"
        "consentry.on('consent',()=>{throw new Error('the page breaks')})</script>"
    )
    assert await page.evaluate("consentry.ready().then((s) => [s.decided, s.consentId])") == [False, None]
    await page.evaluate("consentry.accept()")
    await page.evaluate("consentry.on('consent', (s) => log.push(['late', s.categories.performance]))")
    await page.wait_for_function("log.length === 3")
    assert await page.evaluate("log") == [["early", True], ["event", True], ["late", True]]
    assert await page.evaluate("[consentry.has('advertising'), consentry.has('nonsense')]") == [True, False]


async def test_without_the_second_part_accept_and_reject_still_work_and_the_settings_say_so(
    world: World,
) -> None:
    page = await world.show('<script src="https://www.google-analytics.com/a.js"></script>')
    world.server_up = False
    await page.locator("[data-consentry-action=settings]").click()
    await page.locator(".banner [role=status]").wait_for()
    assert "cannot be loaded" in await page.locator(".banner [role=status]").inner_text()
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    assert await world.granted() == "n"
    await page.locator("[data-consentry-action=reopen]").click()
    await page.locator(".banner").wait_for()
    async with page.expect_navigation():
        await world.click(page, "accept")
    await page.wait_for_function("window.ran")
    assert await world.granted() == "npfa"
    assert len(await page.evaluate("JSON.parse(localStorage.consentry_queue)")) == 2
    world.server_up = True
    await world.open("/", page)
    await page.wait_for_function("!localStorage.consentry_queue")
    assert [event["event"] for event in world.decisions()] == ["refused", "changed"]


async def test_a_page_that_asks_loads_only_the_first_part_until_a_visitor_turns_to_the_banner(
    world: World,
) -> None:
    page = await world.show()
    await page.wait_for_load_state("networkidle")
    assert world.parts == []
    async with page.expect_request("**/w/larkspur.*.js"):
        await page.locator(".banner").hover()


async def test_only_the_language_of_the_page_is_loaded_and_without_it_the_main_one_is_shown(
    world: World,
) -> None:
    world.widget = config(texts={tag: render.texts(tag) for tag in ("en", "de", "fr")})
    page = await world.show(lang="fr")
    assert "Tout refuser" in await page.locator(".banner").inner_text()
    assert len(world.parts) == 1
    world.server_up = False
    page = await world.show(lang="de")
    assert "Reject all" in await page.locator(".banner").inner_text()
    assert await page.locator("consentry-banner").get_attribute("lang") == "en"


async def test_elements_of_the_page_may_carry_an_action(world: World) -> None:
    page = await world.show("", '<button data-consentry-action="settings" id="mine">Cookies</button>')
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    await page.locator("#mine").click()
    await page.locator("dialog.settings").wait_for()


async def test_another_tabs_decision_is_taken_over(world: World) -> None:
    first = await world.show()
    second = await world.open()
    await world.click(second, "reject")
    await second.locator("consentry-reopen").wait_for(state="attached")
    await first.bring_to_front()
    await first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert await first.locator("consentry-banner").count() == 0


async def test_the_banner_speaks_the_pages_language_and_reads_from_the_right_where_it_does(
    world: World,
) -> None:
    world.widget = config(
        texts={"en": render.texts("en"), "de": render.texts("de"), "ar": render.texts("en")}
    )
    page = await world.show(lang="de-AT")
    banner = page.locator("consentry-banner")
    assert "Alle ablehnen" in await page.locator(".banner").inner_text()
    assert await banner.get_attribute("lang") == "de"
    page = await world.show(lang="ar")
    assert await page.locator("consentry-banner").get_attribute("dir") == "rtl"
    await world.click(page, "settings")
    await page.locator(".category summary").first.click()
    name = page.locator("tbody bdi").first
    await name.wait_for()
    gap = "(b) => b.closest('th').getBoundingClientRect().right - b.getBoundingClientRect().right"
    assert await name.evaluate(gap) < 1, "a name stands where its row begins"
    assert await name.get_attribute("dir") == "ltr"


async def test_a_centred_banner_is_modal_and_escape_refuses(world: World) -> None:
    world.widget = config(position="center")
    page = await world.show()
    assert await page.locator("dialog.banner").evaluate("(d) => d.matches(':modal')")
    await page.keyboard.press("Escape")
    await page.locator("consentry-reopen").wait_for(state="attached")
    assert await world.granted() == "n"


async def test_the_banner_moves_nothing_in_the_page(world: World) -> None:
    page = await world.show(
        "<script>window.shift=0;new PerformanceObserver((l)=>{for(const e of l.getEntries())shift+=e.value}).observe({type:'layout-shift',buffered:true})</script>"
    )
    await page.wait_for_timeout(300)
    assert await page.evaluate("shift") == 0


async def test_every_target_is_large_enough(world: World) -> None:
    page = await world.show()
    await world.click(page, "reject")
    await world.click(page, "reopen")
    small = await page.locator("button, a, summary, input").evaluate_all(
        "(all) => all.map((e) => [e.textContent || e.id, e.getBoundingClientRect()]).filter(([, r]) => r.width < 24 || r.height < 24).map(([t]) => t)"
    )
    assert small == []


async def test_items_are_data_and_never_mark_up(world: World) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    world.widget = config(
        items=(item("c", hostile, "p", vendor=hostile, purpose="</script><script>window.pwned=1</script>"),)
    )
    page = await world.show()
    await world.click(page, "settings")
    await page.locator("summary").click()
    assert hostile in await page.locator("tbody").inner_text()
    assert await page.evaluate("window.pwned") is None
