from __future__ import annotations

import pkgutil

from consent.users import Role
from consent.web import dashboard
from consent.web.dashboard import navigation, page_modules, page_routes
from tests.consent.web.dashboard.signing_in import Desk


def test_pages_are_found_in_the_folder() -> None:
    names = {module.__name__.rpartition(".")[2] for module in page_modules()}
    assert (
        {"sign_in", "sites", "static"}
        <= names
        <= {one.name for one in pkgutil.iter_modules(dashboard.__path__)}
    )
    paths = [(route.method, route.path) for route in page_routes()]
    assert len(paths) == len(set(paths))


def test_the_navigation_has_every_page_that_asks_for_a_place_once_and_the_sites_first() -> None:
    entries = navigation()
    assert entries[0][1:] == ("Sites", "/admin/sites", Role.REVIEWER)
    assert len({entry.path for entry in entries}) == len(entries)


async def test_a_person_sees_the_entries_that_they_may_open(nobody: Desk) -> None:
    for name, role in (("bo", Role.REVIEWER), ("ada", Role.ADMIN)):
        await nobody.sign_in(name)
        text = await nobody.page("/admin/sites")
        for entry in navigation():
            assert (f'href="{entry.path}"' in text) == (role is Role.ADMIN or entry.role is role)
        await nobody.sign_out()
