from __future__ import annotations

import pytest

from consent import users
from consent.audit import audit_log
from consent.users import Role, SignInRefused
from tests.consent.web.dashboard.signing_in import PASSWORD, Desk, token_in

OTHER = "another four random words"


async def test_people_are_added_changed_and_removed_and_no_password_is_kept_anywhere(ada: Desk) -> None:
    form = {"name": "Eve@Shop", "role": "reviewer", "scope": "some", "sites": "thyme", "password": PASSWORD}
    added = await ada.post("/admin/users", form, follow=True)
    text = await added.text()
    assert "eve@shop was added." in text
    eve = await users.recognise(ada.store, "eve@shop", PASSWORD)
    assert (eve.role, eve.sites) == (Role.REVIEWER, ("thyme",))
    await ada.post("/admin/users/eve@shop/password", {"password": OTHER})
    with pytest.raises(SignInRefused):
        await users.recognise(ada.store, "eve@shop", PASSWORD)
    assert (await ada.post("/admin/users/eve@shop/remove")).status == 303
    assert await users.known(ada.store, "eve@shop") is None
    found = await audit_log(ada.store)
    assert [one.action for one in found[:3]] == ["user.remove", "user.password", "user.add"]
    assert PASSWORD not in str(found) + text
    assert "argon2" not in str(found) + text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "ada"}, "already"),
        ({"name": "<b>"}, "no user name"),
        ({"name": "eve", "password": "short"}, "needs 12"),
        ({"name": "eve", "scope": "some"}, "Choose the sites"),
        ({"name": "eve", "scope": "all", "sites": "thyme"}, "Choose the sites"),
    ],
)
async def test_what_cannot_be_added_is_told_and_nobody_is_added(
    ada: Desk, form: dict[str, str], told: str
) -> None:
    answer = await ada.post("/admin/users", {"role": "admin", "scope": "all"} | form)
    text = await answer.text()
    assert answer.status == 400
    assert told in text
    assert "short" not in text.replace("shortest", "")
    assert await users.known(ada.store, "eve") is None


async def test_nobody_removes_themselves(ada: Desk) -> None:
    assert (await ada.post("/admin/users/ada/remove")).status == 403
    assert await users.known(ada.store, "ada") is not None


async def test_an_admin_of_one_site_neither_sees_nor_makes_people_and_tokens(cy: Desk) -> None:
    for path in ("/admin/users", "/admin/tokens"):
        assert "you may see some" in await cy.page(path, status=403)
    for path in (
        "/admin/users",
        "/admin/users/ada/password",
        "/admin/users/ada/remove",
        "/admin/tokens",
        f"/admin/tokens/{'0' * 12}/revoke",
    ):
        form = {
            "name": "eve",
            "role": "admin",
            "scope": "all",
            "password": OTHER,
            "scopes": "admin",
            "days": "9",
        }
        assert (await cy.post(path, form)).status == 403, path
    assert await users.known(cy.store, "eve") is None
    assert await cy.store.tokens() == []
    await users.recognise(cy.store, "ada", PASSWORD)


async def test_everybody_changes_their_own_password_and_stays_signed_in_here_alone(bo: Desk) -> None:
    for form, told in (
        ({"old": "wrong password", "new": OTHER, "again": OTHER}, "old password is another"),
        ({"old": PASSWORD, "new": OTHER, "again": "x" * 12}, "typed in two ways"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "needs 12"),
    ):
        answer = await bo.post("/admin/account", form)
        assert (answer.status, told in await answer.text()) == (400, True)
    done = await bo.post("/admin/account", {"old": PASSWORD, "new": OTHER, "again": OTHER})
    assert done.status == 303
    text = await bo.page("/admin/account")
    assert "Your password is changed." in text
    assert token_in(text) != bo.csrf  # it is another session
    await users.recognise(bo.store, "bo", OTHER)
