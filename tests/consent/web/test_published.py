from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from consent.announcements import announce
from consent.model.announcements import AnnouncedText, NewAnnouncement
from consent.model.errors import NotFoundError
from consent.publication import publish
from consent.times import now_ms, parse_rfc3339, rfc3339
from consent.web import published as module
from consent.web.published import Published
from tests.consent.factories import PUBLIC_URL, body, client_of, inventory, published, settings, site


async def test_a_new_publication_is_served_without_a_restart(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), client_of(store, reload_s=0.02) as client:
        before = await (await client.get("/w/larkspur.js")).text()
        renewed, _ = await publish(store, site(), inventory(items=()), public_url=PUBLIC_URL)
        for _ in range(500):
            after = await (await client.get("/w/larkspur.js")).text()
            if after != before:
                break
            await asyncio.sleep(0.02)
        assert version in before
        assert renewed.notice_version in after
        for known in (version, renewed.notice_version):
            assert (await client.post("/v1/consent", json=body(known))).status == 201


async def test_nothing_is_read_again_where_nothing_was_published(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        changes: list[bool] = []
        served = Published(
            store, settings().sites, public_url=PUBLIC_URL, on_change=lambda: changes.append(True)
        )
        assert await served.refresh()
        first = served.site("larkspur")
        assert not await served.refresh()
        assert served.site("larkspur") is first
        assert changes == [True]


async def test_what_changed_in_the_settings_is_stored_as_a_notice_before_it_is_shown(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        other = site(policy_url="https://www.larkspur.example/privacy")
        served = Published(store, settings(other).sites, public_url=PUBLIC_URL)
        await served.refresh()
        shown = served.site("larkspur").banner.notice_version
        assert shown != version
        assert await store.notice(shown) is not None
        assert await store.notice_versions() == [version, shown]
        await served.refresh()
        assert len(await store.notice_versions()) == 2


async def test_two_servers_with_different_settings_do_not_publish_for_ever(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        one = Published(store, settings().sites, public_url=PUBLIC_URL)
        other = site(policy_url="https://www.larkspur.example/privacy")
        two = Published(store, settings(other).sites, public_url=PUBLIC_URL)
        for _ in range(4):
            await one.refresh()
            await two.refresh()
        assert await store.publication_version() == 2


async def test_earlier_scripts_stay_reachable_by_hash_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_SCRIPTS", 2)
    async with published(tmp_path) as (store, _):
        served = Published(store, settings().sites, public_url=PUBLIC_URL)
        await served.refresh()
        hashes = [served.site("larkspur").script.sha256[:16]]
        for rules in ((), inventory().rules[:0]):
            del rules
            await publish(
                store, site(), inventory(items=inventory().items[: len(hashes) - 1]), public_url=PUBLIC_URL
            )
            await served.refresh()
            hashes.append(served.site("larkspur").script.sha256[:16])
        kept = served.site("larkspur").kept
        assert [next(iter(files)) for files in kept] == hashes[-2:]
        assert set(served.site("larkspur").by_hash) == {name for files in kept for name in files}


async def test_what_the_script_loads_is_served_under_its_own_immutable_address(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        script = await (await client.get("/w/larkspur.js")).text()
        names = re.findall(r'"(larkspur\.[0-9a-f]{16}\.js)"', script)
        assert names
        for name in names:  # grows: a part may name another
            answer = await client.get(f"/w/{name}")
            assert answer.status == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            part = await answer.text()
            assert part.startswith("export default")
            names += [one for one in re.findall(r'"(larkspur\.[0-9a-f]{16}\.js)"', part) if one not in names]
        assert len(names) == 3, "the second part, and what is looked up"


async def test_a_site_that_is_not_configured_is_not_served(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        thyme = site(id="thyme", url="https://www.thyme.example/")
        served = Published(store, settings(thyme).sites, public_url=PUBLIC_URL)
        await served.refresh()
        for name in ("larkspur", "thyme"):
            with pytest.raises(NotFoundError):
                served.site(name)


async def test_what_is_announced_is_served_until_its_last_day_and_nothing_of_it_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with published(tmp_path) as (store, version):
        served = Published(store, settings().sites, public_url=PUBLIC_URL)
        await served.refresh()
        before = served.site("larkspur").script
        today = rfc3339(now_ms())[:10]
        new = NewAnnouncement(texts={"en": AnnouncedText(text="From May on.")}, until=today)
        await announce(store, site(), new, public_url=PUBLIC_URL)
        assert await served.refresh()
        telling = served.site("larkspur")
        assert telling.banner.notice_version == version
        assert b"consentry_read" in telling.script.bodies[""]
        assert any(b"From May on." in one.bodies[""] for one in telling.by_hash.values())
        assert not await served.refresh()
        monkeypatch.setattr(module, "now_ms", lambda: parse_rfc3339(f"{today}T23:59:59.999Z"))
        assert not await served.refresh()
        monkeypatch.setattr(module, "now_ms", lambda: parse_rfc3339(f"{today}T23:59:59.999Z") + 1)
        assert await served.refresh()
        assert served.site("larkspur").script.sha256 == before.sha256
        assert not await served.refresh()
