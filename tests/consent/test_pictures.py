from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from consent import pictures
from consent.faults import Fault
from consent.model.errors import BrowserNotFound
from consent.pictures import Scene
from consent.store.entries import PictureRow
from consent.verification import verify
from tests.consent.factories import published

SCENE = Scene(url="https://www.larkspur.example/", language="en", script="1", parts={})
MADE = {"desktop": b"a wide picture", "phone": b"a narrow picture"}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_pictures_are_kept_under_their_hash_which_is_sealed(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        assert not await pictures.is_known(store, version, SCENE)
        told = await pictures.keep(
            store, actor="t", site="larkspur", notice_version=version, scene=SCENE, pictures=MADE
        )
        assert await pictures.is_known(store, version, SCENE)
        assert [dict(told)] == await pictures.sealed(store, version)
        assert told["desktop"] == digest(MADE["desktop"])
        kept = {row.form: row.content for row in await store.pictures(version)}
        assert (kept, (await verify(store)).intact) == (MADE, True)


async def test_another_build_of_the_widget_is_drawn_anew(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        await store.add_picture(PictureRow(digest(b"x"), version, "desktop", "0" * 64, b"x"))
        assert not await pictures.is_known(store, version, SCENE)


async def test_that_there_is_no_picture_is_sealed_with_its_reason(tmp_path: Path) -> None:
    def without_browser(scene: Scene) -> Mapping[str, bytes]:
        raise BrowserNotFound(f"There is no browser for {scene.url}.")

    assert "nothing that is installed can draw" in str(pictures.drawn(SCENE, None))
    reason = pictures.drawn(SCENE, without_browser)
    assert reason == "There is no browser for https://www.larkspur.example/."
    async with published(tmp_path) as (store, version):
        await pictures.keep(
            store, actor="t", site="larkspur", notice_version=version, scene=SCENE, pictures=reason
        )
        [told] = await pictures.sealed(store, version)
    assert told["none"] == reason


def test_what_is_not_installed_is_a_reason_too() -> None:
    def without_extra(scene: Scene) -> Mapping[str, bytes]:
        raise ModuleNotFoundError(f"no playwright for {scene.url}", name="playwright")

    assert "playwright is not installed" in str(pictures.drawn(SCENE, without_extra))


async def test_an_altered_picture_is_found(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        await pictures.keep(
            store, actor="t", site="larkspur", notice_version=version, scene=SCENE, pictures=MADE
        )
        with closing(sqlite3.connect(tmp_path / "consentry.db", isolation_level=None)) as connection:
            connection.execute("UPDATE picture SET content = x'00' WHERE form = 'phone'")
        problem = (await verify(store)).problem
    assert problem is not None
    assert (problem.fault, digest(MADE["phone"]) in problem.message) == (Fault.ALTERED, True)


def test_the_scanner_is_what_draws() -> None:
    draw = pictures.drawer()
    assert draw is not None
    assert draw.__module__ == "scanner.browser.pictures"
