from __future__ import annotations

import gzip

import brotli
import pytest

from consent.banner import build
from consent.web.assets import asset_of, encoding_for, widget_assets
from tests.consent.factories import PUBLIC_URL, inventory, site


def test_each_encoding_holds_the_same_and_the_same_content_gives_the_same_asset() -> None:
    content = b"const a = 1;\n" * 100
    asset = asset_of(content, "text/javascript")
    assert asset.bodies[""] == content
    assert brotli.decompress(asset.bodies["br"]) == content
    assert gzip.decompress(asset.bodies["gzip"]) == content
    assert asset_of(content, "text/javascript") == asset
    assert asset_of(content + b" ", "text/javascript").etags.isdisjoint(asset.etags)


def test_the_widget_travels_in_the_smallest_gzip_that_there_is() -> None:
    script, parts = widget_assets(build(site(), inventory(), public_url=PUBLIC_URL))
    for asset in (script, *parts.values()):
        assert gzip.decompress(asset.bodies["gzip"]) == asset.bodies[""]
        assert len(asset.bodies["gzip"]) < len(gzip.compress(asset.bodies[""], 9))


def test_the_script_is_the_widget_with_the_sites_configuration() -> None:
    banner = build(site(), inventory(), public_url=PUBLIC_URL)
    script, parts = widget_assets(banner)
    assert banner.notice_version.encode() in script.bodies[""]
    # A part is named by the script, or by a part that the script names.
    files = {digits: part.bodies[""] for digits, part in parts.items()} | {"": script.bodies[""]}
    for digits in parts:
        name = f"larkspur.{digits}.js".encode()
        assert [other for other, content in files.items() if other != digits and name in content], name


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.000", ""),
        ("br; q=0.001", "br"),
        ("*", "br"),
        ("*;q=0", ""),
        ("deflate", ""),
        ("identity", ""),
        ("", ""),
        (";;,,q=", ""),
    ],
)
def test_the_best_allowed_encoding_is_chosen(accepted: str, encoding: str) -> None:
    assert encoding_for(accepted) == encoding
