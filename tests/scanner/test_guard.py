from __future__ import annotations

from collections.abc import Sequence

import pytest

from consent.model.errors import ConfigError
from scanner.guard import MAX_REFUSALS, Guard, Ledger, Refused, Route, mappings_of, named_literally, place_of

PUBLIC, PRIVATE = "93.184.216.34", "10.0.0.5"


def names(*answers: Sequence[str]) -> Guard:
    """A guard whose name server gives one answer after the other, whatever the name."""
    waiting = list(answers)

    async def lookup(name: str) -> Sequence[str]:
        del name
        return waiting.pop(0)

    return Guard(lookup=lookup)


async def refused(guard: Guard, host: str, port: int = 443) -> Ledger:
    ledger = Ledger()
    with pytest.raises(Refused):
        await guard.route(host, port, ledger)
    return ledger


async def test_a_public_host_is_reached_and_a_private_one_refused() -> None:
    assert await names([PUBLIC]).route("www.shop.example", 443, Ledger()) == Route(
        addresses=(PUBLIC,), port=443
    )
    ledger = await refused(names([PRIVATE]), "Inner.Shop.Example.", 8080)
    (one,) = ledger.refusals.values()
    assert (one.host, one.port, one.address, one.kind) == (
        "inner.shop.example",
        8080,
        PRIVATE,
        "a private network",
    )


async def test_of_a_host_with_both_only_the_public_addresses_are_tried() -> None:
    route = await names(["::1", PUBLIC, PRIVATE]).route("www.shop.example", 443, Ledger())
    assert route.addresses == (PUBLIC,)


async def test_a_name_that_changes_its_answer_is_judged_by_the_answer_that_is_used() -> None:
    guard = names([PUBLIC], [PRIVATE])
    for _ in range(2):  # the judged answer is the one that is kept
        assert (await guard.route("rebind.test", 80, Ledger())).addresses == (PUBLIC,)
    await refused(names([PRIVATE], [PUBLIC]), "rebind.test")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::ffff:127.0.0.1", "169.254.169.254"])
async def test_a_literal_address_is_judged_without_a_name_server(host: str) -> None:
    await refused(names(), host)


@pytest.mark.parametrize(
    "allow", ["inner.shop.example", "*.shop.example", "10.0.0.5", "10.0.0.0/8", "INNER.shop.example."]
)
async def test_what_an_operator_names_is_reached(allow: str) -> None:
    async def lookup(name: str) -> Sequence[str]:
        del name
        return [PRIVATE]

    guard = Guard(allow=(allow,), lookup=lookup)
    assert (await guard.route("inner.shop.example", 80, Ledger())).addresses == (PRIVATE,)
    if not allow.startswith("10."):
        await refused(guard, "other.test")


async def test_a_mapped_host_goes_where_the_operator_says_named_hosts_first() -> None:
    guard = Guard(
        resolve=("*.shop.example=127.0.0.1:8443", "www.shop.example:443=127.0.0.2:1", "old.test:80=[::1]:9")
    )
    assert await guard.route("www.shop.example", 443, Ledger()) == Route(addresses=("127.0.0.2",), port=1)
    assert await guard.route("a.shop.example", 80, Ledger()) == Route(addresses=("127.0.0.1",), port=8443)
    assert await guard.route("old.test", 80, Ledger()) == Route(addresses=("::1",), port=9)
    await refused(guard, "127.0.0.1", 443)


async def test_a_wildcard_for_every_host_leaves_loopback_out_as_the_browser_does() -> None:
    await refused(Guard(resolve=("*=127.0.0.1:8443",)), "127.0.0.1")


async def test_a_name_without_an_answer_is_no_refusal() -> None:
    ledger = Ledger()
    with pytest.raises(OSError, match="no address") as raised:
        await names([]).route("nowhere.test", 443, ledger)
    assert not isinstance(raised.value, Refused)
    assert ledger.refusals == {}


async def test_the_systems_names_are_looked_up() -> None:
    guard = Guard(allow=("localhost",))
    assert "127.0.0.1" in (await guard.route("localhost", 80, Ledger())).addresses
    guard.close()


@pytest.mark.parametrize("allow", ["", "http://inner.test/", "a b", "*"])
def test_what_cannot_be_allowed_is_told(allow: str) -> None:
    with pytest.raises(ConfigError, match="allow_private") as raised:
        Guard(allow=(allow,))
    assert "10.1.0.0/16" in raised.value.hint


def test_a_mapping_that_cannot_be_read_is_told() -> None:
    for wrong in ("www.shop.example", "a=b", "a=1.2.3.4:99999"):
        with pytest.raises(ConfigError, match="HOST"):
            mappings_of((wrong,))


def test_only_what_is_written_as_an_address_names_a_private_place() -> None:
    places = ("http://127.0.0.1:80/", "http://[::1]/", "http://localhost:3000/a", "https://www.shop.example/")
    assert named_literally(places) == ("127.0.0.1", "::1", "localhost")
    assert named_literally(("www.shop.example", "10.0.0.1:80")) == ("10.0.0.1",)


def test_the_place_of_an_address() -> None:
    assert place_of("wss://a.test/x") == ("a.test", 443)
    assert place_of("http://[::1]:81/") == ("::1", 81)
    assert place_of("http://[") == ("", 0)


def test_a_ledger_counts_and_is_bounded() -> None:
    ledger = Ledger()
    for number in range(MAX_REFUSALS + 5):
        ledger.refuse(f"h{number}", 80, PRIVATE, "a private network")
    ledger.refuse("h0", 80, PRIVATE, "a private network")
    assert len(ledger.refusals) == MAX_REFUSALS
    assert ledger.refusals["h0", 80, PRIVATE].times == 2
    assert ledger.dropped == 5


def test_a_failed_connection_is_explained_by_what_the_way_out_saw() -> None:
    ledger = Ledger()
    ledger.refuse("inner.test", 443, PRIVATE, "a private network")
    ledger.fail("nowhere.test", 443, "ERR_NAME_NOT_RESOLVED")
    failed = "net::ERR_SOCKS_CONNECTION_FAILED at https://x/"
    assert ledger.explained("https://inner.test/a", failed) == (
        "not visited, since the address is not public: inner.test is 10.0.0.5, a private network",
        "refused",
    )
    assert ledger.explained("https://nowhere.test/", failed) == (
        "net::ERR_NAME_NOT_RESOLVED",
        "ERR_NAME_NOT_RESOLVED",
    )
    assert ledger.explained("https://a.test/", "net::ERR_CERT_INVALID") == (
        "net::ERR_CERT_INVALID",
        "ERR_CERT_INVALID",
    )
    assert ledger.told("https://a.test/", None) is None
