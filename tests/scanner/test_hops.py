"""What a page asked for survives being written and read again."""

from __future__ import annotations

import msgspec

from scanner.hops import Hop, PageTraffic, WebSocketSeen


def test_traffic_can_be_written_and_read_again_whole() -> None:
    hop = Hop(
        page=3, url="https://a.example/", method="GET", type="script", frame="https://b.example/", frame_id="F",
        initiators=("https://b.example/s.js",), stack=("https://b.example/s.js:1:2",), after_action=False,
        time_ms=1.5, wall_s=1_700_000_000.25, redirected_from="https://c.example/", status=200,
        set_cookies=("a=1",), blocked=(("b=2", ("SameSiteLax", "UserPreferences")),),
    )  # fmt: skip
    socket = WebSocketSeen(
        page=3, url="wss://a.example/", initiators=(), stack=(), after_action=True, time_ms=2.0
    )
    traffic = PageTraffic(hops=[hop], sockets=[socket], dropped=7)
    assert msgspec.json.decode(msgspec.json.encode(traffic), type=PageTraffic) == traffic
