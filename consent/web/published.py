"""What is published, ready to be served from memory: each site's script in every encoding, its twin by hash, its inventory.

`Published.refresh` asks the store for one number; only where it has grown, or an announcement is over, is anything built again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from consent.announcements import ends, with_announcement
from consent.banner import Banner, build
from consent.changes import with_changes
from consent.model.errors import NotFoundError
from consent.model.inventory import Inventory
from consent.model.sites import Site
from consent.publication import current_inventory, publish
from consent.store import Store
from consent.store.entries import Publication
from consent.times import now_ms
from consent.web.assets import Asset, widget_assets
from consent.wording import check_texts

logger = logging.getLogger("consentry.web")

KEPT_SCRIPTS = 8
"""How many scripts of one site stay reachable by hash, each with the files that it loads, for pages that are cached."""


@dataclass(slots=True)
class SitePublication:
    """What one site serves now."""

    publication: Publication
    inventory: Inventory
    banner: Banner
    script: Asset
    kept: tuple[dict[str, Asset], ...]
    """The files of this and of earlier scripts, by hash, the youngest last."""
    ends_ms: int | None = None
    """When what the script announces is over."""
    by_hash: dict[str, Asset] = field(init=False)

    def __post_init__(self) -> None:
        self.by_hash = {name: asset for files in self.kept for name, asset in files.items()}


class Published:
    """The published sites. ``on_change`` is called after something new was published."""

    def __init__(
        self,
        store: Store,
        sites: Mapping[str, Site],
        *,
        public_url: str,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._sites = sites
        self._public_url = public_url
        self._on_change = on_change
        self._version = -1
        self._current: dict[str, SitePublication] = {}

    def site(self, site_id: str) -> SitePublication:
        """Return what a site serves; raises `NotFoundError` where nothing was published for it."""
        try:
            return self._current[site_id]
        except KeyError:
            raise NotFoundError(
                f"Nothing is published for the site {site_id!r}.",
                hint="Publish a scan's inventory: consentry widget publish SITE --report report.json",
            ) from None

    async def refresh(self) -> bool:
        """Take over what was published since the last call; returns whether there was anything."""
        version, now = await self._store.publication_version(), now_ms()
        over = {name for name, one in self._current.items() if one.ends_ms is not None and one.ends_ms <= now}
        if version == self._version and not over:
            return False
        for publication in await self._store.publications():
            site = self._sites.get(publication.site)
            current = self._current.get(publication.site)
            if site is None or (
                current is not None
                and current.publication.id == publication.id
                and publication.site not in over
            ):
                continue
            self._current[site.id] = await self._built(site, publication, current)
            logger.info("Serving notice %s of site %s", publication.notice_version[:16], site.id)
        self._version = version
        self._on_change()
        return True

    async def _built(
        self, site: Site, publication: Publication, earlier: SitePublication | None
    ) -> SitePublication:
        check_texts(site)
        inventory = await current_inventory(self._store, publication)
        banner = build(site, inventory, public_url=self._public_url)
        if await self._store.notice(banner.notice_version) is None:
            # sites.toml or the program has changed since: what visitors are shown now is stored before they see it.
            publication, banner = await publish(
                self._store, site, inventory, public_url=self._public_url, again=True, actor="server"
            )
        now = now_ms()
        banner = with_announcement(await with_changes(self._store, banner), inventory, now)
        script, parts = await asyncio.to_thread(widget_assets, banner)
        kept = (*(earlier.kept if earlier else ()), {script.name_hash: script, **parts})
        return SitePublication(
            publication, inventory, banner, script, kept[-KEPT_SCRIPTS:], ends(inventory, now)
        )
