from __future__ import annotations

import re
from typing import Any

import pytest

from consent.audit import audit_log
from consent.deadlines import SOON_DAYS
from consent.model.rights import DeskRequest, RightsRequest
from consent.times import DAY_MS, now_ms
from consent.web.dashboard.rights import _tone
from tests.consent.factories import body, consent_id
from tests.consent.store.test_contract_rights import a_request
from tests.consent.web.dashboard.signing_in import Desk

HOSTILE = "<script>alert(1)</script>"


async def asked(desk: Desk, kind: str = "correct") -> tuple[str, str]:
    """The consent id of somebody who has asked for something, and the address of the request's page."""
    visitor = consent_id()
    assert (await desk.client.post("/v1/consent", json=body(desk.version, consent_id=visitor))).status == 201
    wish = {"kind": kind, "message": f"It is {HOSTILE}", "contact": "me@thyme.example"}
    answer = await desk.client.post(f"/v1/consent/{visitor}/requests", json=wish)
    request_id = (await answer.json())["data"]["request"]["request_id"]
    return visitor, f"/admin/sites/larkspur/rights/{request_id}"


async def seen(desk: Desk, visitor: str) -> dict[str, Any]:
    data = (await (await desk.client.get(f"/v1/consent/{visitor}/requests")).json())["data"]
    request: dict[str, Any] = data[-1]
    return request


async def test_a_request_is_listed_read_and_answered_and_the_visitor_sees_it(ada: Desk) -> None:
    visitor, path = await asked(ada)
    text = await ada.page("/admin/rights")
    assert path in text
    assert "days left" in text
    text = await ada.page(path)
    assert HOSTILE not in text
    assert "It is &lt;script&gt;" in text
    assert re.findall(r'href="([^"]+)" aria-current', text) == ["/admin/rights"]
    assert "me@thyme.example" in text
    assert visitor not in text
    assert "/admin/log/" in text
    answer = await ada.post(path, {"action": "answer", "text": "We look\r\ninto <it>."}, follow=True)
    text = await answer.text()
    assert "The answer stands on the visitor" in text
    assert "into &lt;it&gt;." in text
    assert (await seen(ada, visitor))["steps"][-1]["text"] == "We look\ninto <it>."
    for action, told in (("extend", "Many."), ("done", "")):
        assert (await ada.post(path, {"action": action, "text": told})).status == 303
    assert path not in await ada.page("/admin/rights")
    assert path in await ada.page("/admin/rights?state=closed&site=larkspur")
    text = await ada.page(path)
    assert 'name="action"' not in text
    actions = [one.action for one in await audit_log(ada.store, limit=20)]
    assert [one for one in actions if one.startswith("rights.") and one != "rights.read"] == [
        "rights.done", "rights.extend", "rights.answer",
    ]  # fmt: skip
    assert actions.count("rights.read") == 3


async def test_what_cannot_be_done_is_told_beside_the_form_with_what_was_typed(ada: Desk) -> None:
    visitor, path = await asked(ada, "restrict")
    for form, told in (
        ({"action": "extend", "text": ""}, "Say what the visitor is to be told."),
        ({"action": "done", "text": ""}, "to be told"),
        ({"action": "forget", "text": "typed"}, "Choose what"),
        ({"action": "answer", "text": "x" * 4_001}, "at most 4,000"),
    ):
        answer = await ada.post(path, form)
        text = await answer.text()
        assert answer.status == 400
        assert told in text.partition('role="alert">')[2].partition("</p>")[0]
    assert (await seen(ada, visitor))["state"] == "open"
    assert (await ada.post(path, {"action": "refuse", "text": "It is right."})).status == 303
    late = await ada.post(path, {"action": "answer", "text": "late"})
    assert (late.status, "refused already" in await late.text()) == (400, True)


async def test_what_is_overdue_is_said_in_words_and_comes_first(ada: Desk) -> None:
    _, path = await asked(ada)
    late = "019354aa-0000-7000-8000-00000000aaaa"
    row = a_request(late, received_ms=now_ms() - 40 * DAY_MS, due_ms=now_ms() - 9 * DAY_MS - 5, record_id="")
    await ada.store.add_request(row, [], most=9)
    text = await ada.page("/admin/rights")
    assert "1 request overdue" in text
    assert "Overdue by 9 days" in text
    assert text.index(late) < text.index(path)
    text = await ada.page(f"/admin/sites/larkspur/rights/{late}")
    assert 'value="extend"' not in text
    assert "The log holds none any more." in text


async def test_only_admins_of_the_site_reach_it(bo: Desk) -> None:
    _, path = await asked(bo)
    await bo.page("/admin/rights", status=403)
    await bo.page(path, status=403)
    await bo.sign_out()
    await bo.sign_in("cy")
    await bo.page(path, status=404)
    assert path not in await bo.page("/admin/rights")
    moved = path.replace("larkspur", "thyme")
    await bo.page(moved, status=404)
    assert (await bo.post(moved, {"action": "done", "text": "x"})).status == 404


@pytest.mark.parametrize(
    ("state", "left", "tone"),
    [
        ("open", -1, "violations"), ("open", 0, "incomplete"), ("open", SOON_DAYS - 1, "incomplete"),
        ("open", SOON_DAYS, "running"), ("done", 0, "clean"), ("refused", 0, "unknown"), ("erased", 0, "unknown"),
    ],
)  # fmt: skip
def test_each_state_has_its_colour(state: Any, left: int, tone: str) -> None:
    request = RightsRequest(
        request_id="r", site="larkspur", kind="object", state=state, received="", due="", extended=False, closed="",
        message="", contact="", steps=(),
    )  # fmt: skip
    assert _tone(DeskRequest(request=request, days_left=left, standing="")) == tone
