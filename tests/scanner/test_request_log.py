"""Requests put together from events that come in any order."""

from __future__ import annotations

from typing import Any

from scanner.request_log import PageRequests, RequestLog, without_query

PAGE = "https://shop.example/"


class Events:
    """Stands where the browser's events come from."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}

    def on(self, event: str, handler: Any) -> None:
        self.handlers[event] = handler

    def tell(self, event: str, **params: Any) -> None:
        self.handlers[f"Network.{event}"](params)


def listening() -> tuple[Events, PageRequests, RequestLog]:
    log, events = RequestLog(), Events()
    requests = PageRequests(log, 0, lambda: True)
    requests.watch(events)  # type: ignore[arg-type]  # only `on` is used
    return events, requests, log


def will_be_sent(events: Events, request: str, url: str, **more: Any) -> None:
    settings = {"timestamp": 1.0, "wallTime": 1e9, "type": "Image", "documentURL": PAGE, "frameId": "F"}
    initiator = more.pop("initiator", {"type": "parser", "url": PAGE})
    events.tell(
        "requestWillBeSent",
        **(
            settings
            | {"requestId": request, "request": {"url": url, "method": "GET"}, "initiator": initiator}
            | more
        ),
    )


def test_extra_info_that_overtakes_is_matched_hop_by_hop() -> None:
    events, requests, log = listening()
    events.tell(
        "responseReceivedExtraInfo",
        requestId="1",
        headers={"Set-Cookie": "a=1\nb=2"},
        blockedCookies=[],
        statusCode=302,
    )
    will_be_sent(events, "1", "https://a.example/")
    will_be_sent(events, "1", "https://b.example/", redirectResponse={"status": 302}, timestamp=1.5)
    events.tell(
        "responseReceivedExtraInfo",
        requestId="1",
        headers={"set-cookie": "c=3"},
        blockedCookies=[{"cookieLine": "c=3", "blockedReasons": ["SameSiteLax"]}],
        statusCode=200,
    )
    events.tell("responseReceived", requestId="1", response={"status": 200}, type="Image", hasExtraInfo=True)
    requests.finish()
    first, second = log.hops
    assert (first.set_cookies, first.status) == (("a=1", "b=2"), 302)
    assert (second.set_cookies, second.blocked) == (("c=3",), (("c=3", ("SameSiteLax",)),))
    assert second.redirected_from == "https://a.example/"
    assert second.initiators == ("https://a.example/", PAGE)
    assert second.time_ms == 500


def test_a_cached_hop_takes_no_extra_info_from_the_next() -> None:
    events, requests, log = listening()
    will_be_sent(events, "1", "https://a.example/")
    will_be_sent(
        events, "1", "https://b.example/", redirectResponse={"status": 301}, redirectHasExtraInfo=False
    )
    events.tell(
        "responseReceivedExtraInfo",
        requestId="1",
        headers={"set-cookie": "b=1"},
        blockedCookies=[],
        statusCode=200,
    )
    requests.finish()
    assert [hop.set_cookies for hop in log.hops] == [(), ("b=1",)]


def test_stacks_are_followed_through_asynchronous_parents() -> None:
    events, requests, log = listening()
    frame = {"url": "https://t.example/a.js", "lineNumber": 0, "columnNumber": 9}
    caller = {"url": "https://t.example/b.js#x", "lineNumber": 4, "columnNumber": 0}
    own = {"url": "", "lineNumber": 0, "columnNumber": 0}
    stack = {
        "callFrames": [own, frame, frame],
        "parent": {"callFrames": [], "parent": {"callFrames": [caller]}},
    }
    will_be_sent(events, "1", "https://px.example/", initiator={"type": "script", "stack": stack})
    requests.finish()
    assert log.hops[0].initiators == ("https://t.example/a.js", "https://t.example/b.js")
    assert log.hops[0].stack == (
        "https://t.example/a.js:1:10",
        "https://t.example/a.js:1:10",
        "async https://t.example/b.js:5:1",
    )


def test_a_chain_goes_on_with_who_loaded_whom_and_ends_in_a_circle() -> None:
    events, requests, log = listening()
    will_be_sent(events, "1", "https://t.example/a.js")
    script = {
        "type": "script",
        "stack": {"callFrames": [{"url": "https://t.example/a.js", "lineNumber": 0, "columnNumber": 0}]},
    }
    will_be_sent(events, "2", "https://t.example/b.js", initiator=script)
    will_be_sent(events, "3", PAGE, initiator={"type": "other", "url": "https://t.example/b.js"})
    requests.finish()
    assert log.chain(0, ["https://t.example/b.js"]) == (
        "https://t.example/b.js",
        "https://t.example/a.js",
        PAGE,
    )


def test_a_worker_request_whose_url_was_not_told_is_known_by_its_headers() -> None:
    events, requests, log = listening()
    events.tell(
        "requestWillBeSentExtraInfo",
        requestId="9",
        headers={":authority": "w.example", ":path": "/p?q=1", ":scheme": "https"},
    )
    events.tell(
        "responseReceivedExtraInfo",
        requestId="9",
        headers={"set-cookie": "w=1"},
        blockedCookies=[],
        statusCode=200,
    )
    events.tell("requestWillBeSentExtraInfo", requestId="10", headers={"Host": "old.example"})
    requests.add_from_worker("https://shop.example/w.js", [("https://old.example/track", 12.0)])
    requests.finish()
    hops = {hop.url: hop for hop in log.hops}
    assert set(hops) == {"https://w.example/p?q=1", "https://old.example/track"}
    assert hops["https://w.example/p?q=1"].set_cookies == ("w=1",)
    assert hops["https://old.example/track"].initiators == ("https://shop.example/w.js",)


def test_failures_sizes_and_sockets_are_kept() -> None:
    events, requests, log = listening()
    will_be_sent(events, "1", "https://a.example/")
    events.tell("dataReceived", requestId="1", dataLength=10)
    events.tell("dataReceived", requestId="1", dataLength=5)
    events.tell("loadingFinished", requestId="1", encodedDataLength=99)
    will_be_sent(events, "2", "https://b.example/")
    events.tell("loadingFailed", requestId="2", errorText="net::ERR_FAILED", blockedReason="mixed-content")
    will_be_sent(events, "3", "data:image/gif;base64,x")
    events.tell("webSocketCreated", url="wss://ws.example/", initiator=None)
    requests.finish()
    assert [(hop.body_size, hop.failed) for hop in log.hops] == [(15, None), (0, "mixed-content")]
    assert requests.bytes == 15
    assert [socket.url for socket in log.sockets] == ["wss://ws.example/"]


def test_a_page_with_too_many_requests_is_bounded_and_counted(monkeypatch: Any) -> None:
    monkeypatch.setattr("scanner.request_log.MAX_HOPS_PER_PAGE", 3)
    events, requests, log = listening()
    for number in range(5):
        will_be_sent(events, str(number), f"https://a.example/{number}")
    requests.finish()
    assert (len(log.hops), log.dropped) == (3, 2)


def test_query_and_fragment_do_not_tell_a_setter_apart() -> None:
    assert without_query("https://a.example/t.js?v=1#x") == "https://a.example/t.js"


def test_what_a_worker_fetched_is_told_once_however_many_pages_ask_it() -> None:
    log = RequestLog()
    for number in range(3):
        page = PageRequests(log, number, lambda: True)
        page.add_from_worker(f"{PAGE}sw.js", [("https://old.example/track", 12.4)], started_ms=1e12)
        page.finish()
    again = PageRequests(log, 3, lambda: True)
    again.add_from_worker(f"{PAGE}sw.js", [("https://old.example/track", 80.0)], started_ms=1e12)
    again.finish()
    assert [(hop.page, hop.time_ms) for hop in log.hops] == [(0, 12.4), (3, 80.0)]


def test_what_a_worker_fetched_before_the_consent_action_is_no_consequence_of_it() -> None:
    log = RequestLog()
    page = PageRequests(log, 0, lambda: True)
    entries = [("https://a.example/before", 10.0), ("https://a.example/after", 90.0)]
    page.add_from_worker(f"{PAGE}sw.js", entries, started_ms=1e12, clicked_ms=1e12 + 50)
    page.finish()
    assert [(hop.after_action, hop.wall_s) for hop in log.hops] == [(False, 1e9 + 0.01), (True, 1e9 + 0.09)]


def test_an_answer_that_nobody_read_is_no_failure() -> None:
    events, requests, log = listening()
    for request in ("1", "2"):
        will_be_sent(events, request, f"https://t.example/{request}")
    events.tell("responseReceived", requestId="1", type="Fetch", response={"status": 204})
    for request in ("1", "2"):
        events.tell("loadingFailed", requestId=request, errorText="net::ERR_ABORTED", canceled=True)
    requests.finish()
    assert [(hop.status, hop.failed) for hop in log.hops] == [(204, None), (None, "net::ERR_ABORTED")]
