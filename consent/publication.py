"""Publishing: an inventory becomes what visitors are shown, and what they were shown is kept for ever.

The notice (all that the banner shows) is stored under its SHA-256 before any visitor sees it, so that each consent
record can name what it was given to (GDPR Art. 7(1); EDPB Guidelines 05/2020, section 5.1).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from consent.banner import Banner, build
from consent.decisions import decisions_of, with_decisions
from consent.model.errors import ConfigError
from consent.model.inventory import Inventory, decode_inventory, encode_inventory
from consent.model.sites import Site
from consent.own_cookie import with_own_cookie
from consent.purposes import require_purposes
from consent.store import Store
from consent.store.entries import NewPublication, Publication
from consent.times import now_ms
from consent.wording import check_texts


async def publish(
    store: Store, site: Site, inventory: Inventory, *, public_url: str, again: bool = False, actor: str = ""
) -> tuple[Publication, Banner]:
    """Store the inventory and the notice built from it, and make them the site's current ones.

    What was decided about items, in sites.toml or in the store, is taken in first. ``again`` is for an inventory that is
    published already, where only the settings have changed: it is taken as it is. ``actor`` is who publishes, as in the audit.
    What the site announces goes on being announced, whatever the inventory says of it (`consent.announcements` changes that).

    Raises `ConfigError` where the inventory is another site's or the site's own texts cannot be used, and `BlankPurposeError` where it leaves a purpose blank.
    """
    if inventory.site != site.id:
        raise ConfigError(
            f"The inventory is of the site {inventory.site!r}, not {site.id!r}.",
            hint=f"Scan the site by its id: consentry scan {site.id} --sites FILE",
        )
    if not again:
        inventory = await _with_announcement_of(store, await decided(store, site, inventory))
        require_purposes(inventory)
    check_texts(site)
    banner = build(site, inventory, public_url=public_url)
    content = encode_inventory(inventory)
    new = NewPublication(
        site=site.id,
        scan_id=inventory.scan_id,
        notice_version=banner.notice_version,
        notice=banner.notice,
        inventory_sha256=hashlib.sha256(content).hexdigest(),
        inventory=content,
        published_by=actor,
    )
    return await store.publish(new, now_ms()), banner


async def decided(store: Store, site: Site, inventory: Inventory) -> Inventory:
    """Return an inventory with the widget's own cookie, and with what was decided about its items, in sites.toml or in the store."""
    inventory = with_own_cookie(site, inventory)
    return with_decisions(inventory, (*site.decisions, *await decisions_of(store, site.id)))


async def current_inventory(store: Store, publication: Publication) -> Inventory:
    """Return the inventory of a publication."""
    content = await store.inventory(publication.inventory_sha256)
    if content is None:
        raise ConfigError(
            f"The published inventory of {publication.site!r} is not in the database.",
            hint=f"Publish it again: consentry widget publish {publication.site} --report report.json",
        )
    return decode_inventory(content)


async def _with_announcement_of(store: Store, inventory: Inventory) -> Inventory:
    current = await _current(store, inventory.site)
    known = None if current is None else (await current_inventory(store, current)).announcement
    return msgspec.structs.replace(inventory, announcement=known)


async def _current(store: Store, site: str) -> Publication | None:
    return next((one for one in await store.publications() if one.site == site), None)


async def with_policy_of(store: Store, inventory: Inventory) -> Inventory:
    """Return an inventory with the privacy policy that the site's current publication names, where it names none itself."""
    current = await _current(store, inventory.site)
    if current is None or inventory.policy_version or inventory.policy_sha256:
        return inventory
    known = await current_inventory(store, current)
    return msgspec.structs.replace(
        inventory, policy_version=known.policy_version, policy_sha256=known.policy_sha256
    )


def with_policy(inventory: Inventory, *, version: str = "", file: Path | None = None) -> Inventory:
    """Return an inventory that knows the site's privacy policy: what it calls its version, and the hash of its text.

    What is not given stays as the inventory has it. Raises `ConfigError` where the file cannot be read.
    """
    digest = ""
    if file is not None:
        try:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise ConfigError(
                f"{file}: cannot be read: {error.strerror}.",
                hint="Save the privacy policy to a file, and name that.",
            ) from error
    return msgspec.structs.replace(
        inventory,
        policy_version=version or inventory.policy_version,
        policy_sha256=digest or inventory.policy_sha256,
    )


def read_inventory(path: Path) -> Inventory:
    """Read inventory.json; raises `ConfigError` that names the file and the field where it is none."""
    try:
        return decode_inventory(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}.",
            hint="A scan writes inventory.json beside report.json.",
        ) from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ConfigError(
            f"{path}: is not an inventory: {error}.", hint="Give the inventory.json that a scan wrote."
        ) from error
