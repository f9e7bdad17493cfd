from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from consent.model.inventory import encode_inventory
from consent.own_cookie import with_own_cookie
from consent.publication import current_inventory, publish, read_inventory
from consent.store.entries import Publication
from tests.consent.factories import PUBLIC_URL, inventory, published, site


async def test_what_is_published_can_be_read_back_by_its_hashes(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        [publication] = await store.publications()
        assert (publication.notice_version, publication.scan_id) == (version, "scan-1")
        assert await current_inventory(store, publication) == with_own_cookie(site(), inventory())
        notice = await store.notice(version)
        assert notice is not None
        assert hashlib.sha256(notice.content).hexdigest() == version


async def test_an_inventory_of_another_site_is_not_published(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        with pytest.raises(ConfigError, match="'thyme', not 'larkspur'"):
            await publish(store, site(), inventory(site="thyme"), public_url=PUBLIC_URL)
        assert len(await store.publications()) == 1


async def test_a_publication_whose_inventory_is_gone_says_how_to_mend_it(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        with pytest.raises(ConfigError) as refused:
            await current_inventory(store, Publication(9, "larkspur", version, "0" * 64, "s", 1))
        assert "consentry widget publish larkspur" in refused.value.hint


def test_an_inventory_file_is_read_and_a_wrong_one_named(tmp_path: Path) -> None:
    file = tmp_path / "inventory.json"
    with pytest.raises(ConfigError, match=r"inventory\.json: cannot be read"):
        read_inventory(file)
    file.write_bytes(encode_inventory(inventory()))
    assert read_inventory(file) == inventory()
    file.write_text('{"site": 1}', encoding="utf-8")
    with pytest.raises(ConfigError, match="is not an inventory"):
        read_inventory(file)
