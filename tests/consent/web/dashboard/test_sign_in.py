from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from consent import sessions, users
from consent.audit import audit_log
from consent.model.sites import Server
from consent.web.dashboard import sign_in
from tests.consent.web.dashboard.signing_in import PASSWORD, Desk, desk, token_in


async def actions(desk: Desk) -> list[tuple[str, str, dict[str, str]]]:
    found = await audit_log(desk.store)
    return [(one.actor, one.action, one.details) for one in reversed(found)]


def session_in(desk: Desk) -> str:
    for cookie in desk.client.session.cookie_jar:
        if cookie.key.endswith("consentry-session"):
            return cookie.value
    return ""


async def test_a_person_signs_in_sees_the_sites_and_signs_out(nobody: Desk) -> None:
    answer = await nobody.sign_in(" Ada ")
    assert (answer.status, answer.headers["Location"]) == (303, "/admin/sites")
    assert "Larkspur" in await nobody.page("/admin/sites")
    secret = session_in(nobody)
    left = await nobody.post("/admin/sign-out")
    assert (left.status, left.headers["Location"]) == (303, "/admin/sign-in?out")
    assert await sessions.find(nobody.store, secret) is None
    assert (await nobody.get("/admin/sites")).status == 303
    assert [(actor, action) for actor, action, _ in await actions(nobody)] == [
        ("user:ada", "session.begin"), ("user:ada", "session.end"),
    ]  # fmt: skip


async def test_the_cookie_is_for_our_own_pages_alone(nobody: Desk) -> None:
    answer = await nobody.sign_in("ada")
    cookie = next(one for one in answer.headers.getall("Set-Cookie") if "consentry-session=" in one)
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax"}


async def test_where_browsers_come_by_https_the_cookies_are_secure_and_no_other_host_can_set_them(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, public_url="https://consent.larkspur.example") as opened:
        form = await opened.get("/admin/sign-in")
        [cookie] = form.headers.getall("Set-Cookie")
        assert cookie.startswith("__Host-consentry-sign-in=")
        secret = cookie.partition("=")[2].partition(";")[0]
        sent = {"csrf": token_in(await form.text()), "name": "ada", "password": PASSWORD}
        headers = {"Cookie": f"__Host-consentry-sign-in={secret}"}
        answer = await opened.client.post("/admin/sign-in", data=sent, headers=headers, allow_redirects=False)
        assert answer.status == 303
        cookie = next(one for one in answer.headers.getall("Set-Cookie") if "session=" in one)
        assert cookie.startswith("__Host-consentry-session=")
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert parts == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"}


async def test_a_session_is_a_new_one_with_each_sign_in_and_the_old_one_ends(nobody: Desk) -> None:
    await nobody.sign_in("ada")
    first = session_in(nobody)
    form = await nobody.get("/admin/sign-in")
    assert form.status == 303  # there is nothing to do
    nobody.client.session.cookie_jar.clear(lambda cookie: cookie.key == "consentry-session")
    page = await nobody.get("/admin/sign-in")
    sent = {"csrf": token_in(await page.text()), "name": "bo", "password": PASSWORD}
    planted = {"Cookie": f"consentry-session={first}; consentry-sign-in={_sign_in_cookie(nobody)}"}
    answer = await nobody.client.post("/admin/sign-in", data=sent, headers=planted, allow_redirects=False)
    assert answer.status == 303
    assert session_in(nobody) != first
    assert await sessions.find(nobody.store, first) is None


def _sign_in_cookie(desk: Desk) -> str:
    return next(cookie.value for cookie in desk.client.session.cookie_jar if cookie.key.endswith("sign-in"))


async def test_what_is_wrong_is_not_told_and_a_name_that_nobody_has_not_kept(nobody: Desk) -> None:
    texts = []
    for name in ("ada", "dot", "my-password-in-the-wrong-field"):
        answer = await nobody.sign_in(name, "wrong password")
        text = await answer.text()
        assert answer.status == 403
        texts.append(text.replace(name, "NAME").replace(token_in(text), ""))
    assert len(set(texts)) == 1
    assert [(actor, action) for actor, action, _ in await actions(nobody)] == [
        ("user:ada", "session.refuse"), ("user:dot", "session.refuse"), ("unknown", "session.refuse"),
    ]  # fmt: skip
    assert "wrong-field" not in str(await actions(nobody))


