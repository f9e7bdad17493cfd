from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from consent.model.categories import ConsentState, Party
from consent.model.errors import ConfigError
from consent.model.sites import Site
from scanner import aliases
from scanner.aliases import NoAnswer, dns_resolver, known_aliases, with_aliases
from scanner.classify import Classifier
from scanner.demo import truth
from scanner.knowledge import Knowledge
from scanner.observations import Crawl, Observation
from scanner.parties import host_of
from scanner.pipeline import report_of

START = "https://www.larkspur.example/"
METRICS = "metrics.larkspur.example"


def crawled(*urls: str) -> Crawl:
    observations = tuple(
        Observation(
            kind="request",
            name=url,
            host=host_of(url),
            state=ConsentState.BEFORE,
            page=START,
            details={"type": "image"},
        )
        for url in urls
    )
    return Crawl(site="larkspur", start_url=START, started="2026-03-02T09:14:05Z", finished="2026-03-02T09:14:06Z",
                 tool={"notes": []}, passes=(), visits=(), observations=observations)  # fmt: skip


class Names:
    def __init__(self, names: dict[str, tuple[str, ...]] | None = None) -> None:
        self.names = names or {}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        if host not in self.names:
            raise NoAnswer(host)
        return self.names[host]


async def test_only_the_sites_own_subdomains_are_looked_up() -> None:
    names = Names({METRICS: ("a.collector.example", "b.collector.example"), "img.larkspur.example": ()})
    urls = (START, f"https://{METRICS}/x", "https://img.larkspur.example/y", "https://px.ads.example/z")
    seen = await with_aliases(crawled(*urls), resolver=names)
    assert sorted(names.asked) == ["img.larkspur.example", METRICS]
    (alias,) = [one for one in seen.observations if one.kind == "alias"]
    assert (alias.host, alias.name, alias.details["chain"]) == (
        METRICS,
        "b.collector.example",
        ["a.collector.example", "b.collector.example"],
    )
    assert seen.tool["notes"] == []


async def test_without_an_answer_nothing_more_is_asked_and_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aliases, "_AT_ONCE", 1)
    names = Names()
    urls = [f"https://h{number}.larkspur.example/" for number in range(500)]
    seen = await with_aliases(crawled(*urls), resolver=names)
    assert len(names.asked) == 1
    assert seen.tool["notes"] == ["aliases: no name server answered for 60 of 60 hosts"]
    none = await with_aliases(crawled(*urls), resolver=None)
    assert none.tool["notes"][0].startswith("aliases: no name server is asked")


async def test_known_aliases_need_no_name_server() -> None:
    seen = await with_aliases(
        crawled(f"https://{METRICS}/x"),
        resolver=None,
        known=known_aliases((f"{METRICS}=Shop.Collector.Example.",)),
    )
    assert [one.name for one in seen.observations if one.kind == "alias"] == ["shop.collector.example"]
    assert seen.tool["notes"] == []


@pytest.mark.parametrize("entry", ["metrics", "=x.example", "a.example=", "https://a.example/=b.example"])
def test_an_entry_of_another_form_is_refused_with_an_example(entry: str) -> None:
    with pytest.raises(ConfigError, match="expected HOST=NAME") as caught:
        known_aliases((entry,))
    assert "metrics.shop.example" in caught.value.hint


async def test_a_cloaked_collector_is_named_by_whom_it_is_an_alias_of() -> None:
    crawl = await with_aliases(
        crawled(f"https://{METRICS}/unheard/of", "https://img.larkspur.example/y"),
        resolver=None,
        known={host: (name,) for host, name in truth.CNAMES.items()}
        | {"img.larkspur.example": ("d1.cdn.example",)},
    )
    report = report_of(
        crawl, Site(id="larkspur", url=START), Classifier(Knowledge.load(), site_host="www.larkspur.example")
    )
    (request,) = report.requests
    assert (request.host, request.party, request.tracker, request.alias) == (
        METRICS,
        Party.FIRST,
        True,
        truth.CNAMES[METRICS],
    )
    assert request.vendor.startswith("Adobe")
    assert "alias" in request.reason
    (finding,) = [one for one in report.findings if one.rule == "cloaked-tracker"]
    assert finding.evidence["alias_of"] == [truth.CNAMES[METRICS]]


async def test_a_real_name_server_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    dns_message = pytest.importorskip("dns.message")
    import dns.asyncresolver
    import dns.rrset

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: Any) -> None:
            asked = dns_message.from_wire(data)
            answer = dns_message.make_response(asked)
            name = str(asked.question[0].name)
            if name.startswith("metrics"):
                answer.answer = [
                    dns.rrset.from_text(name, 60, "IN", "CNAME", "a.collector.example."),
                    dns.rrset.from_text("a.collector.example.", 60, "IN", "CNAME", "b.collector.example."),
                    dns.rrset.from_text("b.collector.example.", 60, "IN", "A", "192.0.2.1"),
                ]
            else:
                answer.set_rcode(3)
            self.transport.sendto(answer.to_wire(), address)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        Server, local_addr=("127.0.0.1", 0), family=socket.AF_INET
    )
    port = transport.get_extra_info("sockname")[1]

    def local() -> Any:
        resolver = made(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = port
        return resolver

    made = dns.asyncresolver.Resolver
    monkeypatch.setattr(dns.asyncresolver, "Resolver", local)
    resolve = dns_resolver()
    try:
        assert resolve is not None
        assert await resolve(METRICS) == ("a.collector.example", "b.collector.example")
        assert await resolve("gone.larkspur.example") == ()
    finally:
        transport.close()
    monkeypatch.setattr(aliases, "TIMEOUT_S", 0.1)
    with pytest.raises(NoAnswer):
        await resolve(METRICS)
