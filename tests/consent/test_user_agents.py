from __future__ import annotations

import pytest

from consent.user_agents import reduced

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "kept"),
    [
        (f"{WINDOWS} Chrome/131.0.6778.86 Safari/537.36", "Chrome 131; Windows; desktop"),
        (f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.51", "Edge 131; Windows; desktop"),
        (f"{WINDOWS} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0", "Opera 115; Windows; desktop"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Firefox 133; Linux; desktop",
        ),
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari 18; iOS; phone"),
        (f"{IPHONE} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1", "Chrome 131; iOS; phone"),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"
                " Safari/605.1.15"
            ),
            "Safari 18; macOS; desktop",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S928B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0"
                " Chrome/122.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet 26; Android; phone",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
                " Safari/537.36"
            ),
            "Chrome 131; Android; tablet",
        ),
        (
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0"
                " Safari/537.36"
            ),
            "Chrome 131; Linux; automated",
        ),
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "other; other; automated",
        ),
        ("", "other; other; other"),
        ("x" * 10_000, "other; other; other"),
    ],
)
def test_only_family_major_version_system_and_form_are_kept(user_agent: str, kept: str) -> None:
    assert reduced(user_agent) == kept
