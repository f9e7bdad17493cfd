"""By what a message knows its reader: tokens that stand in its addresses, and the reader's own address in any spelling.

One message alone cannot show what another reader's would hold. So a token counts where a service's counter carries it, or
where several addresses share it; and what messages to different readers have in common is the mailing's, not the reader's.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

from scanner.encodings import tokens_of
from scanner.identifiers import is_identifying
from scanner.mail.masking import Secrets, is_slug
from scanner.mail.model import MailIdentifier
from scanner.parties import host_of

MAX_REPORTED = 40
_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|css|woff2?|ttf|otf|ico|mp4|avif)$", re.IGNORECASE)
READER_PARAMETERS = frozenset(
    {
        "_hsenc",
        "_kx",
        "ck_subscriber_id",
        "ml_subscriber_hash",
        "mc_eid",
        "mkt_tok",
        "oly_anon_id",
        "oly_enc_id",
        "vero_id",
    }
)
"""Parameters by which a service takes its knowledge of the reader along to the site (HubSpot, Klaviyo, Kit, MailerLite,
Mailchimp, Marketo, Omeda, Vero)."""
_CAMPAIGN = re.compile(r"^(?:utm_|pk_|mtm_|matomo_)", re.IGNORECASE)
"""Parameters that name a mailing and not its reader."""


def places_of(url: str) -> dict[str, set[str]]:
    """Return the identifying words of an address, each with the places where it stands (``parameter x``, ``path``)."""
    found: dict[str, set[str]] = defaultdict(set)
    try:
        parts = urlsplit(url)
        parameters = parse_qsl(parts.query, max_num_fields=200)
    except ValueError:
        return found
    for name, value in parameters:
        if not _CAMPAIGN.match(name):
            for word in _words(value):
                found[word].add(f"parameter {name[:60]}")
    for word in _words(parts.path):
        found[word].add("path")
    for word in _words(parts.fragment):
        found[word].add("fragment")
    return found


def _words(text: str) -> set[str]:
    found = {word for word, _ in tokens_of(text) if "/" not in word}
    return {word for word in found if is_identifying(word, strict=True) and not is_slug(word)}


def _beyond_doubt(url: str, *, counter: bool) -> set[str]:
    """Return the parameters that name the reader whatever they hold; of a counter, shorter tokens are enough."""
    try:
        parameters = parse_qsl(urlsplit(url).query, max_num_fields=200)
    except ValueError:
        return set()
    return {
        f"parameter {name[:60]}"
        for name, value in parameters
        if value
        and (name in READER_PARAMETERS or (counter and not _CAMPAIGN.match(name) and is_identifying(value)))
    }


class Words:
    """The identifying words of one message's addresses."""

    def __init__(self, urls: Iterable[str], *, common: frozenset[str] = frozenset()) -> None:
        self._places: dict[str, dict[str, set[str]]] = {}
        self._where: dict[str, set[str]] = defaultdict(set)
        for url in dict.fromkeys(urls):
            places = {word: where for word, where in places_of(url).items() if word not in common}
            self._places[url] = places
            for word in places:
                self._where[word].add(url)

    def of(self, url: str, *, counter: bool) -> tuple[str, ...]:
        """Return where an address tells its reader apart; ``counter`` says that it is known to report something.

        Of any other only what it shares with further addresses counts, for a file's name may be as random.
        """
        where = _beyond_doubt(url, counter=counter)
        is_file = bool(_FILE.search(url.partition("?")[0]))
        for word, places in self._places.get(url, {}).items():
            if len(self._where[word]) > 1:
                where |= places
            elif counter:
                where |= places - ({"path"} if is_file and len(places) > 1 else set())
        return tuple(sorted(where))

    def shared(self, salt: bytes) -> list[MailIdentifier]:
        """Return the words that stand in several addresses, the most often used first."""
        groups: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, int]] = {}
        for word, urls in self._where.items():
            if len(urls) < 2:
                continue
            where = tuple(sorted({place for url in urls for place in self._places[url][word]}))
            hosts = tuple(sorted({host_of(url) for url in urls}))
            known = groups.get((where, hosts))
            if known is None or len(word) > len(known[0]):
                groups[where, hosts] = (word, max(len(urls), known[1] if known else 0))
        found = [
            MailIdentifier(
                kind="token",
                encoding="plain",
                addresses=count,
                where=where[:8],
                hosts=hosts[:8],
                value_hash=hashlib.blake2b(word.encode(), key=salt, digest_size=4).hexdigest(),
            )
            for (where, hosts), (word, count) in groups.items()
        ]
        found.sort(key=lambda one: (-one.addresses, one.where, one.hosts))
        return found[:MAX_REPORTED]


def addresses_in(urls: Iterable[str], secrets: Secrets) -> list[MailIdentifier]:
    """Return how addresses hold the reader's own, one entry for each encoding."""
    found: dict[str, set[str]] = defaultdict(set)
    for url in dict.fromkeys(urls):
        if encoding := secrets.encoding_in(url):
            found[encoding].add(url)
    return [
        MailIdentifier(
            kind="address",
            encoding=encoding,
            addresses=len(urls),
            where=(),
            hosts=tuple(sorted({host_of(url) for url in urls}))[:8],
        )
        for encoding, urls in sorted(found.items())
    ]


def common_words(mailings: Sequence[tuple[Iterable[str], frozenset[str]]]) -> frozenset[str]:
    """Return the words that messages to different readers have in common; each is given as its addresses and its readers."""
    seen: dict[str, set[frozenset[str]]] = defaultdict(set)
    for urls, readers in mailings:
        if readers:
            for word in {word for url in dict.fromkeys(urls) for word in places_of(url)}:
                seen[word].add(readers)
    return frozenset(word for word, readers in seen.items() if len(readers) > 1)
