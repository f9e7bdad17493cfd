from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from consent.announcements import announce, announced, checked, ends, standing, with_announcement
from consent.banner import build
from consent.model.announcements import AnnouncedText, NewAnnouncement
from consent.model.errors import ConfigError, NotFoundError
from consent.publication import current_inventory, publish
from consent.store import open_store
from consent.times import DAY_MS, parse_rfc3339
from tests.consent.factories import PUBLIC_URL, database, inventory, published, site
from widget import render

NOW = parse_rfc3339("2026-11-25T10:00:00Z")


def day(days: int) -> str:
    return (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=days)).isoformat()


def new(text: str = "From May on.", **fields: Any) -> NewAnnouncement:
    return NewAnnouncement(**({"texts": {"en": AnnouncedText(text=text)}, "until": "2026-12-25"} | fields))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (new(until="2026-11-24"), "until: expected a day from today on"),
        (new(until="2027-11-28"), "within 366 days"),
        (new(until="25.12.2026"), "until: expected a day such as"),
        (new(until="2026-W52-5"), "until: expected a day such as"),
        (new(until="2026-02-30"), "until: expected a day such as"),
        (new(link="http://a.example/"), "link: expected an address with https"),
        (new(link="https://a.example/ b"), "link: expected"),
        (new(texts={"de": AnnouncedText(text="Ab Mai.")}), "texts: expected one in 'en'"),
        (new(texts={"en": AnnouncedText(text="a"), "fr": AnnouncedText(text="b")}), "texts.fr: larkspur"),
        (new(" \n\u202e "), "texts.en.text: expected what visitors"),
        (new("a" * 4_001), "at most 4000 characters, got 4001"),
        (new("\n\n".join("a" * 41)), "at most 40 paragraphs"),
        (new("Write to [e-mail address]."), r"\[e-mail address\] is still to be filled in"),
        (new(texts={"en": AnnouncedText(text="a", title="b" * 121)}), "texts.en.title: expected at most 120"),
    ],
)
def test_what_cannot_be_announced_is_named_by_its_field(given: NewAnnouncement, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        checked(site(), given, NOW)


def test_it_stands_through_its_last_day_in_utc() -> None:
    made = inventory(announcement=checked(site(), new(), NOW))
    end = parse_rfc3339("2026-12-26T00:00:00Z")
    assert standing(made, end - 1) is made.announcement is not None
    assert standing(made, end) is None
    assert (ends(made, end - 1), ends(made, end), ends(inventory(), NOW)) == (end, None, None)
    assert checked(site(), new(until="2026-11-25"), NOW).until == "2026-11-25"  # today is a day like any


def test_the_widget_is_told_what_stands_in_the_languages_that_the_site_has() -> None:
    texts = {"en": AnnouncedText(text="One.\n\n- Two"), "de": AnnouncedText(text="Eins.", title="Neu")}
    two = site(languages=("en", "de"), policy_url="https://www.larkspur.example/privacy")
    made = inventory(announcement=checked(two, new(texts=texts), NOW))
    bare = build(two, made, public_url=PUBLIC_URL)
    told = with_announcement(bare, made, NOW).config.announced
    assert told is not None
    assert told.texts == {"en": ("Privacy policy", ("One.", ("Two",))), "de": ("Neu", ("Eins.",))}
    assert (told.since, told.until) == (NOW // 1_000, parse_rfc3339("2026-12-26T00:00:00Z") // 1_000)
    assert told.link == "https://www.larkspur.example/privacy"
    assert bare.notice_version == build(two, inventory(), public_url=PUBLIC_URL).notice_version
    assert with_announcement(bare, made, NOW + 60 * DAY_MS) is bare
    less = build(site(languages=("de",)), made, public_url=PUBLIC_URL)
    assert with_announcement(less, made, NOW).config.announced is not None  # German is the main one now
    none = build(site(languages=("fr",)), made, public_url=PUBLIC_URL)
    assert with_announcement(none, made, NOW) is none


async def test_announcing_keeps_the_notice_and_outlives_the_next_publication_until_it_is_taken_back(
    tmp_path: Path,
) -> None:
    async with published(tmp_path) as (store, version):
        assert await announced(store, site()) is None
        done, made = await announce(
            store, site(), new(until=day(30)), public_url=PUBLIC_URL, actor="user:ada"
        )
        assert (done.notice_version, done.published_by) == (version, "user:ada")
        assert await announced(store, site()) == made
        await publish(store, site(), inventory(items=()), public_url=PUBLIC_URL)
        assert await announced(store, site()) == made
        # What somebody downloaded while it stood does not bring it back.
        [current] = await store.publications()
        downloaded = await current_inventory(store, current)
        await announce(store, site(), None, public_url=PUBLIC_URL)
        await publish(store, site(), downloaded, public_url=PUBLIC_URL)
        assert await announced(store, site()) is None
        with pytest.raises(NotFoundError, match="announces nothing"):
            await announce(store, site(), None, public_url=PUBLIC_URL)


async def test_a_site_without_a_publication_can_announce_nothing(tmp_path: Path) -> None:
    store = await open_store(database(tmp_path))
    try:
        with pytest.raises(NotFoundError, match="Nothing is published"):
            await announce(store, site(), new(until=day(3)), public_url=PUBLIC_URL)
    finally:
        await store.close()


def test_every_language_of_the_widget_has_words_for_an_announcement_without_a_title() -> None:
    assert all(render.texts(tag)["policy"] and render.texts(tag)["close"] for tag in render.languages())
