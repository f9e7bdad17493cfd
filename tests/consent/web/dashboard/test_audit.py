from __future__ import annotations

import msgspec

from consent.anchors import Anchors
from consent.audit import audited
from tests.consent.web.dashboard.signing_in import Desk


async def test_actions_are_listed_the_latest_first_with_who_and_where(ada: Desk) -> None:
    async with audited(
        ada.store, actor="token:abc:<b>job</b>", action="widget.publish", site="larkspur", scan="s<i>"
    ):
        pass
    text = await ada.page("/admin/audit")
    assert text.index("widget.publish") < text.index("session.begin")
    for told in ("&lt;b&gt;job&lt;/b&gt;<small>token", "s&lt;i&gt;", "ada<small>person"):
        assert told in text


async def test_older_actions_are_on_further_pages(ada: Desk) -> None:
    for number in range(61):
        async with audited(ada.store, actor="cli:ada", action=f"test.{number}"):
            pass
    first = await ada.page("/admin/audit")
    assert first.count('scope="row"') == 60
    following = first.split('rel="next" href="')[1].split('"')[0]
    second = await ada.page(following)
    assert second.count('scope="row"') == 2
    assert "test.0" in second


async def test_a_person_of_one_site_sees_what_was_done_there(nobody: Desk) -> None:
    for site in ("larkspur", "thyme"):
        async with audited(nobody.store, actor="cli:ada", action=f"test.{site}", site=site):
            pass
    await nobody.sign_in("cy")
    text = await nobody.page("/admin/audit")
    assert "test.thyme" in text
    assert "test.larkspur" not in text


async def test_actions_are_found_by_what_they_are_about_by_site_and_by_who_did_them(ada: Desk) -> None:
    for actor, action, site in (
        ("user:Bo", "widget.publish", "larkspur"),
        ("cli:root", "log.export", "thyme"),
        ("token:1:nightly job", "scan.start", "thyme"),
    ):
        async with audited(ada.store, actor=actor, action=action, site=site):
            pass
    for query, told in (
        ("about=widget", "Published"), ("site=larkspur", "Published"), ("who=bo", "Published"),
        ("about=log&site=thyme", "Exported records"), ("who=NIGHTLY", "Started a scan"), ("about=session", "Signed in"),
    ):  # fmt: skip
        text = await ada.page(f"/admin/audit?{query}")
        assert text.count('scope="row"') == 1, query
        assert told in text
    assert "No action is like that." in await ada.page("/admin/audit?who=nobody")
    assert (await ada.page("/admin/audit?about=wrong&site=wrong")).count('scope="row"') == 4


async def test_an_anchor_is_exported_and_that_it_was_is_on_record(ada: Desk) -> None:
    answer = await ada.get("/admin/audit/anchor.json")
    anchors = msgspec.json.decode(await answer.read(), type=Anchors)
    assert (answer.status, len(anchors.chains)) == (200, 1)
    assert anchors.chains[0].position > 0
    assert "Exported an anchor" in await ada.page("/admin/audit")
    await ada.sign_out()
    await ada.sign_in("cy")
    assert (await ada.get("/admin/audit/anchor.json")).status == 403
    assert "anchor.json" not in await ada.page("/admin/audit")


async def test_an_action_leads_to_the_record_and_the_notice_that_it_was_about(ada: Desk) -> None:
    record = "0193a5c0-0000-7000-8000-000000000000"
    async with audited(
        ada.store,
        actor="cli:ada",
        action="widget.publish",
        site="larkspur",
        notice=ada.version,
        record=record,
    ):
        pass
    text = await ada.page("/admin/audit")
    assert f'href="/admin/log/{record}"' in text
    assert f'href="/admin/sites/larkspur/notices/{ada.version}"' in text