async def test_attempts_with_names_that_there_are_not_are_told_together(
    nobody: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        await nobody.sign_in(f"nobody{number}")
    monkeypatch.setattr(sign_in, "TOLD_EVERY_S", 0.0)
    await nobody.sign_in("nobody")
    told = [details["attempts"] for _, _, details in await actions(nobody)]
    assert told == ["1", "4"]


async def test_a_form_from_elsewhere_or_of_yesterday_signs_nobody_in(nobody: Desk) -> None:
    for fields, headers in (
        ({"csrf": "wrong"}, {}),
        ({"csrf": ""}, {}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Cookie": "consentry-sign-in=" + "A" * 43}),
    ):
        page = await nobody.get("/admin/sign-in")
        sent = {"csrf": token_in(await page.text()), "name": "ada", "password": PASSWORD} | fields
        if "Cookie" in headers:
            nobody.client.session.cookie_jar.clear()
        answer = await nobody.client.post("/admin/sign-in", data=sent, headers=headers, allow_redirects=False)
        assert answer.status == 403
        assert "too old" in await answer.text()
        assert session_in(nobody) == ""
    assert await actions(nobody) == []


async def test_one_name_cannot_be_tried_for_ever(tmp_path: Path) -> None:
    async with desk(tmp_path, server=Server(limit_sign_in=3)) as opened:
        for _ in range(3):
            assert (await opened.sign_in("ada", "wrong password")).status == 403
        for name in ("ada", "ADA "):
            late = await opened.sign_in(name)
            assert late.status == 429
            assert int(late.headers["Retry-After"]) > 0
        assert (await opened.sign_in("bo")).status == 303  # nobody else waits for that


async def test_one_client_cannot_try_every_name(tmp_path: Path) -> None:
    async with desk(tmp_path, server=Server(limit_sign_in=3, trusted_proxies=("127.0.0.1",))) as opened:
        opened.client.session.headers["X-Forwarded-For"] = "203.0.113.7"
        for number in range(3):
            assert (await opened.sign_in(f"nobody{number}")).status == 403
        assert (await opened.sign_in("ada")).status == 429
        opened.client.session.headers["X-Forwarded-For"] = "203.0.113.8"
        assert (await opened.sign_in("ada")).status == 303


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/admin/sites/larkspur?page=2&q=a%20b", "/admin/sites/larkspur?page=2&q=a%20b"),
        ("https://evil.example/admin", "/admin/sites"),
        ("//evil.example/admin", "/admin/sites"),
        ("/admin//evil.example", "/admin/sites"),
        ("/admin/\\evil.example", "/admin/sites"),
        ("/admin/sites\r\nSet-Cookie: a=b", "/admin/sites"),
        ("/administrator", "/admin/sites"),
        ("/admin/sign-in?next=/admin", "/admin/sites"),
    ],
)
async def test_signing_in_leads_to_a_page_of_ours_and_nowhere_else(
    nobody: Desk, wanted: str, leads: str
) -> None:
    page = await nobody.get(f"/admin/sign-in?next={quote(wanted, safe='')}")
    assert ("evil" in await page.text()) is False
    answer = await nobody.sign_in("ada", next=wanted)
    assert answer.headers["Location"] == leads


PROXIED = Server(trusted_proxies=("127.0.0.1",), sso_header="X-Forwarded-User")


async def test_a_trusted_proxy_signs_people_in(tmp_path: Path) -> None:
    async with desk(tmp_path, server=PROXIED) as opened:
        opened.client.session.headers["X-Forwarded-User"] = "Dot"
        answer = await opened.get("/admin/sites", follow=True)
        assert answer.status == 200
        assert "dot" in await answer.text()
        assert await actions(opened) == [("user:dot", "session.begin", {"way": "proxy"})]
        opened.csrf = token_in(await answer.text())
        left = await opened.post("/admin/sign-out", follow=True)
        assert "You are signed out" in await left.text()  # and not signed in again at once


async def test_a_person_whom_the_proxy_knows_and_we_do_not_is_told_so(tmp_path: Path) -> None:
    async with desk(tmp_path, server=PROXIED) as opened:
        opened.client.session.headers["X-Forwarded-User"] = "eve<b>"
        page = await (await opened.get("/admin/sign-in")).text()
        assert "eve&lt;b&gt;" in page
        assert "nobody added this name" in page


@pytest.mark.parametrize(
    "server",
    [
        Server(trusted_proxies=("127.0.0.1",)),  # no header is set
        Server(trusted_proxies=("192.0.2.1",), sso_header="X-Forwarded-User"),  # somebody else sent it
        Server(sso_header="X-Forwarded-User"),  # no proxy is trusted
    ],
)
async def test_nobody_signs_in_by_writing_the_header_themselves(tmp_path: Path, server: Server) -> None:
    async with desk(tmp_path, server=server) as opened:
        opened.client.session.headers["X-Forwarded-User"] = "ada"
        answer = await opened.get("/admin/sites", follow=True)
        assert answer.url.path == "/admin/sign-in"
        assert session_in(opened) == ""


async def test_a_header_that_stands_there_twice_is_not_believed(tmp_path: Path) -> None:
    async with desk(tmp_path, server=PROXIED) as opened:
        headers = [("X-Forwarded-User", "dot"), ("X-Forwarded-User", "ada")]
        answer = await opened.client.get("/admin/sign-in", headers=headers, allow_redirects=False)
        assert answer.status == 200


async def test_whoever_is_removed_is_out_at_once(ada: Desk) -> None:
    await users.remove(ada.store, "ada")
    assert (await ada.get("/admin/sites")).headers["Location"].startswith("/admin/sign-in")
