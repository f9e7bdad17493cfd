"""People who may use the dashboard: added, listed, removed, and recognised by a password.

Passwords are hashed with argon2id at the cost that argon2-cffi sets by default, the second of RFC 9106, section 4. That is
deliberately slow, so the hashing runs on threads of its own, few at once: a flood of sign-ins fills neither the memory nor
the event loop. A name that nobody has costs as much as a wrong password.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

import argon2
import msgspec

from consent.model.errors import ConfigError, ConsentryError, NotFoundError, StoreUnavailable
from consent.store import Store
from consent.store.user_store import AccountRow
from consent.times import now_ms, rfc3339

T = TypeVar("T")

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
SHORTEST = 12
"""Characters of a password: NIST SP 800-63B-4, 3.1.1.2 asks for 8, and for 15 where it is all that is asked for."""
LONGEST = 256
AT_ONCE = 2
"""Hashes that are computed at the same time, of 64 MiB each."""
WAITING = 64
"""Hashes that may wait; who comes later is asked to try again."""

hasher = argon2.PasswordHasher()
_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="consentry-password")
_waiting = 0


class Role(StrEnum):
    """What a person may do: a reviewer sees everything of their sites and decides about items; an admin does the rest."""

    REVIEWER = "reviewer"
    ADMIN = "admin"


class SignInRefused(ConsentryError):  # noqa: N818 - the state is the name
    """The name or the password is wrong; which of them is not told. ``account`` is the name where there is such a one."""

    def __init__(self, account: str = "") -> None:
        super().__init__("This name and this password do not belong together.", hint="Try again.")
        self.account = account


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One person; times are RFC 3339. Without ``sites`` they may see all. ``password`` says whether there is one."""

    name: str
    role: Role
    sites: tuple[str, ...]
    password: bool
    created: str
    changed: str

    def may(self, role: Role) -> bool:
        """Whether they may do what needs this role."""
        return self.role in (role, Role.ADMIN)

    def covers(self, site: str) -> bool:
        """Whether they may know of this site."""
        return not self.sites or site in self.sites

    @property
    def actor(self) -> str:
        """How the audit names them."""
        return f"user:{self.name}"


async def add(
    store: Store, *, name: str, role: Role, sites: Collection[str] = (), password: str | None = None
) -> User:
    """Add a person; without a password they sign in through a trusted proxy alone.

    Raises `ConfigError` where the name is taken or is none, or the password is too weak.
    """
    name = canonical(name)
    now = now_ms()
    row = AccountRow(
        name=name,
        role=role,
        sites=" ".join(sorted(set(sites))),
        password="" if password is None else await _hashed(name, password),
        created=now,
        changed=now,
    )
    if not await store.add_account(row):
        raise ConfigError(f"There is a user {name!r} already.", hint="Choose another name.")
    return user_of(row)


async def set_password(store: Store, name: str, password: str) -> None:
    """Replace a password; every session of this person ends. Raises `NotFoundError`, and `ConfigError` for a weak one."""
    name = canonical(name)
    if await store.account(name) is None or not await store.set_account_password(
        name, await _hashed(name, password), now_ms()
    ):
        raise _unknown(name)


async def remove(store: Store, name: str) -> None:
    """Remove a person and end their sessions; raises `NotFoundError` where there is none of this name."""
    if not await store.remove_account(name.strip().lower()):
        raise _unknown(name)


async def listed(store: Store) -> list[User]:
    """Return everybody, by name."""
    return [user_of(row) for row in await store.accounts()]


async def known(store: Store, name: str) -> User | None:
    """Return a person by their name, however it is written."""
    row = await store.account(name.strip().lower())
    return None if row is None else user_of(row)


async def recognise(store: Store, name: str, password: str) -> User:
    """Return whose name and password these are; raises `SignInRefused`, `StoreUnavailable` while too many wait."""
    name = name.strip().lower()
    row = await store.account(name) if NAME.fullmatch(name) else None
    # Without an account, or without a password, a hash is computed all the same: time tells nobody which names exist.
    kept = row.password if row is not None else ""
    matches = await _on_thread(lambda: _verify(kept or _nobodys(), normal(password)[: LONGEST + 1]))
    if row is None or not kept or not matches:
        raise SignInRefused("" if row is None else row.name)
    return user_of(row)


def user_of(row: AccountRow) -> User:
    """Return the person of a stored account."""
    return User(
        name=row.name,
        role=Role(row.role),
        sites=tuple(row.sites.split()),
        password=bool(row.password),
        created=rfc3339(row.created),
        changed=rfc3339(row.changed),
    )


def canonical(name: str) -> str:
    """Return a name as it is stored; raises `ConfigError` where it is none."""
    name = name.strip().lower()
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{name[:100]!r} is no user name.",
            hint="At most 100 letters, digits and . _ @ + -, such as ada@shop.",
        )
    return name


def normal(password: str) -> str:
    """Return a password in one spelling, whatever the keyboard made of it (NIST SP 800-63B-4, 3.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", password)


async def _hashed(name: str, password: str) -> str:
    password = normal(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise ConfigError(
            f"A password needs {SHORTEST} to {LONGEST} characters.",
            hint="Four or more random words make a good one.",
        )
    if name in password.lower() or len(set(password)) < 5:
        raise ConfigError(
            "This password would be guessed.", hint="Four or more random words make a good one."
        )
    return await _on_thread(lambda: hasher.hash(password))


def _verify(kept: str, password: str) -> bool:
    _nobodys()  # made at the very first sign-in, whosever it is
    try:
        return hasher.verify(kept, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Return a hash that is nobody's, to be computed where there is no other."""
    return hasher.hash("the password of nobody")


async def _on_thread(function: Callable[[], T]) -> T:
    global _waiting  # noqa: PLW0603 - it counts what waits for the one pool of this process
    if _waiting >= WAITING:
        raise StoreUnavailable("Too many sign in at once.", hint="Try again in a moment.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, function)
    finally:
        _waiting -= 1


def _unknown(name: str) -> NotFoundError:
    return NotFoundError(f"There is no user {name[:100]!r}.", hint="consentry user list names them.")
