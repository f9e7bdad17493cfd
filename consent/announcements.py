"""Announcing a change to visitors who come back: checked, published beside the notice, and over when its last day is.

A controller that changes what its policy says has to tell it in time and in a way that is noticed, not only by another text
at the old address (Article 29 Working Party, WP260 rev.01, points 29 to 31, taken over by the EDPB).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import msgspec

from consent.banner import Banner
from consent.model.announcements import (
    MOST_BLOCKS,
    MOST_TEXT,
    MOST_TITLE,
    AnnouncedText,
    Announcement,
    NewAnnouncement,
)
from consent.model.errors import ConfigError, NotFoundError
from consent.model.inventory import Inventory
from consent.model.rights import cleaned
from consent.model.sites import Site
from consent.publication import current_inventory, publish
from consent.store import Store
from consent.store.entries import Publication
from consent.times import DAY_MS, now_ms, parse_rfc3339, rfc3339
from widget import render
from widget.config import Announced

MOST_DAYS = 366
"""How long something may be announced: what stands for ever is not read."""
_MARK = re.compile(r"\[[^\[\]\n]{1,80}\]")
"""What `consentry policy notice` leaves for people to fill in."""


def checked(site: Site, new: NewAnnouncement, now: int) -> Announcement:
    """Return the announcement as it is published now (milliseconds since 1970).

    Raises `ConfigError`, which names the field, where a language is not the site's or its main one is missing, a text is empty or
    too long or still has something in square brackets, the link is no https address, or the day has passed or is over a
    year away.
    """
    ends = _end_of(new.until)
    if not now < ends <= now + (MOST_DAYS + 1) * DAY_MS:
        raise ConfigError(
            f"until: expected a day from today on and within {MOST_DAYS} days, got {new.until}.",
            hint="It is the last day on which visitors see the announcement, in UTC.",
        )
    if new.link and not re.fullmatch(r"https://[^\s<>\"']{1,2000}", new.link):
        raise ConfigError(f"link: expected an address with https://, got {new.link[:200]!r}.")
    main = site.languages[0]
    if main not in new.texts:
        raise ConfigError(
            f"texts: expected one in {main!r}, the main language of {site.id}.",
            hint="Visitors whose language has no text read that one.",
        )
    for language in new.texts:
        if language not in site.languages:
            raise ConfigError(
                f"texts.{language}: {site.id} has no such language.",
                hint=f"Its languages are {', '.join(site.languages)}.",
            )
    texts = {tag: _checked_text(f"texts.{tag}", new.texts[tag]) for tag in site.languages if tag in new.texts}
    return Announcement(texts=texts, until=new.until, link=new.link, since=rfc3339(now))


def _checked_text(where: str, given: AnnouncedText) -> AnnouncedText:
    made = AnnouncedText(title=" ".join(cleaned(given.title).split()), text=cleaned(given.text))
    if not made.text:
        raise ConfigError(f"{where}.text: expected what visitors are to read, got nothing.")
    for name, value, most in (("title", made.title, MOST_TITLE), ("text", made.text, MOST_TEXT)):
        if len(value) > most:
            raise ConfigError(f"{where}.{name}: expected at most {most} characters, got {len(value)}.")
        mark = _MARK.search(value)
        if mark is not None:
            raise ConfigError(
                f"{where}.{name}: {mark[0]} is still to be filled in.",
                hint="Write what belongs there, or use round brackets.",
            )
    if len(made.blocks()) > MOST_BLOCKS:
        raise ConfigError(f"{where}.text: expected at most {MOST_BLOCKS} paragraphs and lists.")
    return made


def _end_of(until: str) -> int:
    """Return the end of a day in UTC, in milliseconds since 1970."""
    try:
        day = dt.datetime.strptime(until, "%Y-%m-%d").replace(tzinfo=dt.UTC)
    except ValueError:
        raise ConfigError(f"until: expected a day such as 2026-12-25, got {until[:40]!r}.") from None
    return int(day.timestamp()) * 1_000 + DAY_MS


def standing(inventory: Inventory, now: int) -> Announcement | None:
    """Return what a published inventory announces; None where that is nothing, or its last day has passed."""
    found = inventory.announcement
    return found if found is not None and now < _end_of(found.until) else None


def ends(inventory: Inventory, now: int) -> int | None:
    """Return when what is announced will be over, in milliseconds since 1970; None where nothing is."""
    found = standing(inventory, now)
    return None if found is None else _end_of(found.until)


def with_announcement(banner: Banner, inventory: Inventory, now: int) -> Banner:
    """Return a banner whose widget shows what the inventory announces, as long as that stands."""
    found = standing(inventory, now)
    if found is None:
        return banner
    config = banner.config
    announced = Announced(
        id=found.id,
        since=parse_rfc3339(found.since) // 1_000,
        until=_end_of(found.until) // 1_000,
        texts={
            tag: (one.title or render.texts(tag)["policy"], one.blocks())
            for tag, one in found.texts.items()
            if tag in config.texts  # the settings may have lost a language since
        },
        link=found.link or config.policy_url,
    )
    if next(iter(config.texts)) not in announced.texts:
        return banner
    return dataclasses.replace(banner, config=dataclasses.replace(config, announced=announced))


async def announced(store: Store, site: Site) -> Announcement | None:
    """Return what a site announces now; raises `NotFoundError` where nothing was published for it."""
    return standing(await current_inventory(store, await _current(store, site)), now_ms())


async def announce(
    store: Store, site: Site, new: NewAnnouncement | None, *, public_url: str, actor: str = ""
) -> tuple[Publication, Announcement | None]:
    """Publish what the site has published already with another announcement; None takes back the one that stands.

    The notice stays, so nobody is asked again. Raises as `checked` does, and `NotFoundError` where nothing is published, or
    nothing stands that could be taken back.
    """
    inventory = await current_inventory(store, await _current(store, site))
    now = now_ms()
    made = None if new is None else checked(site, new, now)
    if made is None and standing(inventory, now) is None:
        raise NotFoundError(f"{site.id} announces nothing.", hint="There is nothing to take back.")
    changed = msgspec.structs.replace(inventory, announcement=made)
    publication, _ = await publish(store, site, changed, public_url=public_url, again=True, actor=actor)
    return publication, made


async def _current(store: Store, site: Site) -> Publication:
    current = next((one for one in await store.publications() if one.site == site.id), None)
    if current is None:
        raise NotFoundError(
            f"Nothing is published for the site {site.id!r}.",
            hint=f"Publish a scan first: consentry widget publish {site.id} --report report.json",
        )
    return current
