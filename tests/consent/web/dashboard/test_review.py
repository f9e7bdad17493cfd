from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from consent.audit import audit_log
from consent.decisions import decisions_of, record
from consent.model.categories import Category, Party
from consent.model.sites import Decision
from tests.consent.factories import site
from tests.consent.web.dashboard.reviewing import HOSTILE, REOPENED, scanned, waiting
from tests.consent.web.dashboard.signing_in import Desk, desk

PATH = "/admin/sites/larkspur/review"
FORM = {
    "kind": "cookie",
    "host": "www.larkspur.example",
    "category": "performance",
    "purpose": "Counts visits.",
}
LIMIT = 100_000


@pytest.fixture
async def filled(nobody: Desk) -> Desk:
    """A reviewer, and two sites where the same item waits."""
    await scanned(
        nobody.store, waiting("lk_visit"), waiting("zz", host="ads.example", party=Party.THIRD), REOPENED
    )
    await scanned(nobody.store, waiting("lk_visit", host="thyme.example"), of="thyme")
    await nobody.sign_in("bo")
    return nobody


def heading(html: str) -> str:
    found = re.search(r'id="item-title"[^>]*>([^<]*)<', html)
    return unescape(found[1]) if found else ""


async def test_the_first_item_is_shown_with_its_evidence_and_the_others_beside_it(filled: Desk) -> None:
    text = unescape(await filled.page(PATH))
    assert heading(text) == "zz"
    assert "3 items wait for a decision" in text
    for evidence in (
        "ads.example", "Before consent, After accepting", "1 year", "https://cdn.tea.example/stats.js", "20 % sure",
        "https://www.larkspur.example/tea/green", "No rule knows this name", "tells visitors apart", "Third party",
    ):  # fmt: skip
        assert evidence in text, evidence
    assert text.count('<li><a href="/admin/sites/larkspur/review?') == 3
    reopened = await filled.page(f"{PATH}?host=www.larkspur.example&name=_ga_*&kind=cookie")
    assert "it stays over 13 months, and stayed up to a month then" in reopened
    assert 'value="performance" checked' in reopened
    assert 'value="Counts visits."' in reopened


async def test_a_decision_is_stored_with_what_it_was_made_on_and_the_next_item_comes(filled: Desk) -> None:
    answer = await filled.post(PATH, FORM | {"name": "lk_visit"}, follow=True)
    text = await answer.text()
    assert heading(text) != "lk_visit"
    assert "lk_visit is performance now." in text
    [one] = await decisions_of(filled.store, "larkspur")
    assert (one.name, one.category, one.reviewer, one.set_by) == (
        "lk_visit",
        "performance",
        "bo",
        "tea.example",
    )
    assert one.lifetime == "up to 13 months"
    [entry] = [entry for entry in await audit_log(filled.store) if entry.action == "knowledge.decide"]
    assert (entry.actor, entry.site, entry.details["subject"]) == ("user:bo", "larkspur", "lk_visit")
    assert "2 items wait" in text


async def test_when_nothing_waits_any_more_publishing_is_offered(filled: Desk) -> None:
    for name, host in (
        ("lk_visit", "www.larkspur.example"),
        ("zz", "ads.example"),
        ("_ga_*", "www.larkspur.example"),
    ):
        answer = await filled.post(PATH, FORM | {"name": name, "host": host})
        assert answer.status == 303
    assert answer.headers["Location"] == PATH
    assert "All items are decided." in await filled.page(PATH)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"category": ""}, "Choose one of the four"),
        ({"category": "unclassified"}, "unclassified is no decision"),
        ({"purpose": " "}, "Say what it is for; nothing is published while a purpose is blank"),
        ({"purpose": "x" * 501}, "It may have at most 500 characters"),
        ({"category": "necessary"}, "Choose criterion A or B: why is it exempt from consent?"),
        ({"category": "necessary", "criterion": "B"}, "Say why it is exempt"),
        ({"category": "necessary", "criterion": "C", "reason": "x"}, "Choose one of the four"),
    ],
)
async def test_a_form_that_cannot_stand_comes_back_with_what_was_typed(
    filled: Desk, sent: dict[str, str], told: str
) -> None:
    answer = await filled.post(PATH, FORM | {"name": "lk_visit", "vendor": "Tea <b>Corp"} | sent)
    text = await answer.text()
    assert answer.status == 400
    assert told in unescape(text)
    assert "Tea &lt;b&gt;Corp" in text
    assert heading(text) == "lk_visit"
    assert await decisions_of(filled.store, "larkspur") == ()


async def test_an_exemption_says_its_criterion_and_why(filled: Desk) -> None:
    sent = {"name": "lk_visit", "category": "necessary", "criterion": "B", "reason": "It holds the basket."}
    assert (await filled.post(PATH, FORM | sent)).status == 303
    [one] = await decisions_of(filled.store, "larkspur")
    assert (one.criterion, one.reason) == ("B", "It holds the basket.")


async def test_over_all_sites_one_answer_may_be_given_for_the_same_item_everywhere(filled: Desk) -> None:
    text = await filled.page("/admin/review")
    assert "4 items wait" in text
    item = await filled.page(
        "/admin/review?site=larkspur&host=www.larkspur.example&name=lk_visit&kind=cookie"
    )
    assert "At 1 other site too" in item
    answer = await filled.post(
        PATH, FORM | {"name": "lk_visit", "everywhere": "1", "scope": "all"}, follow=True
    )
    assert urlsplit(str(answer.url)).path == "/admin/review"
    assert "is performance now at 2 sites" in await answer.text()
    decided = [(await decisions_of(filled.store, one))[0] for one in ("larkspur", "thyme")]
    assert [(one.name, one.host) for one in decided] == [
        ("lk_visit", "www.larkspur.example"),
        ("lk_visit", "thyme.example"),
    ]


