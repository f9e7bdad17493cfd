"""When visitors were shown what: the times from one publication of a site to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

from consent.model.errors import NotFoundError
from consent.store import Store
from consent.store.entries import Notice, Publication

_AT_ONCE = 500


class Shown(NamedTuple):
    """One publication and when the next took its place (milliseconds since 1970), None where it still stands."""

    publication: Publication
    until: int | None


async def shown_between(store: Store, site: str, since_ms: int, until_ms: int) -> list[Shown]:
    """Return what a site showed in a time, the latest first: what stood when it began, and what came in it."""
    found = []
    async for one in _all(store, site):
        if one.until is not None and one.until <= since_ms:
            break
        if one.publication.published < until_ms:
            found.append(one)
    return found


async def times_of(store: Store, site: str, version: str) -> list[Shown]:
    """Return when a notice stood, the latest first; publications that showed the same, one after the other, are one."""
    found: list[Shown] = []
    joins = False
    async for one in _all(store, site):
        if one.publication.notice_version != version:
            joins = False
        elif joins:
            found[-1] = Shown(one.publication, found[-1].until)
        else:
            found.append(one)
            joins = True
    return found


async def notice_of(store: Store, site: str, version: str) -> Notice:
    """Return one of a site's notices, current or not. Raises `NotFoundError` where the site has none of this version."""
    notice = await store.notice(version)
    if notice is None or notice.site != site:
        raise NotFoundError(
            f"The site {site!r} has no notice of this version.", hint="Its publications name their versions."
        )
    return notice


async def _all(store: Store, site: str) -> AsyncIterator[Shown]:
    before, until = None, None
    while page := await store.site_publications(site, before=before, limit=_AT_ONCE):
        for publication in page:
            yield Shown(publication, until)
            until = publication.published
        before = page[-1].id
