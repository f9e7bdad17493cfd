"""Google Fonts: a style sheet that names a font file."""

from __future__ import annotations

import re

from tests.scanner.demo.client import Client


async def test_the_style_sheet_leads_to_a_font(client: Client) -> None:
    sheet = await client.get("https://fonts.googleapis.com/css2?family=Larkspur+Ornaments&display=swap")
    assert sheet.headers["Content-Type"].startswith("text/css")
    (url,) = re.findall(r"url\(([^)]+)\)", sheet.text)
    font = await client.get(url)
    assert font.body.startswith(b"wOF2")
    assert font.headers["Access-Control-Allow-Origin"] == "*"
    assert sheet.set_cookies == font.set_cookies == []
