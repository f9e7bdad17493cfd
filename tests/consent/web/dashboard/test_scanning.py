from __future__ import annotations

import pytest

from consent.audit import audit_log
from tests.consent.web.dashboard.signing_in import Desk


async def test_a_scan_is_asked_for_and_taken_back_and_both_is_on_record(ada: Desk) -> None:
    form = await ada.page("/admin/sites/larkspur/scans")
    assert 'name="pages" type="number" min="1" max="100000" required value="20"' in form
    answer = await ada.post("/admin/sites/larkspur/scans", {"pages": "7", "states": "before"})
    [run] = await ada.store.open_scans()
    assert (answer.status, answer.headers["Location"]) == (303, f"/admin/sites/larkspur/scans/{run.scan_id}")
    assert (run.pages, run.states, run.trigger, run.requested_by) == (7, ("before",), "dashboard", "ada")
    assert "Cancel this scan" in await ada.page(answer.headers["Location"])
    left = await ada.post(f"/admin/sites/larkspur/scans/{run.scan_id}/cancel", follow=True)
    assert "The scan was cancelled." in await left.text()
    assert await ada.store.open_scans() == []
    found = [one for one in await audit_log(ada.store) if one.action.startswith("scan.")]
    assert [(one.actor, one.action, one.site) for one in found] == [
        ("user:ada", "scan.cancel", "larkspur"), ("user:ada", "scan.start", "larkspur"),
    ]  # fmt: skip
    again = await ada.post(f"/admin/sites/larkspur/scans/{run.scan_id}/cancel")
    assert again.status == 400


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"pages": "0", "states": "before"}, "a number from 1"),
        ({"pages": "\u0661", "states": "before"}, "a number from 1"),
        ({"pages": "9" * 30, "states": "before"}, "a number from 1"),
        ({"pages": "5", "states": "reject"}, "always needed"),
        ({}, "a number from 1"),
    ],
)
async def test_what_cannot_be_scanned_so_is_told_in_the_form(
    ada: Desk, form: dict[str, str], told: str
) -> None:
    answer = await ada.post("/admin/sites/larkspur/scans", form)
    assert answer.status == 400
    assert told in await answer.text()
    assert await ada.store.open_scans() == []
