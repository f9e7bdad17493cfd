"""What the dashboard needs of a storage: accounts of people, and their sessions. Times are milliseconds since 1970."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class AccountRow(NamedTuple):
    """One person who may sign in. ``password`` is a hash in the PHC string format, empty where there is none.

    ``sites`` are words with a space between; without any the account is for all sites. ``changed`` is when the password
    was set.
    """

    name: str
    role: str
    sites: str
    password: str
    created: int
    changed: int


class SessionRow(NamedTuple):
    """One session: the SHA-256 of its secret, never the secret. It ends at ``expires`` whatever is asked until then."""

    sha256: bytes
    account: str
    created: int
    seen: int
    expires: int


class UserStore(Protocol):
    """The part of `consent.store.Store` that knows people. Each write is one durable transaction."""

    async def add_account(self, row: AccountRow) -> bool:
        """Store an account; returns False, and stores nothing, where its name is taken."""

    async def account(self, name: str) -> AccountRow | None:
        """Return an account by its name."""

    async def accounts(self) -> list[AccountRow]:
        """Return all accounts by name."""

    async def set_account_password(self, name: str, password: str, time: int) -> bool:
        """Replace the hash of a password and end all sessions of the account; returns False where there is none."""

    async def remove_account(self, name: str) -> bool:
        """Remove an account with its sessions; returns False where there is none."""

    async def add_session(self, row: SessionRow) -> None:
        """Store a session, and forget those that ended before it began; raises `StoreError` without such an account."""

    async def session(self, sha256: bytes) -> tuple[SessionRow, AccountRow] | None:
        """Return a session with its account, whether it still holds or not."""

    async def touch_session(self, sha256: bytes, time: int) -> None:
        """Note when a session was last used."""

    async def end_session(self, sha256: bytes) -> bool:
        """End a session for ever; returns False where there is none."""
