from __future__ import annotations

from typing import Any

from consent.audit import audit_log
from consent.holds import place
from consent.model.categories import CATEGORIES
from tests.consent.factories import body
from tests.consent.web.dashboard.signing_in import Desk


async def consented(desk: Desk, **fields: Any) -> dict[str, Any]:
    sent = body(desk.version, **fields)
    answer = await desk.client.post("/v1/consent", json=sent)
    assert answer.status == 201, await answer.text()
    record: dict[str, Any] = (await answer.json())["data"]["record"]
    return record


async def test_records_are_found_by_site_and_day_and_the_search_is_on_record(ada: Desk) -> None:
    made = await consented(ada)
    day = made["server_time"][:10]
    text = await ada.page(f"/admin/log?site=larkspur&since={day}&until={day}")
    assert f"/admin/log/{made['record_id']}" in text
    assert "everything" in text
    assert made["consent_id"] not in text
    assert "No record is like that" in await ada.page("/admin/log?site=thyme")
    assert "No record is like that" in await ada.page("/admin/log?until=2020-01-01")
    assert "cannot be read" in await ada.page("/admin/log?since=yesterday", status=404)
    assert "no site" in await ada.page("/admin/log?site=unknown", status=404)
    found = [one for one in await audit_log(ada.store) if one.action == "log.search"]
    assert (found[-1].site, found[-1].details) == ("larkspur", {"since": day, "until": day})


async def test_a_record_is_found_by_its_own_id_or_by_the_visitors_and_neither_stands_in_an_address(
    ada: Desk,
) -> None:
    made = await consented(ada)
    for wanted in (made["record_id"], f" {made['consent_id']} "):
        answer = await ada.post("/admin/log", {"id": wanted})
        assert answer.headers["Location"] == f"/admin/log/{made['record_id']}"
    for wanted in ("x", "A" * 22, "", "<script>"):
        answer = await ada.post("/admin/log", {"id": wanted})
        assert answer.status == 404
        assert "no record of this id" in await answer.text()
    assert made["consent_id"] not in str(await audit_log(ada.store))


async def test_a_record_is_shown_whole_with_its_seal_and_with_what_else_the_visitor_decided(
    ada: Desk,
) -> None:
    first = await consented(ada)
    nothing = dict.fromkeys(CATEGORIES, "denied") | {"necessary": "granted"}
    await consented(
        ada, consent_id=first["consent_id"], event="withdrawn", action="withdraw", categories=nothing
    )
    text = await ada.page(f"/admin/log/{first['record_id']}")
    for told in (
        "As it was sealed",
        first["page"],
        first["notice_version"],
        first["consent_id"],
        "2 records",
        "withdrawn",
    ):
        assert told in text
    assert (await audit_log(ada.store, limit=1))[0].action == "log.read"
    await ada.page("/admin/log/0193a5c0-0000-7000-8000-000000000000", status=404)


async def test_the_visitors_copy_is_a_file_in_each_format(ada: Desk) -> None:
    made = await consented(ada)
    for kind, media in (
        ("json", "application/json"),
        ("html", "text/html"),
        ("csv", "text/csv"),
        ("iso27560", "application/json"),
    ):
        answer = await ada.get(f"/admin/log/{made['record_id']}/copy/{kind}")
        assert (answer.status, answer.content_type) == (200, media)
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        assert made["record_id"] in await answer.text()
    await ada.page(f"/admin/log/{made['record_id']}/copy/xml", status=404)


async def test_a_sites_records_are_exported(ada: Desk) -> None:
    made = await consented(ada)
    answer = await ada.get("/admin/sites/larkspur/export?format=csv")
    assert answer.content_type == "text/csv"
    assert made["record_id"] in await answer.text()
    assert (await audit_log(ada.store, limit=1))[0].action == "log.export"
    await ada.page("/admin/sites/larkspur/export?format=xml", status=400)


async def test_an_erased_record_shows_what_is_left_of_it(ada: Desk) -> None:
    made = await consented(ada)
    assert (await ada.client.delete(f"/v1/consent/{made['consent_id']}")).status == 200
    text = await ada.page(f"/admin/log/{made['record_id']}")
    assert "Erased" in text
    assert "As it was sealed" in text
    assert made["consent_id"] not in text
    await ada.page(f"/admin/log/{made['record_id']}/copy/json", status=404)


async def test_a_person_of_one_site_finds_nothing_of_another(nobody: Desk) -> None:
    made = await consented(nobody)
    await nobody.sign_in("cy")
    assert made["record_id"] not in await nobody.page("/admin/log?since=2020-01-01")
    await nobody.page("/admin/log?site=larkspur", status=404)
    await nobody.page(f"/admin/log/{made['record_id']}", status=404)
    await nobody.page(f"/admin/log/{made['record_id']}/copy/json", status=404)
    assert (await nobody.post("/admin/log", {"id": made["consent_id"]})).status == 404


async def test_a_visitors_records_are_erased_once_the_box_is_ticked(ada: Desk) -> None:
    made = await consented(ada)
    await consented(ada, consent_id=made["consent_id"])
    here = f"/admin/log/{made['record_id']}"
    assert "Erase 2 records" in await ada.page(here)
    refused = await ada.post(f"{here}/erase")
    assert (refused.status, "Nothing was erased" in await refused.text()) == (400, True)
    assert "Erase 2 records" in await ada.page(here)
    answer = await ada.post(f"{here}/erase", {"sure": "yes"}, follow=True)
    text = await answer.text()
    assert (answer.status, "2 records are erased." in text) == (200, True)
    assert made["consent_id"] not in text
    assert "Of this record only what its seal needs is left." in await ada.page(here)
    [entry] = [one for one in await audit_log(ada.store) if one.action == "log.erase"]
    assert (entry.actor, entry.site, entry.details) == (
        "user:ada", "larkspur", {"record": made["record_id"]},
    )  # fmt: skip
    assert (await ada.post(f"{here}/erase", {"sure": "yes"})).status == 404


async def test_what_a_legal_hold_keeps_is_not_erased(ada: Desk) -> None:
    made = await consented(ada)
    await place(ada.store, site="larkspur", actor="user:ada", reason="A claim is open.")
    answer = await ada.post(f"/admin/log/{made['record_id']}/erase", {"sure": "yes"})
    assert (answer.status, "a legal hold of" in await answer.text()) == (400, True)
    assert "As it was sealed" in await ada.page(f"/admin/log/{made['record_id']}")


async def test_that_a_notice_was_shown_is_not_told_as_a_decision(ada: Desk) -> None:
    nothing = dict.fromkeys(CATEGORIES, "not_asked") | {"necessary": "granted"}
    made = await consented(ada, event="notice_shown", action="none", categories=nothing)
    for path in ("/admin/log?site=larkspur", f"/admin/log/{made['record_id']}"):
        text = await ada.page(path)
        assert "no decision" in text
        assert "nothing but the necessary" not in text
