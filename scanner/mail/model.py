"""What a report tells of a message.

Nothing in here names the reader: addresses and tokens are cut out of what was in the message (`scanner.mail.masking`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from consent.model.categories import Category, ConsentState, Party

RemoteKind = Literal["image", "stylesheet", "font", "media", "frame", "script", "hint"]


class Remote(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a mail program loads when it shows the message.

    ``size`` is as written (``1x1``), ``hidden`` how it is kept from sight, ``pixel`` why it counts as telling of an opening
    (empty where it does not), ``identifiers`` where in the address the reader is told apart (``parameter upn``, ``path``), and
    ``recipient`` in which encoding the address holds the reader's own. ``status``, ``served`` (its type, with a picture's size) and
    ``cookies`` (their names) are known where it was fetched.
    """

    url: str
    host: str
    kind: RemoteKind
    party: Party = Party.THIRD
    category: Category = Category.UNCLASSIFIED
    vendor: str = ""
    service: str = ""
    size: str = ""
    hidden: str = ""
    pixel: str = ""
    identifiers: tuple[str, ...] = ()
    recipient: str = ""
    count: int = 1
    status: int | None = None
    served: str = ""
    cookies: tuple[str, ...] = ()
    failed: str = ""


class MailLink(msgspec.Struct, frozen=True, kw_only=True):
    """One link. ``tracked`` is why it counts as a click counter, empty where it is none.

    ``target`` is where it leads on to, where its address carries that, and ``encoding`` how. ``unsubscribe`` says that its
    words or its address are those of a way out. ``gateway`` names who rewrote it on its way to the reader.
    """

    url: str
    host: str
    party: Party = Party.THIRD
    category: Category = Category.UNCLASSIFIED
    vendor: str = ""
    service: str = ""
    tracked: str = ""
    target: str = ""
    encoding: str = ""
    identifiers: tuple[str, ...] = ()
    recipient: str = ""
    unsubscribe: bool = False
    gateway: str = ""
    count: int = 1


class MailIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    """One token that stands in several addresses of a message, or the reader's own address.

    ``kind`` is ``token`` or ``address``; ``encoding`` how it is written; ``addresses`` in how many different ones;
    ``where`` at which places; ``hosts`` whose. ``value_hash`` is salted for this report alone.
    """

    kind: Literal["token", "address"]
    encoding: str
    addresses: int
    where: tuple[str, ...]
    hosts: tuple[str, ...]
    value_hash: str = ""


class MailService(msgspec.Struct, frozen=True, kw_only=True):
    """A service that sent the message or carried it, and which headers and domains prove it."""

    vendor: str
    service: str
    evidence: tuple[str, ...]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. ``page`` is its file's name, under which the rest of the report tells of it.

    ``sender`` is the domain of its From. ``unsubscribe_header`` has the schemes and hosts of List-Unsubscribe, ``one_click`` whether
    one request without a page is enough (RFC 8058). ``bulk`` says by what it is known to be sent to many, empty where by
    nothing. ``notes`` tell what could not be read.
    """

    page: str
    state: ConsentState
    sender: str
    subject: str = ""
    date: str = ""
    bytes: int = 0
    sha256: str = ""
    sent_by: tuple[MailService, ...] = ()
    remotes: tuple[Remote, ...] = ()
    links: tuple[MailLink, ...] = ()
    identifiers: tuple[MailIdentifier, ...] = ()
    unsubscribe_header: tuple[str, ...] = ()
    one_click: bool = False
    bulk: tuple[str, ...] = ()
    fetched: bool = False
    notes: tuple[str, ...] = ()
