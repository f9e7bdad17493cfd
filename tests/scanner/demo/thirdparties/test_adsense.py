"""AdSense: a script, a frame, a picture."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_script_may_be_loaded_with_crossorigin(client: Client) -> None:
    answer = await client.get(
        "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-1"
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert '{"client": "ca-pub-1"}' in answer.text


async def test_the_frame_shows_a_picture_and_sets_the_identifier(client: Client) -> None:
    frame = await client.get("https://googleads.g.doubleclick.net/pagead/ads?client=ca-pub-1")
    assert "IDE" in frame.cookies
    picture = "https://tpc.googlesyndication.com/simgad/17240938515730463921"
    assert picture in frame.text
    assert (await client.get(picture)).headers["Content-Type"].startswith("image/svg+xml")
