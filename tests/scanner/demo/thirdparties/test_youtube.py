"""The YouTube embed: five cookies, two of them partitioned."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_embed_sets_five_cookies_and_two_are_partitioned(client: Client) -> None:
    lines = (await client.get("https://www.youtube.com/embed/lRk5pUrT3a0")).set_cookies
    partitioned = {line.partition("=")[0]: line.endswith("Partitioned") for line in lines}
    assert partitioned == {
        "YSC": False,
        "VISITOR_INFO1_LIVE": False,
        "VISITOR_PRIVACY_METADATA": False,
        "__Secure-YNID": True,
        "__Secure-ROLLOUT_TOKEN": True,
    }
    assert all("HttpOnly" in line and "Secure" in line for line in lines)
    assert "Max-Age" not in lines[0]


async def test_player_still_and_log_answer(client: Client) -> None:
    assert (
        "yt-remote-device-id"
        in (await client.get("https://www.youtube.com/s/player/larkspur/player.js")).text
    )
    assert (
        await client.request("POST", "https://www.youtube.com/youtubei/v1/log_event?alt=json")
    ).status == 204
    still = await client.get("https://i.ytimg.com/vi/abc/hqdefault.jpg")
    assert still.headers["Content-Type"].startswith("image/")
