"""The rows that pass between the consent log and a store. Times are milliseconds since 1970 in UTC unless named ``_s``.

They are named tuples, not structs: a store builds them straight from its rows, thousands a second.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class EntryKind(IntEnum):
    """What a line of the log is."""

    RECORD = 0
    ERASURE = 1
    CLOCK = 2
    AUDIT = 3


class NewEntry(NamedTuple):
    """One entry to append. ``record_id`` is a UUIDv7 (16 bytes), ``payload`` the canonical JSON bytes.

    The four middle fields are copies of what the payload says, for look-up; ``expires_s`` is in seconds. They are None
    in entries that are no consent record.
    """

    kind: int
    time: int
    record_id: bytes
    site: str | None
    consent_id: str | None
    event_id: str | None
    expires_s: int | None
    payload: bytes


class StoredEntry(NamedTuple):
    """One entry as it is stored, at a position of a writer's chain.

    Of an erased one ``salt`` and ``payload`` are None, ``commitment`` is set, and ``erased_by`` is the record id of the
    erasure entry that names it.
    """

    writer: bytes
    position: int
    kind: int
    time: int
    record_id: bytes
    site: str | None
    consent_id: str | None
    event_id: str | None
    expires_s: int | None
    salt: bytes | None
    payload: bytes | None
    commitment: bytes | None
    erased_by: bytes | None


class Seal(NamedTuple):
    """The seal over one batch: the entries at ``first`` up to ``first + size - 1``."""

    number: int
    first: int
    size: int
    sealed: int
    hash: bytes
    locators: bytes

    @property
    def last(self) -> int:
        """Position of the batch's last entry."""
        return self.first + self.size - 1


class NewPublication(NamedTuple):
    """An inventory and the notice made from it, to become the current ones of a site. Hashes are hex SHA-256."""

    site: str
    scan_id: str
    notice_version: str
    notice: bytes
    inventory_sha256: str
    inventory: bytes
    published_by: str = ""


class Publication(NamedTuple):
    """One publication without its contents; ``id`` grows with each one in the store, ``published_by`` is an actor of the audit."""

    id: int
    site: str
    notice_version: str
    inventory_sha256: str
    scan_id: str
    published: int
    published_by: str = ""


class Notice(NamedTuple):
    """What was shown: ``version`` is the SHA-256 of ``content``; ``scan_id`` is the latest publication's."""

    version: str
    site: str
    content: bytes
    scan_id: str


class PictureRow(NamedTuple):
    """One picture (PNG) of a notice, in the form ``desktop`` or ``phone``, by the build of the widget that drew it."""

    sha256: str
    notice_version: str
    form: str
    widget_sha256: str
    content: bytes


class DecisionRow(NamedTuple):
    """One decision about an item of a site; ``category`` None takes an earlier one back.

    ``decided`` is in milliseconds. The meaning of the other fields is `consent.model.sites.Decision`'s.
    """

    site: str
    kind: str
    name: str
    host: str
    category: str | None
    criterion: str | None
    vendor: str
    purpose: str
    reason: str
    reviewer: str
    decided: int
    lifetime: str
    set_by: str


class TokenRow(NamedTuple):
    """One token of the administration's API: the SHA-256 of its secret, never the secret.

    ``scopes`` and ``sites`` are words with a space between; without ``sites`` it is good for all. ``expires`` and
    ``revoked`` are None where it does not end, and was not ended.
    """

    id: str
    name: str
    sha256: bytes
    scopes: str
    sites: str
    created: int
    expires: int | None
    revoked: int | None
