"""The guest house and every third party that it embeds, as one world on loopback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from aiohttp import web

from scanner.demo.planted.site import SITE_HOST, GuestHouse
from scanner.demo.planted.thirdparties import HOSTS, MORE
from scanner.demo.thirdparties import services
from scanner.demo.world import World, routed

METRICS_HOST = "metrics.fernhill.example"


class PlantedWorld(World):
    """The guest house with its third parties; ``house.deaf`` may change while it serves.

    Third parties that the demo shop embeds too are the same stubs; a host that this package serves itself replaces
    theirs.
    """

    url: ClassVar[str] = f"https://{SITE_HOST}/"
    own_hosts: ClassVar[frozenset[str]] = frozenset({SITE_HOST})

    def __init__(self) -> None:
        super().__init__()
        self.house = GuestHouse()

    def applications(self) -> Mapping[str, web.Application]:
        """Return a fresh application for each host."""
        stubs = {host: routes for service in services() for host, routes in service.hosts.items()}
        measuring = stubs.pop("metrics.larkspur.example")
        every = stubs | HOSTS | {METRICS_HOST: measuring}
        found = {SITE_HOST: self.house.application()} | {
            host: routed(routes) for host, routes in every.items()
        }
        for host, routes in MORE.items():
            found[host].add_routes(routes)
        return found
