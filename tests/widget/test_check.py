"""The self-check: what a page met before a decision and the inventory does not know reaches the server, and nothing else."""

from __future__ import annotations

import asyncio

import pytest

from consent.discovered import parse_self_check
from widget import render

from .conftest import SHOP, World, config
from .test_blocking import ADS, GA
from .test_decide import js

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEAD = (
    '<script src="https://cdn.unknown.example/tags/v3/a.js?visitor=secret"></script>'
    f'<script src="{GA}/a.js"></script><link rel="stylesheet" href="https://fonts.unknown.example/f.css?k=1">'
)
BODY = """<script>
document.cookie = 'mystery_81726354=private; Path=/';
document.cookie = 'lk_session=private; Path=/';
document.cookie = '_ga=private; Path=/';
localStorage.setItem('new_key', 'private');
localStorage.setItem('_ads_1', 'private');
sessionStorage.setItem('tab', 'private');
</script><img src="/own/picture.gif" alt=""><a href="/next">More teas</a>"""


async def checks(world: World, count: int) -> list[bytes]:
    for _ in range(200):
        if len(world.checks) >= count:
            break
        await asyncio.sleep(0.05)
    return world.checks


async def test_a_visit_tells_once_what_is_new_by_name_and_nothing_of_the_visitor(world: World) -> None:
    world.widget = config(self_check=1)
    world.pages["/next"] = world.html(HEAD)
    page = await world.show(HEAD, BODY)
    [body] = await checks(world, 1)
    told = parse_self_check(body)
    assert told.site == "larkspur"
    assert {(seen.kind, seen.name) for seen in told.seen} == {
        ("resource", "cdn.unknown.example/tags/v3/a.js"),
        ("resource", "fonts.unknown.example/f.css"),
        ("cookie", "mystery_*"),
        ("local_storage", "new_key"),
        ("session_storage", "tab"),
    }
    assert b"private" not in body
    assert b"secret" not in body
    assert world.hits == []
    await page.get_by_role("link", name="More teas").click()
    await page.wait_for_url(f"https://{SHOP}/next")
    await asyncio.sleep(3.5)
    assert len(world.checks) == 1


async def test_what_passes_while_a_site_is_being_discovered_is_told_and_all_is_quiet_after_a_decision(
    world: World,
) -> None:
    world.widget = config(self_check=1, unknown="discover")
    page = await world.show(
        f'<script src="{ADS}/a.js"></script><script src="https://new.unknown.example/t.js?x=1"></script>'
    )
    [body] = await checks(world, 1)
    assert [seen.name for seen in parse_self_check(body).seen] == ["new.unknown.example/t.js"]
    await world.click(page, "reject")
    await page.locator("consentry-reopen").wait_for(state="attached")
    await world.open("/", page)
    await asyncio.sleep(3.5)
    assert len(world.checks) == 1


async def test_without_the_setting_nothing_of_it_is_in_the_script_or_beside_it() -> None:
    bundle = render.bundle(config())
    assert "referrer" not in bundle.script
    assert not any("self-check" in part for part in bundle.parts.values())
    with_it = render.bundle(config(self_check=0.25))
    assert "0.25" in with_it.script
    assert sum("self-check" in part for part in with_it.parts.values()) == 1


async def test_what_looks_like_an_identifier_is_taken_out_of_names() -> None:
    names = ["_ga_1234567", "/u/550e8400-e29b-41d4-a716-446655440000/p.gif", "v3", "cart-2024"]
    assert js("check.js", f"{names}.map(m.shortened)") == ["_ga_*", "/u/*/p.gif", "v3", "cart-*"]
