from __future__ import annotations

from consent.web.dashboard import page_routes
from tests.consent.web.dashboard.signing_in import Desk


def test_it_is_asked_after_all_others() -> None:
    assert page_routes()[-1].path == "/admin/{rest:.+}"


async def test_an_address_with_a_slip_in_it_is_a_page_that_leads_back(ada: Desk) -> None:
    text = await ada.page("/admin/stes/%3Cb%3E", status=404)
    assert "no such page" in text
    assert 'href="/admin"' in text


async def test_a_stranger_does_not_learn_which_pages_there_are(nobody: Desk) -> None:
    assert (await nobody.get("/admin/stes")).status == (await nobody.get("/admin/sites")).status == 303


async def test_a_method_that_a_page_does_not_take_is_refused(ada: Desk) -> None:
    assert (await ada.client.put("/admin/sites")).status == 405
