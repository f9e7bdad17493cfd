from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consent.exports.notices import Notices
from consent.model.categories import Category
from consent.model.errors import IntegrityError
from consent.model.sites import LogSettings
from tests.consent.exports.exporting import shown
from tests.consent.factories import published, site


async def test_a_notice_is_told_with_the_sites_own_settings_for_the_log(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        kept = site(log=LogSettings(keep_days=90, location="Dublin"))
        found = await Notices(store, {"larkspur": kept}).shown(version)
        without = await Notices(store, {}).shown(version)
    assert (found.log.keep_days, found.log.location) == (90, "Dublin")
    assert (without.log.keep_days, without.controller.name) == (None, "Larkspur & Co Ltd")


def test_vendors_services_and_kinds_stand_with_the_category_that_unlocks_them() -> None:
    found = shown()
    assert found.vendors[Category.ADVERTISING] == ("Google",)
    assert found.services[Category.ADVERTISING] == ("DoubleClick",)
    assert found.kinds[Category.ADVERTISING] == ("cookie",)
    assert found.vendors[Category.PERFORMANCE] == ()


async def test_a_notice_that_is_lost_or_damaged_is_told(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        with pytest.raises(IntegrityError, match="not stored"):
            await Notices(store, {}).shown("0" * 64)
        with closing(sqlite3.connect(tmp_path / "consentry.db", isolation_level=None)) as connection:
            connection.execute("UPDATE notice SET content = x'7b'")
        with pytest.raises(IntegrityError, match="cannot be read"):
            await Notices(store, {}).shown(version)
