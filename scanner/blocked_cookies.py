"""From cookies that the browser refused to the report's: each once, with the reasons and who tried."""

from __future__ import annotations

from collections.abc import Iterable

from consent.model.categories import ConsentState
from scanner.classify import Classifier, ItemFacts
from scanner.observations import Observation
from scanner.parties import party_of
from scanner.report import BlockedCookie

MAX_REPORTED = 1_000
_STATES = list(ConsentState)

REASONS = {
    "SecureOnly": "Secure, but set over plain HTTP",
    "SameSiteStrict": "SameSite=Strict, from another site",
    "SameSiteLax": "SameSite=Lax, from another site",
    "SameSiteUnspecifiedTreatedAsLax": "no SameSite, from another site: treated as Lax",
    "SameSiteNoneInsecure": "SameSite=None without Secure",
    "UserPreferences": "third-party cookies are switched off",
    "ThirdPartyPhaseout": "third-party cookies are switched off",
    "ThirdPartyBlockedInFirstPartySet": "third-party cookies are switched off",
    "SyntaxError": "written wrongly",
    "SchemeNotSupported": "a scheme that has no cookies",
    "OverwriteSecure": "would overwrite a Secure cookie from an insecure page",
    "InvalidDomain": "a Domain that the host may not set",
    "InvalidPrefix": "breaks what the __Secure- or __Host- of its name promises",
    "UnknownError": "refused for a reason that the browser does not name",
    "SchemefulSameSiteStrict": "SameSite=Strict, from another site",
    "SchemefulSameSiteLax": "SameSite=Lax, from another site",
    "SchemefulSameSiteUnspecifiedTreatedAsLax": "no SameSite, from another site: treated as Lax",
    "NameValuePairExceedsMaxSize": "name and value are over 4096 bytes",
    "DisallowedCharacter": "a character that no cookie may hold",
    "NoCookieContent": "neither name nor value",
    "NotStored": "the browser stored nothing",
}
"""Chromium's `Network.SetCookieBlockedReason` in plain words; ``NotStored`` is ours, for a script's write without effect."""


def blocked_cookies_of(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[BlockedCookie, ...]:
    """Return one entry for each cookie and set of reasons, over all pages and states."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[Observation]] = {}
    for one in seen:
        if one.kind == "blocked_cookie" and one.after_action:
            reasons = tuple(map(str, one.details.get("reasons", ())))
            groups.setdefault((one.name, one.host, reasons), []).append(one)
    found = []
    for (name, host, reasons), group in sorted(groups.items())[:MAX_REPORTED]:
        first = group[0]
        party = party_of(host, site_host, own_hosts)
        named = classifier.item(
            ItemFacts(name=name, host=host, party=party, setters=first.initiators, site=site_host)
        )
        found.append(
            BlockedCookie(
                name=name.encode("utf-8", "replace").decode(),
                host=host,
                party=party,
                category=named.category,
                vendor=named.vendor,
                service=named.service,
                reasons=reasons,
                states=tuple(sorted({one.state for one in group}, key=_STATES.index)),
                via=str(first.details.get("via", "")),
                set_by=tuple(url[:2_000] for url in first.initiators),
                first_page=first.page,
            )
        )
    return tuple(found)
