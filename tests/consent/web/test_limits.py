from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from consent.model.sites import Server
from consent.web.clients import Clients
from consent.web.limits import SALT_S, RateLimit, TooManyRequests
from tests.consent import factories
from tests.consent.factories import ORIGIN, body, client_of, published


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def request(remote: str = "9.9.9.9") -> web.BaseRequest:
    return make_mocked_request("GET", "/").clone(remote=remote)


def taken(limit: RateLimit, times: int, remote: str = "9.9.9.9") -> int:
    """How many of so many requests were let through."""
    count = 0
    for _ in range(times):
        try:
            limit.take(request(remote))
            count += 1
        except TooManyRequests:
            pass
    return count


def test_a_minutes_worth_is_let_through_at_once_and_then_as_much_as_fills_up_again() -> None:
    clock = Clock()
    limit = RateLimit(Clients(), 60, clock=clock)
    assert taken(limit, 100) == 60
    clock.now += 5
    assert taken(limit, 100) == 5
    clock.now += 3600
    assert taken(limit, 100) == 60


def test_the_answer_says_after_how_many_seconds_the_next_request_is_let_through() -> None:
    clock = Clock()
    limit = RateLimit(Clients(), 6, clock=clock)
    taken(limit, 6)
    with pytest.raises(TooManyRequests) as refused:
        limit.take(request())
    assert refused.value.retry_after_s == 10
    clock.now += 10
    limit.take(request())
    assert limit.refused == 1


def test_one_client_does_not_use_up_what_another_may_do() -> None:
    limit = RateLimit(Clients(), 5, clock=Clock())
    assert taken(limit, 9, "9.9.9.9") == 5
    assert taken(limit, 9, "8.8.8.8") == 5


def test_no_limit_is_no_limit() -> None:
    assert taken(RateLimit(Clients(), 0), 5000) == 5000


def test_looking_takes_nothing() -> None:
    limit = RateLimit(Clients(), 1, clock=Clock())
    for _ in range(5):
        limit.check(request())
    limit.take(request())
    with pytest.raises(TooManyRequests):
        limit.check(request())


def test_the_table_stays_bounded_and_remembers_whom_it_saw_last() -> None:
    limit = RateLimit(Clients(), 2, most_clients=100, clock=Clock())
    for number in range(1000):
        taken(limit, 2, f"9.9.{number // 250}.{number % 250}")
        assert len(limit._young) + len(limit._old) <= 100
    assert taken(limit, 1, "9.9.3.249") == 0
    assert taken(limit, 1, "9.9.0.0") == 1, "forgotten"


def test_no_address_is_kept_and_the_hash_changes_with_its_salt() -> None:
    clock = Clock()
    limit = RateLimit(Clients(), 2, clock=clock)
    taken(limit, 1)
    [before] = limit._young
    assert b"9.9.9.9" not in before
    assert len(before) == 8
    clock.now += SALT_S
    taken(limit, 1)
    [after] = limit._young
    assert after != before, "what was known by the old salt is gone"


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The factories' settings with a trusted proxy on loopback and small limits."""
    server = Server(trusted_proxies=("127.0.0.1",), limit_consent=3, limit_history=2)
    plain = factories.settings
    monkeypatch.setattr(
        factories, "settings", lambda *sites: msgspec.structs.replace(plain(*sites), server=server)
    )


async def test_over_the_limit_a_client_is_told_when_to_come_back_and_others_are_served(
    tmp_path: Path, limited: None
) -> None:
    async with published(tmp_path) as (store, version), client_of(store) as client:

        async def post(address: str) -> Any:
            headers = {"X-Forwarded-For": address, "Origin": ORIGIN}
            return await client.post("/v1/consent", json=body(version), headers=headers)

        assert [(await post("198.51.100.7")).status for _ in range(4)] == [201, 201, 201, 429]
        refused = await post("198.51.100.7")
        assert refused.content_type == "application/problem+json"
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.headers["Access-Control-Allow-Origin"] == ORIGIN, "the widget must be able to read it"
        assert (await post("203.0.113.9, 198.51.100.8")).status == 201
        assert (await post("198.51.100.7, 198.51.100.8")).status == 201, (
            "what it wrote itself is not believed"
        )
        reading = {"X-Forwarded-For": "198.51.100.7"}
        answers = [await client.get(f"/v1/consent/{'A' * 22}", headers=reading) for _ in range(3)]
        assert [answer.status for answer in answers] == [404, 404, 429], (
            "each kind of request has its own limit"
        )
        metrics = await (await client.get("/metrics")).text()
        assert 'consentry_http_requests_limited_total{limit="consent"} 2.0' in metrics


def test_asking_whether_there_is_room_takes_nothing_and_counts_nobody() -> None:
    limit = RateLimit(Clients(), 2, clock=Clock())
    assert all(limit.has_room(request()) for _ in range(5))
    assert taken(limit, 2) == 2
    assert not limit.has_room(request())
    assert limit.has_room(request("9.9.9.8"))
    assert limit.refused == 0
    assert RateLimit(Clients(), 0).has_room(request())


async def test_without_trusted_proxies_a_server_behind_one_limits_nobody(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        statuses = {(await client.get(f"/v1/consent/{'A' * 22}")).status for _ in range(100)}
        assert statuses == {404}
