from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from pathlib import Path

from consent.model.categories import Category, Party
from consent.model.inventory import InventoryItem
from consent.publication import publish
from consent.times import now_ms, rfc3339
from tests.consent.factories import PUBLIC_URL, body, inventory, site
from tests.consent.web.dashboard.signing_in import Desk

HERE = "/admin/sites/larkspur/notices"
HOSTILE = "<script>alert(1)</script>" + "a_long_name" * 30


async def test_what_was_shown_on_a_day_is_found_and_read(bo: Desk) -> None:
    today = rfc3339(now_ms())[:10]
    text = await bo.page(HERE)
    assert f'value="{today}"' in text
    assert f'href="{HERE}/{bo.version}"' in text
    assert "it still stands" in text
    assert "visitors saw no banner" in await bo.page(f"{HERE}?day=2020-01-01")
    assert "A day is needed" in await bo.page(f"{HERE}?day=yesterday", 400)
    assert "visitors saw no banner" in await bo.page("/admin/sites/thyme/notices")

    text = await bo.page(f"{HERE}/{bo.version}")
    for told in (
        "It is what its hash says", bo.version, "Accept all", "Keeps the basket.", "DoubleClick", "Measures advertisements.",
        "13 months", "Larkspur &amp; Co Ltd", "180 days",
    ):  # fmt: skip
        assert told in text, told
    file = await bo.get(f"{HERE}/{bo.version}/notice.json")
    assert hashlib.sha256(await file.read()).hexdigest() == bo.version


async def test_a_notice_that_was_replaced_can_still_be_read(bo: Desk) -> None:
    await asyncio.sleep(0.002)
    other, _ = await publish(bo.store, site(), inventory(items=()), public_url=PUBLIC_URL)
    text = await bo.page(HERE)
    assert f"{HERE}/{bo.version}" in text
    assert f"{HERE}/{other.notice_version}" in text
    assert "Keeps the basket." in await bo.page(f"{HERE}/{bo.version}")
    text = await bo.page(f"{HERE}/{other.notice_version}")
    assert "Keeps the basket." not in text
    assert "Remembers which kinds of cookies you allowed" in text  # the widget's own


async def test_a_record_leads_to_what_its_visitor_was_shown(ada: Desk) -> None:
    sent = await ada.client.post("/v1/consent", json=body(ada.version))
    record = (await sent.json())["data"]["receipt_id"]
    assert f'href="{HERE}/{ada.version}?lang=en"' in await ada.page(f"/admin/log/{record}")


async def test_a_notice_of_another_site_is_not_shown_under_this_one(cy: Desk) -> None:
    assert "no notice of this version" in await cy.page(f"/admin/sites/thyme/notices/{cy.version}", 404)
    await cy.page(f"{HERE}/{cy.version}", 404)


async def test_a_notice_that_was_altered_says_so(bo: Desk, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "consentry.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        changed = "CAST(replace(content, 'Keeps the basket.', 'Keeps all of it.') AS BLOB)"
        database.execute(f"UPDATE notice SET content = {changed}")
    database.close()
    text = await bo.page(f"{HERE}/{bo.version}")
    assert "It is not what its hash says" in text


async def test_hundreds_of_hostile_items_make_a_small_page(bo: Desk) -> None:
    items = tuple(
        InventoryItem(
            kind="cookie", name=f"{HOSTILE}{number}", host="x.example", party=Party.THIRD, vendor=HOSTILE,
            category=Category.ADVERTISING, purpose=HOSTILE,
        )
        for number in range(400)
    )  # fmt: skip
    done, _ = await publish(bo.store, site(), inventory(items=items), public_url=PUBLIC_URL)
    text = await bo.page(f"{HERE}/{done.notice_version}")
    assert "301 more, in the file." in text
    assert "<script>alert" not in text
    assert len(text) < 100_000
