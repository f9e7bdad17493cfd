from __future__ import annotations

import datetime as dt

import pytest

from scanner.accesslogs.addresses import Addresses
from scanner.accesslogs.record import Record, day_of
from tests.scanner.accesslogs.samples import AGENT


def record(**more: object) -> Record:
    return Record(Addresses(), **more)  # type: ignore[arg-type] - agents alone


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (b"02/Mar/2026:09:14:05 +0000", dt.date(2026, 3, 2)), (b"2026-03-02T09:14:05Z", dt.date(2026, 3, 2)),
        (b"1772442845.1", dt.date(2026, 3, 2)), (b"1772442845100", dt.date(2026, 3, 2)), (b"99/Mar/2026", None), (b"-", None),
    ],
)  # fmt: skip
def test_days_are_read_from_every_usual_time(value: bytes, day: dt.date | None) -> None:
    assert day_of(value) == day


def test_each_role_has_less_in_the_copy_and_is_counted() -> None:
    one = record()
    assert one.address(b"203.0.113.77") == one.address(b"203.0.113.77") == b"203.0.113.0"
    assert one.forwarded(b"203.0.113.77, 198.51.100.9") == b"203.0.113.0, 198.51.100.0"
    assert one.forwarded(b"for=203.0.113.77;proto=https") == b"for=203.0.113.0;proto=https"
    assert (one.user(b"ana"), one.port(b"5201"), one.cookie(b"a=1"), one.fingerprint(b"x")) == (
        b"-",
        b"0",
        b"-",
        b"-",
    )
    assert (one.geo(b"DE"), one.geo(b"Cologne")) == (b"DE", b"-")
    assert one.referrer(b"https://search.example/?q=tea#x") == b"https://search.example/"
    assert one.request(b"GET /a?token=1 HTTP/1.1") == b"GET /a?token=masked HTTP/1.1"
    assert one.request(b"GET /a b?token=1 HTTP/1.1") == b"GET /a b?token=masked HTTP/1.1"
    assert (
        one.other(b"mail ana@reader.example from 203.0.113.77 at 09:14:05")
        == b"mail masked from 203.0.113.0 at 09:14:05"
    )
    assert one.agent(AGENT.encode()) == b"Chrome 131; Windows; desktop"
    assert one.counts["address v4"] == 6
    assert one.distinct == 2
    assert (one.counts["user"], one.counts["e-mail"], one.counts["secret"]) == (1, 1, 2)


def test_user_agents_stay_or_go_as_asked() -> None:
    assert record(agents="keep").agent(b"curl/8") == b"curl/8"
    assert record(agents="drop").agent(b"curl/8") == b"-"


def test_what_is_empty_is_not_counted() -> None:
    one = record()
    for function in one.change().values():
        function(b"-")
    assert not +one.counts
