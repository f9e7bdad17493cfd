from __future__ import annotations

import re

import pytest

from consent import tokens
from consent.tokens import Scope
from tests.consent.web.dashboard.signing_in import Desk


async def test_a_token_is_shown_once_does_what_it_may_and_is_ended(ada: Desk) -> None:
    form = {"name": "backup <job>", "scopes": "read", "sites": "thyme", "days": "30"}
    made = await ada.post("/admin/tokens", form)
    text = await made.text()
    assert made.status == 201
    secret = re.findall(r"consentry_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", text)[0]
    token = await tokens.check(ada.store, secret)
    assert (token.name, token.scopes, token.sites) == ("backup <job>", ("read",), ("thyme",))
    listed = await ada.page("/admin/tokens")
    assert secret not in listed
    assert "backup &lt;job&gt;" in listed
    assert (await ada.post(f"/admin/tokens/{token.id}/revoke")).status == 303
    with pytest.raises(tokens.TokenRefused):
        await tokens.check(ada.store, secret)
    assert "Ended" in await ada.page("/admin/tokens")
    assert (await ada.post(f"/admin/tokens/{token.id}/revoke")).status == 404


@pytest.mark.parametrize("form", [{"days": "0"}, {"days": "x"}, {"name": " "}, {"scopes": "everything"}])
async def test_a_token_that_could_do_nothing_is_not_made(ada: Desk, form: dict[str, str]) -> None:
    answer = await ada.post("/admin/tokens", {"name": "job", "scopes": "read", "days": "30"} | form)
    assert answer.status == 400
    assert 'role="alert"' in await answer.text()
    assert await ada.store.tokens() == []


async def test_each_scope_says_what_it_lets_a_program_do(ada: Desk) -> None:
    text = await ada.page("/admin/tokens")
    for scope in Scope:
        assert re.search(rf"<span>{scope} <span class=.soft.>[a-z]", text), scope
    assert "There is no token that is valid now" in text
