"""The dashboard: pages for people under /admin. Each page module here has ``ROUTES``, and ``NAV`` where it stands in the navigation.

They are found in this folder and named nowhere else. ``NAV`` is the text, the address and (optional) the place, lower first.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

from consent.users import Role
from consent.web.dashboard.guard import Guarded
from consent.web.route import Route

PREFIX = "/admin"
_LAST = 50


class Entry(NamedTuple):
    """One entry of the navigation; ``role`` is the one that its page asks for."""

    place: int
    text: str
    path: str
    role: Role


@lru_cache(maxsize=1)
def page_modules() -> tuple[ModuleType, ...]:
    """Return the modules of this folder that have routes, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(module for module in modules if hasattr(module, "ROUTES"))


@lru_cache(maxsize=1)
def page_routes() -> tuple[Route, ...]:
    """Return the routes of all pages, in the order in which addresses are compared with them: the one for any address last."""
    found = (route for module in page_modules() for route in module.ROUTES)
    return tuple(sorted(found, key=lambda route: route.path.endswith(":.+}")))


@lru_cache(maxsize=1)
def navigation() -> tuple[Entry, ...]:
    """Return the navigation in order."""
    roles = {
        route.path: route.handler.role
        for route in page_routes()
        if route.method == "GET" and isinstance(route.handler, Guarded)
    }
    found = []
    for module in page_modules():
        if hasattr(module, "NAV"):
            text, path, *place = module.NAV
            found.append(Entry(place[0] if place else _LAST, text, path, roles[path]))
    return tuple(sorted(found))
