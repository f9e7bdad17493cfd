"""The administration's routes for people and tokens: what `consentry user` and `consentry token` do, for programs."""

from __future__ import annotations

import msgspec
from aiohttp import web

from consent import tokens, users
from consent.audit import audited
from consent.model.errors import ConfigError
from consent.times import DAY_MS, now_ms
from consent.tokens import Scope, Token
from consent.users import Role
from consent.web.base import LOG, SETTINGS, RequestError, success
from consent.web.bodies import struct_of


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person to add; without ``sites`` for all of them, without ``password`` for a trusted proxy to sign in."""

    name: str
    role: Role = Role.REVIEWER
    sites: tuple[str, ...] = ()
    password: str | None = None


class NewPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A password that takes the place of another."""

    password: str


class TokenWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to make: who or what will use it, what it may do and where, for how many days."""

    name: str
    scopes: tuple[Scope, ...]
    sites: tuple[str, ...] = ()
    days: int = 365


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """What was removed, ended or changed."""

    name: str


async def list_users(request: web.Request, token: Token) -> web.Response:
    """List everybody who may use the dashboard."""
    del token
    return success(await users.listed(request.app[LOG].store))


async def post_user(request: web.Request, token: Token) -> web.Response:
    """Add a person."""
    wish, store = await struct_of(request, NewUser), request.app[LOG].store
    _check_sites(request, wish.sites)
    details = {"user": wish.name[:100], "role": str(wish.role), "sites": " ".join(wish.sites)}
    try:
        async with audited(store, actor=token.actor, action="user.add", **details):
            made = await users.add(
                store, name=wish.name, role=wish.role, sites=wish.sites, password=wish.password
            )
    except ConfigError as error:
        raise RequestError(error.message, hint=error.hint) from error
    return success(made, status=201)


async def put_password(request: web.Request, token: Token) -> web.Response:
    """Set a person's password anew; their sessions end."""
    wish, store = await struct_of(request, NewPassword), request.app[LOG].store
    name = request.match_info["name"]
    try:
        async with audited(store, actor=token.actor, action="user.password", user=name):
            await users.set_password(store, name, wish.password)
    except ConfigError as error:
        raise RequestError(error.message, hint=error.hint) from error
    return success(Gone(name=name))


async def delete_user(request: web.Request, token: Token) -> web.Response:
    """Remove a person; their sessions end."""
    name, store = request.match_info["name"], request.app[LOG].store
    async with audited(store, actor=token.actor, action="user.remove", user=name):
        await users.remove(store, name)
    return success(Gone(name=name))


async def list_tokens(request: web.Request, token: Token) -> web.Response:
    """List all tokens without their secrets, also those that have ended."""
    del token
    return success(await tokens.listed(request.app[LOG].store))


async def post_token(request: web.Request, token: Token) -> web.Response:
    """Make a token; the answer alone has its secret."""
    wish, store = await struct_of(request, TokenWish), request.app[LOG].store
    _check_sites(request, wish.sites)
    if not 1 <= wish.days <= 3650:
        raise RequestError("expected a whole number from 1 to 3650", field="days")
    details = {"name": wish.name[:120], "scopes": " ".join(wish.scopes), "sites": " ".join(wish.sites)}
    try:
        async with audited(store, actor=token.actor, action="token.create", **details):
            made = await tokens.create(
                store,
                name=wish.name,
                scopes=wish.scopes,
                sites=wish.sites,
                expires_ms=now_ms() + wish.days * DAY_MS,
            )
    except ConfigError as error:
        raise RequestError(error.message, hint=error.hint) from error
    return success(made, status=201)


async def delete_token(request: web.Request, token: Token) -> web.Response:
    """End a token at once, on every server."""
    name, store = request.match_info["token"], request.app[LOG].store
    async with audited(store, actor=token.actor, action="token.revoke", token=name):
        await tokens.revoke(store, name)
    return success(Gone(name=name))


def _check_sites(request: web.Request, names: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in request.app[SETTINGS].sites]
    if unknown:
        raise RequestError(f"there is no site {unknown[0][:64]!r}", field="sites")