async def test_a_tick_for_the_other_sites_stays_where_the_form_comes_back(filled: Desk) -> None:
    ticked = 'name="everywhere" value="1" checked'
    assert ticked not in await filled.page(f"{PATH}?host=www.larkspur.example&name=lk_visit&kind=cookie")
    answer = await filled.post(PATH, FORM | {"name": "lk_visit", "purpose": " ", "everywhere": "1"})
    assert (answer.status, ticked in await answer.text()) == (400, True)


async def test_what_was_decided_at_one_site_is_proposed_at_another(filled: Desk) -> None:
    await filled.post(PATH, FORM | {"name": "lk_visit", "vendor": "Tea Corp"})
    text = await filled.page("/admin/sites/thyme/review")
    assert re.search(r"At Larkspur &amp; Co this is .*Performance.*, decided by bo", text)
    assert 'value="performance" checked' in text
    assert 'value="Tea Corp"' in text


async def test_a_decision_is_changed_and_taken_back(filled: Desk) -> None:
    await filled.post(PATH, FORM | {"name": "lk_visit"})
    listed = await filled.page("/admin/sites/larkspur/decisions")
    change = re.search(r'href="(/admin/sites/larkspur/review\?[^"]*)">Change', listed)
    assert change is not None
    assert "Counts visits." in await filled.page(unescape(change[1]))
    await filled.post(PATH, FORM | {"name": "lk_visit", "category": "advertising"})
    assert (await decisions_of(filled.store, "larkspur"))[0].category == "advertising"
    back = {"kind": "cookie", "host": "www.larkspur.example", "name": "lk_visit"}
    answer = await filled.post("/admin/sites/larkspur/decisions/take-back", back, follow=True)
    assert "is taken back" in await answer.text()
    assert await decisions_of(filled.store, "larkspur") == ()
    assert "3 items wait" in await filled.page(PATH)
    actions = [entry.action for entry in await audit_log(filled.store)]
    assert "knowledge.take_back" in actions
    assert (await filled.post("/admin/sites/larkspur/decisions/take-back", back)).status == 404


async def test_what_sites_toml_decides_cannot_be_decided_here(tmp_path: Path) -> None:
    told = Decision(name="_ga_*", category=Category.ADVERTISING, lifetime="session")
    async with desk(tmp_path, site(decisions=(told,))) as opened:
        await scanned(opened.store, REOPENED)
        await opened.sign_in("bo")
        text = await opened.page(PATH)
        assert "sites.toml decides about this item" in text
        assert "data-review" not in text
        assert (await opened.post(PATH, FORM | {"name": "_ga_*"})).status == 400
        assert "in the file" in await opened.page("/admin/sites/larkspur/decisions")


async def test_who_may_see_one_site_is_told_of_no_other(filled: Desk) -> None:
    await record(
        filled.store,
        "larkspur",
        [Decision(name="lk_visit", category=Category.ADVERTISING, purpose="Secret.")],
    )
    await filled.sign_out()
    await filled.sign_in("cy")
    text = await filled.page("/admin/review")
    assert "1 item waits" in text
    assert "larkspur" not in text.replace("https://www.larkspur.example", "").lower()
    assert "Secret" not in text
    assert (await filled.post(PATH, FORM | {"name": "lk_visit"})).status == 404
    asked = "?site=larkspur&host=www.larkspur.example&name=lk_visit&kind=cookie"
    await filled.page(f"/admin/review{asked}", 404)


async def test_long_and_hostile_names_stay_text_and_the_page_small(nobody: Desk) -> None:
    many = [
        waiting(f"{HOSTILE}{number}", reason=HOSTILE * 4, set_by=(f"https://x.example/{HOSTILE * 3}",) * 9)
        for number in range(300)
    ]
    await scanned(nobody.store, *many)
    await nobody.sign_in("bo")
    text = await nobody.page(f"{PATH}")
    assert "<script>alert" not in text
    assert len(text) < LIMIT
    assert "286 after these" in text
    link = re.findall(r'<li><a href="(/admin/sites/larkspur/review\?[^"]*)"', text)[5]
    assert (await nobody.get(unescape(link))).status == 200


async def test_an_address_of_no_item_is_a_page_that_says_so(filled: Desk) -> None:
    assert "The last scan has no such item" in await filled.page(f"{PATH}?name=nothing", 404)
    assert (await filled.post(PATH, FORM | {"name": "nothing"})).status == 404


async def test_a_decision_that_no_scan_knows_any_more_can_still_be_changed(filled: Desk) -> None:
    old = Decision(name="old_*", category=Category.ADVERTISING, purpose="Follows.", lifetime="session")
    await record(filled.store, "larkspur", [old])
    text = await filled.page(f"{PATH}?name=old_*&kind=cookie&host=")
    assert "The last scan did not see this" in text
    assert (await filled.post(PATH, FORM | {"name": "old_*", "host": ""})).status == 303
    [one] = await decisions_of(filled.store, "larkspur")
    assert (one.category, one.lifetime) == ("performance", "session")
    assert msgspec.structs.replace(one, decided=None) != old


async def test_of_a_site_that_was_never_scanned_it_does_not_say_that_all_is_decided(ada: Desk) -> None:
    for path, told in (
        ("/admin/review", "No site was scanned yet."),
        ("/admin/sites/thyme/review", "This site was never scanned."),
    ):
        text = await ada.page(path)
        assert told in text
        assert "All items are decided." not in text
    assert 'href="/admin/sites/thyme/scans">Start a scan</a>' in text
