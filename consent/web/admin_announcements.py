"""Handlers of /v1/admin about what a site announces to visitors who come back."""

from __future__ import annotations

import msgspec
from aiohttp import web

from consent.announcements import announce, announced
from consent.audit import audited
from consent.model.announcements import Announcement, NewAnnouncement
from consent.model.errors import ConfigError
from consent.tokens import Token
from consent.web.base import LOG, PUBLIC_URL, PUBLISHED, SETTINGS, RequestError, success
from consent.web.bodies import struct_of


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What stands now; null where nothing does."""

    announcement: Announcement | None


async def get_announcement(request: web.Request, token: Token) -> web.Response:
    """Show what a site announces now."""
    del token
    site = request.app[SETTINGS].sites[request.match_info["site"]]
    return success(Standing(announcement=await announced(request.app[LOG].store, site)))


async def put_announcement(request: web.Request, token: Token) -> web.Response:
    """Announce something, in the place of what stands."""
    return await _announce(request, token, await struct_of(request, NewAnnouncement))


async def delete_announcement(request: web.Request, token: Token) -> web.Response:
    """Take back what stands."""
    return await _announce(request, token, None)


async def _announce(request: web.Request, token: Token, new: NewAnnouncement | None) -> web.Response:
    app = request.app
    site, store = app[SETTINGS].sites[request.match_info["site"]], app[LOG].store
    action = "widget.announce" if new else "widget.announce-end"
    try:
        async with audited(store, actor=token.actor, action=action, site=site.id):
            _, made = await announce(store, site, new, public_url=app[PUBLIC_URL], actor=token.actor)
    except ConfigError as error:
        field, _, said = error.message.partition(": ")
        raise RequestError(said, field=field, hint=error.hint) from error
    await app[PUBLISHED].refresh()
    return success(Standing(announcement=made))
