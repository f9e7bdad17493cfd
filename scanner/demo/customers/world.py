"""All customers' sites and every third party that they embed, as one world on loopback."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from scanner.demo.customers import site
from scanner.demo.customers.model import customers
from scanner.demo.customers.thirdparties import HOSTS
from scanner.demo.planted.thirdparties import HOSTS as PLANTED
from scanner.demo.thirdparties import services
from scanner.demo.world import World, routed


class CustomersWorld(World):
    """Five sites beside each other, each at its own host; third parties are the stubs of the other demo sites and a few more."""

    own_hosts = frozenset(customer.host for customer in customers())

    def applications(self) -> Mapping[str, web.Application]:
        """Return a fresh application for each host."""
        stubs = {host: routes for service in services() for host, routes in service.hosts.items()}
        return {host: routed(routes) for host, routes in (stubs | PLANTED | HOSTS).items()} | {
            customer.host: site.application(customer) for customer in customers()
        }
