"""Tokens of the administration's API: made, checked, listed and revoked. The store has the hash of each, never itself.

A token reads ``consentry_ID_SECRET``. SECRET has 256 random bits, so the hash is a plain SHA-256: nobody can go through
so many, and the deliberate slowness of argon2, which protects passwords that people choose, would only help whoever
floods the server with wrong tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from enum import StrEnum

import msgspec

from consent.model.errors import ConfigError, ConsentryError, NotFoundError
from consent.store import Store
from consent.store.entries import TokenRow
from consent.times import now_ms, parse_rfc3339, rfc3339

PREFIX = "consentry"
_FORM = re.compile(r"^consentry_(?P<id>[0-9a-f]{12})_(?P<secret>[A-Za-z0-9_-]{43})$")
_LONGEST = 120


class Scope(StrEnum):
    """What a token may do. ``admin`` may do everything, and alone reads the audit and the anchors."""

    READ = "read"
    REVIEW = "review"
    SCAN = "scan"
    PUBLISH = "publish"
    ERASE = "erase"
    RIGHTS = "rights"
    ADMIN = "admin"


class TokenRefused(ConsentryError):  # noqa: N818 - the state is the name
    """The token is none, unknown, expired or revoked; which of them is not told (HTTP 401)."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token without its secret; times are RFC 3339. Without ``sites`` it is good for all of them."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    sites: tuple[str, ...]
    created: str
    expires: str | None
    revoked: str | None

    def allows(self, scope: Scope) -> bool:
        """Whether it may do this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def covers(self, site: str) -> bool:
        """Whether it may know of this site."""
        return not self.sites or site in self.sites

    @property
    def actor(self) -> str:
        """How the audit names it."""
        return f"token:{self.id}:{self.name}"


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token that was just made: ``secret`` is shown once, and nowhere to be had later."""

    token: Token
    secret: str


async def create(
    store: Store,
    *,
    name: str,
    scopes: Collection[Scope],
    sites: Collection[str] = (),
    expires_ms: int | None = None,
) -> NewToken:
    """Make and store a token; raises `ConfigError` where it could do nothing."""
    if not scopes:
        raise ConfigError("A token needs at least one scope.", hint=f"One of {', '.join(Scope)}.")
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST:
        raise ConfigError("A token needs a name: who or what will use it.", hint="Such as: backup job")
    now = now_ms()
    if expires_ms is not None and expires_ms <= now:
        raise ConfigError("The token would have expired already.", hint="Give a time to come.")
    token_id = secrets.token_hex(6)
    secret = f"{PREFIX}_{token_id}_{secrets.token_urlsafe(32)}"
    row = TokenRow(
        id=token_id,
        name=name.strip(),
        sha256=_hash(secret),
        scopes=" ".join(scope for scope in Scope if scope in scopes),
        sites=" ".join(sorted(set(sites))),
        created=now,
        expires=expires_ms,
        revoked=None,
    )
    await store.add_token(row)
    return NewToken(token=_token(row), secret=secret)


async def check(store: Store, secret: str) -> Token:
    """Return the token that this is; raises `TokenRefused`. It takes as long whatever is wrong with the secret's end."""
    form = _FORM.match(secret)
    row = await store.token(form["id"]) if form else None
    # Compared also where there is none, so that time does not tell which ids exist.
    same = hmac.compare_digest(_hash(secret), row.sha256 if row else bytes(32))
    if row is None or not same or row.revoked is not None or _is_over(row):
        raise TokenRefused(
            "This needs a token that holds.", hint="Send the header: Authorization: Bearer TOKEN"
        )
    return _token(row)


def holds(token: Token, time_ms: int) -> bool:
    """Whether a token is good at a time (milliseconds since 1970)."""
    return token.revoked is None and (token.expires is None or parse_rfc3339(token.expires) > time_ms)


def _is_over(row: TokenRow) -> bool:
    return row.expires is not None and row.expires <= now_ms()


async def listed(store: Store) -> list[Token]:
    """Return all tokens, also those that are no longer good."""
    return [_token(row) for row in await store.tokens()]


async def revoke(store: Store, token_id: str) -> None:
    """End a token at once; raises `NotFoundError` where there is no such token that holds."""
    if not await store.revoke_token(token_id, now_ms()):
        raise NotFoundError(
            f"There is no token {token_id!r} that holds.", hint="consentry token list names them."
        )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _token(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scopes=tuple(Scope(word) for word in row.scopes.split()),
        sites=tuple(row.sites.split()),
        created=rfc3339(row.created),
        expires=None if row.expires is None else rfc3339(row.expires),
        revoked=None if row.revoked is None else rfc3339(row.revoked),
    )
