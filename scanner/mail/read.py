"""Messages to what a report tells of them. Nothing is fetched, and no address or token of a reader goes further than this."""

from __future__ import annotations

import hashlib
import re
import secrets as random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import msgspec

from consent.model.categories import ConsentState
from scanner.encodings import MAX_TEXT as MAX_SEARCHED
from scanner.knowledge.mail import MailRules
from scanner.knowledge.model import Service
from scanner.mail.html_content import Content, Loaded, content_of, web_address
from scanner.mail.masking import Secrets, masked, without_readers
from scanner.mail.model import MailLink, Message, Remote, RemoteKind
from scanner.mail.parts import Parts, parts_of
from scanner.mail.senders import senders_of
from scanner.mail.signs import counter_of, pixel_of
from scanner.mail.targets import carried_target, unwrapped
from scanner.mail.tokens import Words, addresses_in, common_words
from scanner.mail.unsubscribe import header_addresses, is_one_click, says_so
from scanner.parties import host_of

MAX_LISTED = 400
"""Things loaded, and links, of one message that a report lists."""
_TEXT_URL = re.compile(r"https?://[^\s<>\"')\]]{3,5000}", re.IGNORECASE)
_PRECEDENCE = re.compile(r"^\s*(?:bulk|list|junk)\s*$", re.IGNORECASE)


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A message as told, and the addresses behind its ``remotes``, in their order and as they stood in it."""

    message: Message
    addresses: tuple[str, ...]


@dataclass(slots=True)
class _Opened:
    name: str
    data: bytes
    parts: Parts
    content: Content
    secrets: Secrets
    links: list[tuple[str, str, str]]
    header: list[str]

    @property
    def urls(self) -> list[str]:
        """Every address of the message that leads to a host."""
        told = [url for url, _, _ in self.links] + [one for one in self.header if web_address(one)]
        return [one.url for one in self.content.loaded] + told


def read_messages(
    files: Sequence[tuple[str, bytes]], rules: MailRules, state: ConsentState
) -> tuple[Read, ...]:
    """Read messages, given as name and bytes; those of one mailing to several readers tell more together.

    Raises `ConfigError` for a file that is no message.
    """
    opened = [_open(name, data) for name, data in files]
    common = common_words([(one.urls, frozenset(one.secrets.addresses)) for one in opened])
    salt = random.token_bytes(16)
    return tuple(_told(one, rules, state, common, salt) for one in opened)


def _open(name: str, data: bytes) -> _Opened:
    parts = parts_of(data, name)
    content = Content()
    for html in parts.html:
        one = content_of(html)
        content.loaded += one.loaded
        content.links += one.links
        content.cut |= one.cut
    if not parts.html:
        for text in parts.text:
            content.links += [(url, url) for url in _TEXT_URL.findall(text)[:2_000]]
    if content.cut:
        parts.notes.append("it has more elements than are looked at: the rest was left out")
    links = [(*unwrapped(url), words) for url, words in content.links]
    return _Opened(
        name=name,
        data=data,
        parts=parts,
        content=content,
        secrets=Secrets(address for _, address in parts.recipients()),
        links=[(url, words, gateway) for url, gateway, words in links],
        header=header_addresses(parts.first("list-unsubscribe")),
    )


def _told(one: _Opened, rules: MailRules, state: ConsentState, common: frozenset[str], salt: bytes) -> Read:
    parts = one.parts
    words = Words(one.urls, common=common)
    remotes, addresses = _remotes(one, rules, words)
    links = _links(one, rules, words)
    identifiers = (*addresses_in(one.urls, one.secrets), *words.shared(salt))
    sender = next((address for _, address in parts.addresses("from", "sender", "return-path")), "")
    notes = list(dict.fromkeys(parts.notes))
    for what, count in (("things loaded", len(remotes)), ("links", len(links))):
        if count > MAX_LISTED:
            notes.append(f"{count - MAX_LISTED} more {what} are counted and not listed")
    if any(len(url) > MAX_SEARCHED for url in one.urls):
        notes.append("an address is longer than is searched")
    message = Message(
        page=one.name,
        state=state,
        sender=sender.rpartition("@")[2],
        subject=without_readers(parts.first("subject"), _names(parts), one.secrets)[:300],
        date=_date(parts.first("date")),
        bytes=len(one.data),
        sha256=hashlib.sha256(one.data).hexdigest(),
        sent_by=senders_of(parts, rules),
        remotes=tuple(remotes[:MAX_LISTED]),
        links=tuple(links[:MAX_LISTED]),
        identifiers=identifiers,
        unsubscribe_header=tuple(dict.fromkeys(_place(address) for address in one.header)),
        one_click=is_one_click(parts.first("list-unsubscribe-post"), one.header),
        bulk=_bulk(parts, links),
        notes=tuple(notes) if parts.readable else ("its text could not be read", *notes),
    )
    return Read(message=message, addresses=tuple(addresses[:MAX_LISTED]))


def _remotes(one: _Opened, rules: MailRules, words: Words) -> tuple[list[Remote], list[str]]:
    """Return what is loaded, and the address of each as it stood there; pixels first, so that none is cut off."""
    counts = Counter((loaded.url, loaded.kind) for loaded in one.content.loaded)
    known: dict[tuple[str, RemoteKind], Loaded] = {}
    for loaded in one.content.loaded:
        before = known.setdefault((loaded.url, loaded.kind), loaded)
        before.size, before.hidden = before.size or loaded.size, before.hidden or loaded.hidden
    found = []
    for (url, kind), loaded in known.items():
        service = rules.opened(url) if kind == "image" else None
        recipient = one.secrets.encoding_in(url)
        identifiers = words.of(url, counter=service is not None or bool(loaded.hidden) or _is_small(loaded))
        pixel = pixel_of(loaded, service.name if service else "", identifiers, recipient)
        remote = Remote(
            url=masked(url, one.secrets),
            host=host_of(url),
            kind=loaded.kind,
            vendor=_vendor(service),
            service=service.name if service else "",
            size=loaded.size,
            hidden=loaded.hidden,
            pixel=pixel,
            identifiers=identifiers,
            recipient=recipient,
            count=counts[url, kind],
        )
        found.append((remote, url))
    found.sort(key=lambda pair: not pair[0].pixel)
    return [remote for remote, _ in found], [url for _, url in found]


def _is_small(loaded: Loaded) -> bool:
    return loaded.size in {"0x0", "1x1", "0x1", "1x0"}


def _links(one: _Opened, rules: MailRules, words: Words) -> list[MailLink]:
    found: dict[str, MailLink] = {}
    for url, said, gateway in one.links:
        unsubscribe = says_so(url, said)
        before = found.get(url)
        if before is not None:
            found[url] = msgspec.structs.replace(
                before, count=before.count + 1, unsubscribe=before.unsubscribe or unsubscribe
            )
            continue
        service = rules.clicked(url)
        target, encoding = carried_target(url)
        tracked = counter_of(url, service.name if service else "", target)
        found[url] = MailLink(
            url=masked(url, one.secrets),
            host=host_of(url),
            vendor=_vendor(service),
            service=service.name if service else "",
            tracked=tracked,
            target=masked(target, one.secrets) if target else "",
            encoding=encoding,
            identifiers=words.of(url, counter=bool(tracked)),
            recipient=one.secrets.encoding_in(url),
            unsubscribe=unsubscribe,
            gateway=gateway,
        )
    return sorted(found.values(), key=lambda link: (not link.unsubscribe, not link.tracked))


def _vendor(service: Service | None) -> str:
    return service.vendor.name if service is not None and not service.vendor.collective else ""


def _names(parts: Parts) -> list[str]:
    names = [name for name, _ in parts.recipients()]
    return [piece for name in names for piece in (name, *re.split(r"[\s,]+", name)) if len(piece) >= 3]


def _place(address: str) -> str:
    """Return scheme and host (or a mailbox's domain) of a way out, without the token."""
    if address.lower().startswith("mailto:"):
        return f"mailto:…@{address.partition(':')[2].partition('?')[0].rpartition('@')[2][:200]}"
    return f"{address.partition(':')[0].lower()}://{host_of(address)}/"


def _bulk(parts: Parts, links: Sequence[MailLink]) -> tuple[str, ...]:
    """Return by what a message is known to be sent to many."""
    names = {name.lower() for name, _ in parts.headers}
    found = [
        f"header {name}"
        for name in ("List-Unsubscribe", "List-Id", "Feedback-ID", "X-Campaign", "X-CampaignID")
        if name.lower() in names
    ]
    if _PRECEDENCE.match(parts.first("precedence")):
        found.append("header Precedence")
    if any(link.unsubscribe for link in links):
        found.append("a link to unsubscribe")
    return tuple(found)


def _date(value: str) -> str:
    """Return the time of a Date header in UTC; empty for one that cannot be read."""
    try:
        when = parsedate_to_datetime(value)
        return (
            when.astimezone().isoformat(timespec="seconds")
            if when.tzinfo is None
            else when.isoformat(timespec="seconds")
        )
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
