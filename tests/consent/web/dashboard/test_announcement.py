from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from consent.announcements import announced
from consent.audit import audit_log
from tests.consent.factories import site
from tests.consent.web.dashboard.signing_in import Desk, desk

PATH = "/admin/sites/larkspur/announcement"
UNTIL = (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=30)).isoformat()
SENT = {
    "title-en": "Soon",
    "text-en": "From May on.\r\n\r\n- One\r\n- <b>Two</b>",
    "until": UNTIL,
    "link": "",
}


async def test_a_change_is_announced_served_shown_and_taken_back(ada: Desk) -> None:
    before = await ada.page(PATH)
    assert "Nothing is announced now." in before
    assert f'value="{UNTIL}"' in before
    answer = await ada.post(PATH, SENT, follow=True)
    after = await answer.text()
    assert answer.status == 200
    assert f"Visitors who come back are told until {UNTIL}." in after
    assert "- &lt;b&gt;Two&lt;/b&gt;" in after
    standing = await announced(ada.store, site())
    assert standing is not None
    assert standing.texts["en"].blocks() == ("From May on.", ("One", "<b>Two</b>"))
    assert "consentry_read" in await (await ada.client.get("/w/larkspur.js")).text()
    assert PATH in await ada.page("/admin/sites/larkspur/publish")
    ended = await ada.post(PATH, {"action": "end"}, follow=True)
    assert "Nothing is announced any more." in await ended.text()
    assert await announced(ada.store, site()) is None
    done = [one.action for one in await audit_log(ada.store) if one.action.startswith("widget.announce")]
    assert done == ["widget.announce-end", "widget.announce"]


async def test_what_cannot_be_announced_comes_back_as_it_was_written(ada: Desk) -> None:
    answer = await ada.post(PATH, SENT | {"until": "2020-01-01", "link": "https://a.example/next"})
    text = await answer.text()
    assert answer.status == 400
    assert re.search(r'role="alert">Last day: Choose a day from today on', text)
    assert "From May on." in text
    assert "https://a.example/next" in text
    unread = await ada.post(PATH, SENT | {"text-en": " "})
    assert (unread.status, "What they read (en): Say what visitors are to read" in await unread.text()) == (
        400,
        True,
    )
    assert (await ada.post(PATH, {"action": "end"})).status == 404


async def test_a_reviewer_reads_and_an_admin_of_another_site_does_not(ada: Desk) -> None:
    await ada.post(PATH, SENT)
    await ada.sign_out()
    await ada.sign_in("bo")
    text = await ada.page(PATH)
    assert "An admin announces something." in text
    assert "Take it back" not in text
    assert (await ada.post(PATH, SENT)).status == 403
    await ada.sign_out()
    await ada.sign_in("cy")
    await ada.page(PATH, 404)


async def test_a_site_that_shows_nothing_says_so(ada: Desk) -> None:
    assert "Nothing is published for this site yet" in await ada.page("/admin/sites/thyme/announcement")


async def test_each_language_is_called_by_its_own_name(tmp_path: Path) -> None:
    async with desk(tmp_path, site(languages=("en", "de"))) as opened:
        await opened.sign_in("ada")
        text = await opened.page(PATH)
    assert "In English (en) (who has no text in their language reads this one)" in text
    assert "In Deutsch (de)" in text
