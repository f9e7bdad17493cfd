from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from consent.web.dashboard import page_routes, pages
from consent.web.dashboard.guard import Guarded
from consent.web.dashboard.pages import ago, breakable, count, moment, number, short, static_path
from tests.consent.web.dashboard.signing_in import Desk

TEMPLATES = sorted((Path(pages.__file__).parents[2] / "templates" / "dashboard").glob("*.html"))
STATIC = sorted((Path(pages.__file__).parents[1] / "static").iterdir())
PLAIN = sorted({
    route.path for route in page_routes()
    if route.method == "GET" and isinstance(route.handler, Guarded) and "{" not in route.path
    and not route.path.endswith(".json")  # a file
})  # fmt: skip


@pytest.mark.parametrize("path", [*PLAIN, "/admin/sites/larkspur", "/admin/sites/unknown"])
async def test_every_page_has_one_strict_policy_and_nothing_inline(ada: Desk, path: str) -> None:
    answer = await ada.get(path, follow=True)
    text = await answer.text()
    assert answer.headers.getall("Content-Security-Policy") == [pages.POLICY]
    assert "unsafe" not in pages.POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text)
    assert set(re.findall(r'(?:src|href|action)="(https?:)', text)) == set()
    assert len(text) < 100_000
    for cookie in ada.client.session.cookie_jar:
        assert cookie.value not in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_trusts_a_text(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|style=|\son\w+=", text)
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert 'name="csrf"' in form or "csrf_field(csrf)" in form


@pytest.mark.parametrize("file", STATIC, ids=lambda path: path.name)
def test_a_static_file_loads_nothing_from_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\s\"')]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in text


def test_a_static_file_that_there_is_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        static_path("nothing.css")


def test_times_are_told_in_utc_and_for_machines() -> None:
    assert moment(1_795_571_400_000) == '<time datetime="2026-11-25T01:50:00Z">25 Nov 2026, 01:50 UTC</time>'
    assert moment("2026-11-05T01:50:07.123Z", seconds=True).endswith(">5 Nov 2026, 01:50:07 UTC</time>")
    assert moment(None) == moment("") == ago(None) == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"), (59, "just now"), (60, "1 minute ago"), (7_300, "2 hours ago"), (86_400, "1 day ago"),
        (86_400 * 59, "59 days ago"), (86_400 * 61, "2 months ago"), (86_400 * 800, "2 years ago"), (-3_700, "in 1 hour"),
    ],
)  # fmt: skip
def test_how_long_ago(seconds: int, words: str) -> None:
    assert re.sub("<.*?>", "", str(ago(int((time.time() - seconds) * 1000)))) == words


def test_texts_of_strangers_are_cut_and_may_break() -> None:
    assert short("a" * 100, 10) == "a" * 9 + "…"
    assert short("short") == "short"
    assert breakable("<b>.a_b") == "&lt;b&gt;.<wbr>a_<wbr>b"
    assert (number(12_345), count(1, "scan"), count(2_000, "entry", "entries")) == (
        "12,345", "1 scan", "2,000 entries",
    )  # fmt: skip
