"""Coming back to the start page: what only a returning visitor meets, and which cookies begin their life anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from consent.model.categories import ConsentState
from scanner.observations import Crawl, Observation, ObservationKind
from scanner.revisit import is_older, joined
from tests.scanner.conftest import SHOP, START, Site, observed

Run = Callable[..., Awaitable[Crawl]]
SCRIPT = """
if (document.cookie.includes("seen=")) {
  localStorage.setItem("returning", "1");
  fetch("https://back.track.example/again?r=" + Math.random(), { mode: "no-cors" });
} else document.cookie = "seen=1; max-age=5000; path=/";
document.cookie = "rolling=1; max-age=5000; path=/";
new Image().src = "https://px.track.example/always?r=" + Math.random();
"""


async def test_a_visitor_who_comes_back_is_seen_once_and_told_apart(site: Site, run_crawl: Run) -> None:
    async def page(request: web.Request) -> web.Response:
        answer = web.Response(text="<script src='/s.js'></script>", content_type="text/html")
        answer.set_cookie("each", "1", max_age=3600)
        answer.set_cookie("session", "1")
        if "once" not in request.cookies:
            answer.set_cookie("once", "1", max_age=3600)
        else:
            answer.set_cookie("late", "1", max_age=3600)
        return answer

    site.add(SHOP, "/", page)
    site.add(SHOP, "/s.js", SCRIPT)
    crawl = await run_crawl(pages=1, states=(ConsentState.BEFORE, ConsentState.GPC))
    before = [seen for seen in crawl.observations if seen.state is ConsentState.BEFORE]
    renewed = {seen.name: seen.details["renewed"] for seen in before if seen.kind == "cookie"}
    assert renewed == {
        "each": True,
        "rolling": True,
        "once": False,
        "seen": False,
        "session": None,
        "late": None,
    }
    new = {(seen.kind, seen.name.partition("?")[0]) for seen in before if seen.details.get("revisit")}
    assert new == {
        ("cookie", "late"),
        ("local_storage", "returning"),
        ("request", "https://back.track.example/again"),
    }
    late = observed(crawl, "cookie", "late", state=ConsentState.BEFORE)
    assert (late.details["via"], late.initiators[0], late.page) == ("header", START, START)
    pixels = [one for one in before if one.name.startswith("https://px.track.example/always")]
    assert len(pixels) == 1, "what the first visit asked for as well is not told twice"
    asked = [path for host, path, _ in site.requests if host == SHOP]
    assert asked.count("/") == 3, "twice in the state before, once in the other"
    assert [(visit.state, visit.url) for visit in crawl.visits] == [
        (ConsentState.BEFORE, START),
        (ConsentState.GPC, START),
    ]


def cookie(name: str, *, setter: str = START, asks: float | None = 60.0, **details: Any) -> Observation:
    facts = {"path": "/", "renewed": None, "requested_lifetime_s": asks} | details
    return Observation(
        kind="cookie",
        name=name,
        host=SHOP,
        state=ConsentState.BEFORE,
        page=START,
        initiators=(setter,),
        details=facts,
    )


def request(url: str) -> Observation:
    return Observation(kind="request", name=url, host=SHOP, state=ConsentState.BEFORE, page=START)


def test_without_a_second_visit_nothing_is_changed() -> None:
    first = [cookie("a"), request(START)]
    assert joined(first, ()) == first


def test_no_renewal_is_only_said_where_the_setter_was_loaded_again() -> None:
    first = [cookie("here"), cookie("there", setter=f"{START}t.js"), cookie("known", renewed=True)]
    again = [cookie(name, asks=None) for name in ("here", "there", "known")] + [request(START)]
    renewed = {one.name: one.details["renewed"] for one in joined(first, again) if one.kind == "cookie"}
    assert renewed == {"here": False, "there": None, "known": True}


def test_addresses_that_differ_in_their_query_alone_are_no_news() -> None:
    seen = joined([request(f"{START}a?1")], [request(f"{START}a?2"), request(f"{START}b")])
    assert [(one.name, one.details.get("revisit", False)) for one in seen] == [
        (f"{START}a?1", False),
        (f"{START}b", True),
    ]


def test_what_nobody_set_in_the_revisit_is_left_from_the_scan_itself() -> None:
    def stored(kind: ObservationKind, name: str, *initiators: str) -> Observation:
        return Observation(
            kind=kind, name=name, host=SHOP, state=ConsentState.BEFORE, page=START, initiators=initiators
        )

    jar = {("typed", SHOP), ("again", SHOP)}
    assert is_older(stored("local_storage", "typed"), jar)
    assert is_older(stored("cookie", "typed"), jar)
    assert not is_older(stored("local_storage", "written", f"{START}s.js"), jar)
    assert not is_older(stored("cookie", "again", START), jar)
    assert not is_older(stored("cookie", "by-nobody-we-saw"), jar)
    assert not is_older(request(START), jar)
    older = msgspec.structs.replace(stored("cookie", "typed"), details={"older": True})
    assert joined([request(START)], [older]) == [request(START)]
    assert joined([older], [older]) == [older], "what the first visits told of stays"
