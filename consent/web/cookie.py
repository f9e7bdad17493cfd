"""The first-party consent cookie, set by the server where its public host is same-site with the site.

Set by HTTP it outlives the seven days to which browsers cut cookies that scripts set. docs/routes.md has its format.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, unquote

import msgspec

from consent.model.categories import CATEGORIES, Category
from consent.model.domains import host_of, registrable_domain
from consent.model.records import ConsentRecord, EventKind
from consent.model.sites import Site
from consent.times import parse_rfc3339

NAME = "consentry"
_LETTERS = {
    Category.NECESSARY: "n",
    Category.PERFORMANCE: "p",
    Category.FUNCTIONALITY: "f",
    Category.ADVERTISING: "a",
}
_SAFE = "-_.!~*'()"
"""What JavaScript's encodeURIComponent leaves as it is."""


class ConsentCookie(msgspec.Struct, frozen=True, kw_only=True):
    """The cookie's JSON: version, consent id, notice (16 hex digits), time (s), granted letters, record id.

    ``x`` are the services refused by name within granted categories, where there are any.
    """

    v: int
    id: str
    n: str
    t: int
    c: str
    r: str
    x: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


def cookie_domain(site: Site, public_url: str) -> str | None:
    """Return the registrable domain that site and server share, or None where a cookie could not be first-party."""
    domain = registrable_domain(host_of(site.url))
    if domain is None or domain != registrable_domain(host_of(public_url)):
        return None
    return domain


def cookie_value(record: ConsentRecord) -> str:
    """Return the URI-encoded value for a decision."""
    granted = "".join(_LETTERS[c] for c in CATEGORIES if record.categories[c] == "granted")
    refused = [name for name, answer in (record.services or {}).items() if answer == "denied"]
    cookie = ConsentCookie(
        v=1,
        id=record.consent_id,
        n=record.notice_version[:16],
        t=parse_rfc3339(record.server_time) // 1000,
        c=granted,
        r=record.record_id,
        x=tuple(refused) or msgspec.UNSET,
    )
    return quote(msgspec.json.encode(cookie), safe=_SAFE)


def parse_cookie(value: str) -> ConsentCookie | None:
    """Return what a browser sent back, or None where it is not ours."""
    try:
        return msgspec.json.decode(unquote(value, errors="strict"), type=ConsentCookie)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def set_cookie(record: ConsentRecord, domain: str, sent: str | None) -> str | None:
    """Return the Set-Cookie header for a record, or None where the browser's own cookie must stay.

    ``sent`` is the cookie that came with the request. An event that waited in the widget's queue while the visitor decided
    anew must not bring the older decision back.
    """
    if record.event is EventKind.NOTICE_SHOWN or record.valid_until is None:
        return None
    if sent:
        current = parse_cookie(sent)
        if current is not None and current.t > parse_rfc3339(record.client_time) // 1000 + 1:
            return None
    age = datetime.fromisoformat(record.valid_until) - datetime.fromisoformat(record.server_time)
    return (
        f"{NAME}={cookie_value(record)}; Domain={domain}; Path=/; Max-Age={int(age.total_seconds())};"
        " Secure; SameSite=Lax"
    )


def expire_cookie(domain: str) -> str:
    """Return the Set-Cookie header that removes the cookie."""
    return f"{NAME}=; Domain={domain}; Path=/; Max-Age=0; Secure; SameSite=Lax"
