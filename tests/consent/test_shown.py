from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from consent.model.errors import NotFoundError
from consent.model.sites import Site
from consent.publication import publish
from consent.shown import notice_of, shown_between, times_of
from consent.store import Store
from consent.store.entries import Publication
from tests.consent.factories import PUBLIC_URL, inventory, published, site


async def later(store: Store, one: Site, scan_id: str) -> Publication:
    await asyncio.sleep(0.002)  # so that each publication has a millisecond of its own
    publication, _ = await publish(store, one, inventory(scan_id=scan_id), public_url=PUBLIC_URL)
    return publication


async def test_what_was_shown_is_told_with_the_times_between_publications(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, first):
        other = site(policy_url="https://www.larkspur.example/privacy")
        second = await later(store, other, "scan-2")
        again = await later(store, other, "scan-3")
        back = await later(store, site(), "scan-4")
        assert second.notice_version == again.notice_version != first == back.notice_version

        now = await times_of(store, "larkspur", first)
        assert [one.until for one in now] == [None, second.published]
        # the same notice published twice stood from the first time to the end of the last
        [once] = await times_of(store, "larkspur", second.notice_version)
        assert (once.publication.published, once.until) == (second.published, back.published)

        begin, end = now[-1].publication.published, back.published
        assert len(await shown_between(store, "larkspur", begin, end + 1)) == 4
        assert [one.until for one in await shown_between(store, "larkspur", end, end + 1)] == [None]
        assert await shown_between(store, "larkspur", begin - 10, begin) == []
        assert await shown_between(store, "thyme", begin, end) == []


async def test_a_notice_of_another_site_is_not_found(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        assert (await notice_of(store, "larkspur", version)).version == version
        for of, wanted in (("thyme", version), ("larkspur", "0" * 64)):
            with pytest.raises(NotFoundError):
                await notice_of(store, of, wanted)
