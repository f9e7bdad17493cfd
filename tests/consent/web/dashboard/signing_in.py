"""A dashboard with people, as a browser without scripts sees it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import argon2
from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import TestClient, TestServer

from consent import users
from consent.model.sites import Server, Settings, Site
from consent.store import Store
from consent.users import Role
from consent.web.app import make_app
from tests.consent.factories import published, settings, site

PASSWORD = "four random tea leaves"
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""A hash that takes a millisecond: what it protects in the tests is nothing."""


@dataclass
class Desk:
    """``ada`` is an admin, ``bo`` a reviewer, ``cy`` an admin of the site thyme alone, ``dot`` has no password."""

    client: TestClient[Any, Any]
    store: Store
    version: str
    csrf: str = ""

    async def get(self, path: str, **options: Any) -> ClientResponse:
        return await self.client.get(path, allow_redirects=options.pop("follow", False), **options)

    async def page(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = await self.get(path)
        text = await answer.text()
        assert answer.status == status, (answer.status, answer.headers.get("Location"), text)
        return text

    async def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> ClientResponse:
        """Send a form with the session's own token."""
        sent = {"csrf": self.csrf} | (form or {})
        return await self.client.post(
            path, data=sent, allow_redirects=options.pop("follow", False), **options
        )

    async def sign_in(self, name: str, password: str = PASSWORD, **fields: str) -> ClientResponse:
        """Sign in as a browser does: fetch the form, send it back."""
        form = await self.get("/admin/sign-in?out")
        sent = {"csrf": token_in(await form.text()), "name": name, "password": password} | fields
        answer = await self.client.post("/admin/sign-in", data=sent, allow_redirects=False)
        if answer.status == 303:
            self.csrf = token_in(await self.page("/admin/sites"))
        return answer

    async def sign_out(self) -> None:
        await self.post("/admin/sign-out")


def token_in(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found is not None, html
    return unescape(found[1])


@asynccontextmanager
async def desk(
    tmp_path: Path, *sites: Site, server: Server | None = None, public_url: str = "http://127.0.0.1"
) -> AsyncIterator[Desk]:
    """A dashboard on a real socket, with something published for larkspur."""
    known = sites or (site(), site(id="thyme", url="https://thyme.example/", name="Thyme"))
    given = settings(*known)
    if server is not None:
        given = Settings(path=given.path, server=server, sites=given.sites)
    async with published(tmp_path) as (store, version):
        await users.add(store, name="ada", role=Role.ADMIN, password=PASSWORD)
        await users.add(store, name="bo", role=Role.REVIEWER, password=PASSWORD)
        await users.add(store, name="cy", role=Role.ADMIN, sites=["thyme"], password=PASSWORD)
        await users.add(store, name="dot", role=Role.REVIEWER)
        app = make_app(given, store, public_url=public_url)
        jar = CookieJar(unsafe=True)
        async with TestClient(TestServer(app), cookie_jar=jar) as client:
            assert isinstance(client.session, ClientSession)
            yield Desk(client, store, version)
