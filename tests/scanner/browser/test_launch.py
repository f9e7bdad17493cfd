"""Starting the browser, and where hosts are reached."""

from __future__ import annotations

import pytest

from consent.model.errors import ConfigError, ScanError
from scanner.browser.find import FoundBrowser
from scanner.browser.launch import launched, resolver_rules


@pytest.mark.parametrize(
    ("entries", "rules"),
    [
        ((), ""),
        (
            ("www.shop.example:443=127.0.0.1:8443",),
            "MAP www.shop.example:443 127.0.0.1:8443, EXCLUDE 127.0.0.1",
        ),
        (("*=127.0.0.1:8443",), "MAP *:80 127.0.0.1:8443, MAP *:443 127.0.0.1:8443, EXCLUDE 127.0.0.1"),
        (
            ("*:443=127.0.0.1:1", "Shop.example:443=[::1]:2"),
            "MAP shop.example:443 [::1]:2, MAP *:443 127.0.0.1:1, EXCLUDE 127.0.0.1",
        ),
        (("*.example:80=stage.test:80",), "MAP *.example:80 stage.test:80, EXCLUDE 127.0.0.1"),
    ],
)
def test_resolve_entries_become_the_two_port_rules(entries: tuple[str, ...], rules: str) -> None:
    assert resolver_rules(entries) == rules


@pytest.mark.parametrize(
    "entry",
    ["", "host", "host=1.2.3.4", "host:99999=1.2.3.4:80", "host=1.2.3.4:0", "a b=1.2.3.4:80", "h=x:1,MAP"],
)
def test_a_resolve_entry_that_cannot_be_used_is_named(entry: str) -> None:
    with pytest.raises(ConfigError, match=r"expected HOST\[:PORT\]=ADDR:PORT") as raised:
        resolver_rules([entry])
    assert repr(entry) in raised.value.message


async def test_a_program_that_is_no_browser_is_told(tmp_path: object) -> None:
    with pytest.raises(ScanError, match="does not start") as raised:
        async with launched(FoundBrowser(path="/bin/false", kind="headless-shell", version="156.0.0.0")):
            pass
    assert "consentry doctor" in raised.value.hint


async def test_contexts_are_clean_and_speak_one_language() -> None:
    async with launched() as running:
        first = await running.new_context()
        await first.add_cookies([{"name": "a", "value": "1", "url": "https://shop.example/"}])
        second = await running.new_context()
        page = await second.new_page()
        assert await second.cookies() == []
        assert await page.evaluate("navigator.language") == "en-GB"
        assert await page.evaluate("[innerWidth, innerHeight]") == [1366, 900]
        assert await page.evaluate("navigator.webdriver") is False
        assert running.user_agent == await page.evaluate("navigator.userAgent")
