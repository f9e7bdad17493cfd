from __future__ import annotations

from typing import Any

from consent.model.categories import ConsentState, Party
from scanner.hosts import hosts_of
from scanner.observations import Observation
from scanner.report import Host


def asked(host: str, state: ConsentState = ConsentState.BEFORE, **more: Any) -> Observation:
    given: dict[str, Any] = {"kind": "request", "page": "https://www.shop.example/"} | more
    return Observation(name=f"https://{host}/", host=host, state=state, **given)


def test_every_host_is_told_the_sites_own_first_with_how_often_and_in_which_states() -> None:
    seen = [
        asked("px.ads.example", ConsentState.ACCEPT),
        asked("live.example", kind="websocket"),
        asked("static.shop.example"),
        asked("px.ads.example"),
        asked("px.ads.example"),
        asked("before.example", ConsentState.REJECT, after_action=False),
        asked("stored.example", kind="cookie"),
    ]
    before, accept = ConsentState.BEFORE, ConsentState.ACCEPT
    assert hosts_of(seen, site_host="www.shop.example") == (
        Host(host="static.shop.example", party=Party.FIRST, requests=1, states=(before,)),
        Host(host="live.example", party=Party.THIRD, requests=1, states=(before,)),
        Host(host="px.ads.example", party=Party.THIRD, requests=3, states=(before, accept)),
    )
