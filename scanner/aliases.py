"""Which hosts under the site's own domain are aliases of another party's (CNAME cloaking).

Browsers and blockers judge a host by its name; a name server tells whose machine answers. Only the site's own subdomains
are looked up. A machine without a name server, or without the library for it, leaves this out and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import msgspec

from consent.model.categories import ConsentState, Party
from consent.model.errors import ConfigError
from scanner.classify import Classification, Classifier
from scanner.observations import Crawl, Observation
from scanner.parties import host_of, party_of

Resolver = Callable[[str], Awaitable[tuple[str, ...]]]
"""Return the canonical names that a host leads to, in order; empty where it is an alias of none. Raises `NoAnswer`."""

TIMEOUT_S = 2.0
MAX_HOSTS = 60
MAX_CHAIN = 8
_AT_ONCE = 8


class NoAnswer(Exception):  # noqa: N818 - a state that callers expect, not an error for a user
    """No name server answered in time."""


def dns_resolver() -> Resolver | None:
    """Return a resolver that asks this machine's name servers; None without dnspython or without name servers."""
    try:
        import dns.asyncresolver  # noqa: PLC0415 - part of the extra [scan]
        import dns.exception  # noqa: PLC0415
        import dns.rdatatype  # noqa: PLC0415
        import dns.resolver  # noqa: PLC0415
    except ImportError:
        return None
    try:
        asking = dns.asyncresolver.Resolver()
    except dns.exception.DNSException:
        return None

    async def resolve(host: str) -> tuple[str, ...]:
        try:
            answer = await asking.resolve(host, "A", lifetime=TIMEOUT_S, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswer(host) from error
        names = [
            str(record.target).rstrip(".").lower()
            for records in answer.response.answer
            if records.rdtype == dns.rdatatype.CNAME
            for record in records
        ]
        return tuple(names[:MAX_CHAIN])

    return resolve


def known_aliases(entries: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read ``HOST=NAME`` entries; raises `ConfigError` for another form."""
    known: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        host, equals, name = entry.partition("=")
        if not (equals and host and name) or "/" in entry:
            raise ConfigError(
                f"--alias {entry!r}: expected HOST=NAME.",
                hint="Example: --alias metrics.shop.example=shop.collector.example",
            )
        known[host.lower()] = (name.lower().rstrip("."),)
    return known


async def with_aliases(
    crawl: Crawl,
    *,
    resolver: Resolver | None,
    known: Mapping[str, tuple[str, ...]] | None = None,
    own_hosts: tuple[str, ...] = (),
) -> Crawl:
    """Return the crawl with an observation for each own subdomain that is an alias; ``known`` ones are not looked up."""
    known = known or {}
    site_host = host_of(crawl.start_url)
    hosts = sorted(
        {
            one.host
            for one in crawl.observations
            if one.kind in {"request", "websocket"}
            and one.host != site_host
            and party_of(one.host, site_host, own_hosts) is Party.FIRST
        }
    )
    found: dict[str, tuple[str, ...]] = {host: known[host] for host in hosts if host in known}
    unknown = [host for host in hosts if host not in known][:MAX_HOSTS]
    note = ""
    if unknown and resolver is None:
        note = "aliases: no name server is asked; cloaked hosts are known by what they answer only"
    elif unknown and resolver is not None:
        answers, silent = await _ask(resolver, unknown)
        found |= answers
        if silent:
            note = f"aliases: no name server answered for {silent} of {len(unknown)} hosts"
    observations = tuple(
        Observation(
            kind="alias",
            name=chain[-1],
            host=host,
            state=ConsentState.BEFORE,
            page=crawl.start_url,
            details={"chain": list(chain)},
        )
        for host, chain in sorted(found.items())
        if chain
    )
    tool: dict[str, Any] = crawl.tool
    if note:
        tool = tool | {"notes": [*tool.get("notes", ()), note]}
    return msgspec.structs.replace(crawl, observations=crawl.observations + observations, tool=tool)


def aliases_of(seen: Iterable[Observation]) -> dict[str, tuple[str, ...]]:
    """Return the canonical names of the site's own hosts that are aliases."""
    return {one.host: tuple(one.details.get("chain", ())) for one in seen if one.kind == "alias"}


def behind(
    one: Observation, kind: str, chain: tuple[str, ...], classifier: Classifier, named: Classification
) -> tuple[str, Classification]:
    """Return the canonical name of a request's host, and how it is classified by that where a tracking vendor is known.

    Any name of the chain may tell: a vendor's collector often stands behind a content network in turn.
    """
    for name in chain:
        meant = classifier.request(one.name.replace(one.host, name, 1), type=kind, party=Party.THIRD)
        if meant.vendor and meant.category.needs_consent:
            reason = f"{one.host} is an alias of {name}. {meant.reason}"
            return name, msgspec.structs.replace(meant, reason=reason)
    return chain[-1], named


async def _ask(resolver: Resolver, hosts: list[str]) -> tuple[dict[str, tuple[str, ...]], int]:
    """Ask for all hosts; after one that got no answer, the others are asked no more."""
    gate = asyncio.Semaphore(_AT_ONCE)
    found: dict[str, tuple[str, ...]] = {}
    silent: list[str] = []

    async def one(host: str) -> None:
        async with gate:
            if silent:
                silent.append(host)
                return
            try:
                async with asyncio.timeout(TIMEOUT_S + 1):
                    found[host] = await resolver(host)
            except (NoAnswer, TimeoutError):
                silent.append(host)

    await asyncio.gather(*(one(host) for host in hosts))
    return found, len(silent)
