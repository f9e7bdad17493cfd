"""The self-test holds in a browser as we start it, and fails loudly in one that sees less."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from consent.model.errors import SelfTestFailed
from scanner.browser import launch
from scanner.browser.find import FoundBrowser
from scanner.browser.launch import launched
from scanner.browser.selftest import selftest


async def test_it_holds_in_the_browser_that_is_found() -> None:
    async with launched() as running:
        proof = await selftest(running)
    assert proof.third_party_cookies
    assert proof.webdriver_hidden
    assert "Headless" not in proof.user_agent + proof.client_hints
    assert "Chromium" in proof.client_hints


async def test_it_holds_where_every_host_is_mapped_elsewhere() -> None:
    async with launched(resolve=("*=127.0.0.1:9",)) as running:
        assert (await selftest(running)).third_party_cookies


async def test_full_chromium_needs_its_profile_and_then_holds(
    full_chromium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = FoundBrowser(path=str(full_chromium), kind="chromium", version="156.0.8078.79")
    async with launched(found) as running:
        assert (await selftest(running)).third_party_cookies
    monkeypatch.setattr(launch, "PREFERENCES", {})
    async with launched(found) as running:
        with pytest.raises(SelfTestFailed, match="it refuses third-party cookies") as raised:
            await selftest(running)
    assert "chromium-headless-shell" in raised.value.hint


async def test_a_browser_that_tells_on_itself_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [one for one in launch._ARGUMENTS if "AutomationControlled" not in one]
    monkeypatch.setattr(launch, "_ARGUMENTS", arguments)
    async with launched() as running:
        telling = dataclasses.replace(running, user_agent="Mozilla/5.0 HeadlessChrome/156.0.0.0")
        with pytest.raises(SelfTestFailed) as raised:
            await selftest(telling)
    assert "navigator.webdriver tells pages that it is automated" in raised.value.message
    assert "its user agent tells: Mozilla/5.0 HeadlessChrome/156.0.0.0" in raised.value.message
