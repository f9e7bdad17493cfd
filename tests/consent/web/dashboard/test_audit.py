from __future__ import annotations

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
