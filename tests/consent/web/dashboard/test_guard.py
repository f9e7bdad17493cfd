from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from consent.audit import audit_log
from consent.model.errors import NotFoundError, StoreUnavailable
from consent.users import Role
from consent.web.base import answering
from consent.web.dashboard import page_routes
from consent.web.dashboard.guard import LARGEST_FORM, Guarded, Visit, page
from consent.web.requests import Requests
from consent.web.route import Route
from tests.consent.web.dashboard.signing_in import Desk, desk

GUARDED = [route for route in page_routes() if isinstance(route.handler, Guarded)]
OPEN = {"/admin/sign-in", r"/admin/static/{file:[a-z0-9.-]+}"}


def address(route: Route, site: str = "larkspur") -> str:
    uuid = "0193a5c0-0000-7000-8000-000000000000"
    values = {"site": site, "format": "json", "token": "0" * 12, "version": "0" * 64}
    values |= dict.fromkeys(("scan_id", "record_id", "request_id"), uuid)
    return re.sub(
        r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", lambda match: values.get(match[1], "x"), route.path
    )


def test_every_page_but_the_sign_in_and_the_static_files_needs_a_session() -> None:
    assert {route.path for route in page_routes() if route not in GUARDED} == OPEN
    assert all(route.page and route.path.startswith("/admin") for route in page_routes())


async def test_without_a_session_every_page_leads_to_the_sign_in_and_does_nothing(nobody: Desk) -> None:
    for route in GUARDED:
        for cookie in ("", "consentry-session=" + "A" * 43, "consentry-session=x"):
            answer = await nobody.client.request(
                route.method, address(route), headers={"Cookie": cookie}, allow_redirects=False
            )
            assert answer.status == 303, route
            assert answer.headers["Location"].startswith("/admin/sign-in")
    assert await audit_log(nobody.store) == []


async def test_every_page_asks_for_its_role_and_for_the_right_site(nobody: Desk) -> None:
    await nobody.sign_in("bo")
    for route in GUARDED:
        if isinstance(route.handler, Guarded) and route.handler.role is Role.ADMIN:
            answer = await nobody.client.request(route.method, address(route), allow_redirects=False)
            assert answer.status == 403, route
    await nobody.sign_out()
    await nobody.sign_in("cy")
    of_sites = [route for route in GUARDED if "{site" in route.path]
    for route in of_sites:
        for site in ("larkspur", "unknown"):
            answer = await nobody.client.request(route.method, address(route, site), allow_redirects=False)
            text = await answer.text()
            assert answer.status == 404, route
            assert f"There is no site &#39;{site}&#39;" in text
            assert "www.larkspur.example" not in text


async def test_no_form_is_taken_without_its_token(nobody: Desk) -> None:
    await nobody.sign_in("ada")
    before = await audit_log(nobody.store)
    posts = [route for route in GUARDED if route.method == "POST"]
    assert posts
    for route in posts:
        path = address(route)
        for form, headers in (
            ({}, {}),
            ({"csrf": "x"}, {}),
            ({"csrf": nobody.csrf}, {"Sec-Fetch-Site": "cross-site"}),
            ({"csrf": nobody.csrf}, {"Sec-Fetch-Site": "same-site"}),
        ):
            sent = {"x": "y"} | form
            answer = await nobody.client.post(path, data=sent, headers=headers, allow_redirects=False)
            assert answer.status == 403, route
            assert "Nothing was changed" in await answer.text()
        answer = await nobody.client.post(path, json={"csrf": nobody.csrf}, allow_redirects=False)
        assert answer.status == 415, route
    assert await audit_log(nobody.store) == before


# --- on an application of its own, with pages that misbehave


async def quiet(request: web.Request, visit: Visit) -> web.StreamResponse:
    return visit.to("/admin/sites")


async def told(request: web.Request, visit: Visit) -> web.StreamResponse:
    async with visit.doing("test.done", site="larkspur", what=visit.form.get("what", "")):
        pass
    return visit.to("/admin/sites", note=f"Done: {visit.form['what']}")


async def broken(request: web.Request, visit: Visit) -> web.StreamResponse:
    raise {
        "lost": NotFoundError("There is no <b>such thing</b>.", hint="Look elsewhere."),
        "full": StoreUnavailable("/var/lib/secret.db: disk full"),
        "bug": KeyError("secret"),
        "gone": web.HTTPGone(),
    }[request.query["how"]]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as first:
        app = web.Application()
        for key in first.client.app:  # type: ignore[union-attr]  # the test server's own application
            app[key] = first.client.app[key]  # type: ignore[index]
        for method, path, handler in (
            ("GET", "/admin/broken", broken),
            ("POST", "/admin/quiet", quiet),
            ("POST", "/admin/told", told),
        ):
            guarded = page(Role.REVIEWER, handler)
            app.router.add_route(method, path, answering(guarded, Requests(), (method, path)))
        await first.sign_in("ada")
        async with TestClient(TestServer(app), cookie_jar=first.client.session.cookie_jar) as client:
            yield Desk(client, first.store, first.version, first.csrf)


async def test_what_a_form_does_is_on_record_under_the_persons_name(opened: Desk) -> None:
    answer = await opened.post("/admin/told", {"what": "tea & <b>"})
    assert answer.status == 303
    [done, _] = await audit_log(opened.store)
    assert (done.actor, done.action, done.site, done.details) == (
        "user:ada", "test.done", "larkspur", {"what": "tea & <b>"},
    )  # fmt: skip
    note = answer.headers["Set-Cookie"]
    assert note.startswith("consentry-note=Done%3A%20tea%20%26%20%3Cb%3E;")
    assert "HttpOnly" in note


async def test_a_form_that_does_something_without_a_record_is_a_fault_of_ours(
    opened: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await opened.post("/admin/quiet")).status == 500
    assert "did not use Visit.doing" in caplog.text


@pytest.mark.parametrize(
    ("how", "status", "told"),
    [
        ("lost", 404, "There is no &lt;b&gt;such thing&lt;/b&gt;."),
        ("full", 503, "Nothing was changed."),
        ("bug", 500, "Something went wrong"),
        ("gone", 410, "Gone"),
    ],
)
async def test_whatever_goes_wrong_is_a_page_and_tells_no_secret(
    opened: Desk, how: str, status: int, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await opened.get(f"/admin/broken?how={how}")
    text = await answer.text()
    assert (answer.status, answer.content_type) == (status, "text/html")
    assert told in text
    assert "secret" not in text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"what=" + b"x" * LARGEST_FORM, 413),
        (b"what=\xff\xfe", 400),
        (b"&".join(b"a=1" for _ in range(6000)), 400),
    ],
)
async def test_a_form_that_is_none_is_refused(opened: Desk, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await opened.client.post("/admin/told", data=body, headers=headers)
    assert answer.status == status
