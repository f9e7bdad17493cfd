"""Every host that was contacted, the site's own among them: the requests of a report leave out the site's necessary ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from consent.model.categories import ConsentState, Party
from scanner.observations import Observation
from scanner.parties import party_of
from scanner.report import Host


def hosts_of(
    seen: Iterable[Observation], *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Host, ...]:
    """Return the hosts of all requests and WebSockets, the site's own first, each with how often it was asked.

    What happened before the consent action of another state belongs to the state ``before``, as with the requests.
    """
    counts: dict[str, dict[ConsentState, int]] = defaultdict(lambda: defaultdict(int))
    for one in seen:
        if one.kind in {"request", "websocket"} and one.host and one.after_action:
            counts[one.host][one.state] += 1
    hosts = [
        Host(
            host=host,
            party=party_of(host, site_host, own_hosts),
            requests=sum(by_state.values()),
            states=tuple(state for state in ConsentState if state in by_state),
        )
        for host, by_state in counts.items()
    ]
    return tuple(sorted(hosts, key=lambda one: (one.party is not Party.FIRST, one.host)))
