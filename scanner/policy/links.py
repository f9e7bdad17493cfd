"""The addresses in a policy: those written out, and those behind links; which are the site's own, and which only refer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from scanner.parties import registrable_domain
from scanner.policy.model import Document, Sentence
from scanner.policy.sentences import plain

_WRITTEN = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]|,;]+"
    r"|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|co|eu|de|fr|uk|nl|it|es|be|ch|at|ai|app|dev|me|tv|us|ly|gl)(?:/[^\s<>\"')\]|,;]*)?(?![\w@-])",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_POLICY_PATH = re.compile(
    r"priva|gdpr|datenschutz|confidential|legal|polic|terms|security|cookie|trust|dpa", re.IGNORECASE
)
_FREE_MAIL = {
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
    "icloud.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "aol.com",
    "protonmail.com",
    "proton.me",
}

_REFERENCES = {
    # Browsers' help, authorities, trade bodies and encyclopaedias: a policy that links to them uses nothing of theirs.
    "aboutcookies.org", "allaboutcookies.org", "aboutads.info", "youronlinechoices.com", "youronlinechoices.eu", "networkadvertising.org", "thenai.org",
    "cookiepedia.co.uk", "cookiesandyou.com", "wikipedia.org", "wikimedia.org", "mozilla.org", "opera.com", "apple.com", "adr.org", "iab.com", "iabeurope.eu", "w3.org",
    "europa.eu", "edpb.europa.eu", "gov.uk", "ico.org.uk", "ico.gov.uk", "cnil.fr", "dataprotection.ie", "garanteprivacy.it", "aepd.es", "autoriteitpersoonsgegevens.nl", "bfdi.bund.de", "bund.de", "datatilsynet.dk", "datatilsynet.no", "imy.se", "gegevensbeschermingsautoriteit.be", "dsb.gv.at", "privacyshield.gov", "dataprivacyframework.gov", "ftc.gov", "ca.gov", "oaic.gov.au", "priv.gc.ca", "donottrack.us", "globalprivacycontrol.org", "eugdpr.org", "gdpr-info.eu", "gdpr.eu", "legislation.gov.uk", "privacyalliance.org", "ghostery.com", "eff.org", "whatarecookies.com", "edaa.eu", "truste.com", "meine-cookies.org", "internetcookies.com", "internetcookies.org", "bbb.org", "privacypolicies.com", "termsfeed.com", "freeprivacypolicy.com", "privacypolicygenerator.info", "seqlegal.com", "website-contracts.co.uk", "adssettings.google.com",
}  # fmt: skip
_REFERENCE_HOSTS = re.compile(
    r"^(?:support|help|windows|answers)\.(?:google|microsoft|mozilla|apple|opera|brave)\.(?:com|org)$|^(?:adssettings|myadcenter|myaccount)\.google\.com$|(?:^|\.)gov(?:\.\w\w)?$"
)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """One address; positions are in the sentence. ``visible`` is written out, ``bare`` without a scheme or a path."""

    start: int
    end: int
    host: str
    url: str
    visible: bool
    bare: bool
    is_policy: bool


def addresses_of(document: Document, sentence: Sentence) -> Iterator[Address]:
    """Yield the addresses written in a sentence, then those of its links."""
    for match in _WRITTEN.finditer(sentence.plain):
        url = match[0].rstrip(".")
        host, path = _parts(url)
        if host:
            bare = "/" not in url.removeprefix("https://").removeprefix(
                "http://"
            ) and not url.lower().startswith(("http", "www."))
            yield Address(
                start=match.start(), end=match.start() + len(url), host=host, url=url, visible=True, bare=bare,
                is_policy=_POLICY_PATH.search(path) is not None or host.startswith(("privacy.", "policies.", "legal.")),
            )  # fmt: skip
    for match in _EMAIL.finditer(sentence.plain):
        yield Address(
            start=match.start(),
            end=match.end(),
            host=match[1].lower(),
            url=f"mailto:{match[0]}",
            visible=True,
            bare=False,
            is_policy=False,
        )
    for link in document.links:
        if sentence.start <= link.start < sentence.end and link.url.lower().startswith(
            ("http://", "https://", "//")
        ):
            host, path = _parts(link.url)
            if host:
                yield Address(
                    start=max(0, link.start - sentence.start), end=min(link.end, sentence.end) - sentence.start, host=host, url=link.url,
                    visible=False, bare=False, is_policy=_POLICY_PATH.search(path) is not None or host.startswith(("privacy.", "policies.", "legal.")),
                )  # fmt: skip


def is_reference(address: Address) -> bool:
    """Whether an address only refers: a browser's help, an authority, a trade body; or is for mail."""
    return (
        address.url.startswith("mailto:")
        or registrable_domain(address.host) in _REFERENCES
        or address.host in _REFERENCES
        or _REFERENCE_HOSTS.search(address.host) is not None
    )


def own_domains(document: Document) -> set[str]:
    """Return the site's own domains: where the policy was read from, and those that its mail addresses have."""
    found = {registrable_domain(match[1].lower()) for match in _EMAIL.finditer(plain(document.text))}
    if document.host:
        found.add(registrable_domain(document.host))
    return found - _FREE_MAIL


def _parts(url: str) -> tuple[str, str]:
    if url.startswith("//"):
        url = f"https:{url}"
    elif "://" not in url:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower().strip(".")
    except ValueError:
        return "", ""
    return (host, parts.path) if "." in host else ("", "")
