"""The flags are tested where the cookies are set: test_sign_in.py."""

from __future__ import annotations

from tests.consent.web.dashboard.signing_in import Desk


async def test_a_note_is_shown_once_whatever_stands_in_it(ada: Desk) -> None:
    note = {"Cookie": f"{_session(ada)}; consentry-note=%3Cscript%3E%20done"}
    first = await ada.get("/admin/sites", headers=note)
    assert "&lt;script&gt; done" in await first.text()
    assert "Max-Age=0" in first.headers["Set-Cookie"]
    assert "done" not in await ada.page("/admin/sites")


async def test_a_note_that_is_too_long_is_cut(ada: Desk) -> None:
    answer = await ada.client.get(
        "/admin/sites", headers={"Cookie": f"{_session(ada)}; consentry-note={'x' * 5000}"}
    )
    assert answer.status == 200
    assert "x" * 1000 in await answer.text()
    assert "x" * 1001 not in await answer.text()


def _session(desk: Desk) -> str:
    return next(
        f"{one.key}={one.value}" for one in desk.client.session.cookie_jar if one.key == "consentry-session"
    )
