"""What a store keeps of the rights desk: what visitors asked for, and each step that was taken about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol


class RequestRow(NamedTuple):
    """One request. Times are milliseconds since 1970; ``subject`` is `consent.holds.subject_of` the consent id.

    ``state`` is open, done, refused or erased; ``record_id`` the visitor's latest record when it came, or the one that it
    made; ``hold_id`` the hold that a restriction placed. Both are empty where there is none.
    """

    request_id: str
    site: str
    subject: str
    kind: str
    state: str
    received_ms: int
    due_ms: int
    extended_ms: int | None
    closed_ms: int | None
    record_id: str
    hold_id: str
    message: str
    contact: str


class StepRow(NamedTuple):
    """One step, ``number`` from 1: received, answered, extended, refused, done or erased; ``text`` is what was said with it."""

    request_id: str
    number: int
    at_ms: int
    what: str
    actor: str
    text: str


class NewStep(NamedTuple):
    """A step to take. ``state`` and ``due_ms`` are what the request gets by it, None leaves them as they are."""

    request_id: str
    at_ms: int
    what: str
    actor: str
    text: str
    state: str | None = None
    due_ms: int | None = None


class RightsStore(Protocol):
    """The part of `consent.store.Store` that is about rights; errors and durability are as told there."""

    async def add_request(self, row: RequestRow, steps: Sequence[NewStep], *, most: int) -> bool:
        """Store a request with its first steps, in one transaction.

        Returns False, and stores nothing, where the visitor has ``most`` requests at this site already.
        """

    async def take_step(self, step: NewStep) -> bool:
        """Add a step to a request that is open, in one transaction; one with ``due_ms`` extends it, which is done once.

        Returns False, and changes nothing, where it is not open, or was extended before.
        """

    async def rights_request(self, request_id: str) -> RequestRow | None:
        """Return one request."""

    async def requests_of(self, subject: str) -> list[RequestRow]:
        """Return what one visitor asked for, oldest first."""

    async def rights_requests(self, sites: Collection[str], *, is_open: bool, limit: int) -> list[RequestRow]:
        """Return the open requests of these sites by deadline, the next one first; or the closed, the latest first."""

    async def request_steps(self, request_ids: Collection[str]) -> list[StepRow]:
        """Return the steps of these requests, each request's in order."""

    async def forget_requests(
        self, subjects: Collection[str], sites: Collection[str], at_ms: int, *, closed_only: bool
    ) -> int:
        """Erase what these visitors wrote and were told at these sites; kind, dates and outcome stay. Returns how many requests.

        Those that are open become erased, unless ``closed_only`` leaves them as they are.
        """
