"""A click identifier travels in the address of a request to a third party.

Such identifiers (``gclid``, ``fbclid``, ``_gl`` …) carry a person's identity from one site to the next by the URL, with
no cookie at all. Access by URL counts like access by cookie. They are looked for in the address itself and in the page
address that it passes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from consent.model.categories import ConsentState, Party
from scanner.evidence import UNCONSENTED_STATES, applied, by_service, evidence_of, first_page
from scanner.fixes import code
from scanner.report import Finding, Report, Severity

ID = "identifier-in-link"
TITLE = "A click identifier is passed on to a third party"
LAW = "ePrivacy Directive Art. 5(3); EDPB Guidelines 2/2023 (URL and pixel tracking)"
SEVERITY: Severity = "medium"
PAGES_ONLY = True

IDENTIFIERS = {
    "_gl": "Google cross-domain linker",
    "_hsenc": "HubSpot (e-mail recipient)",
    "dclid": "Google Display & Video 360",
    "dicbo": "Outbrain",
    "epik": "Pinterest",
    "fbclid": "Meta",
    "gbraid": "Google Ads (app to web)",
    "gclid": "Google Ads",
    "hsa_cam": "HubSpot Ads",
    "igshid": "Instagram",
    "irclickid": "impact.com",
    "li_fat_id": "LinkedIn",
    "mc_eid": "Mailchimp",
    "mkt_tok": "Adobe Marketo (e-mail recipient)",
    "msclkid": "Microsoft Advertising",
    "rdt_cid": "Reddit",
    "scclid": "Snapchat",
    "tblci": "Taboola",
    "ttclid": "TikTok",
    "twclid": "X",
    "wbraid": "Google Ads (web to app)",
    "yclid": "Yandex",
}
"""URL parameter and who reads it."""


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and state in which identifiers are passed on without consent."""
    for state in (*UNCONSENTED_STATES, ConsentState.ACCEPT):
        if not applied(report, state):
            continue
        requests = [one for one in report.requests if one.state is state and one.party is Party.THIRD]
        carrying = {id(one): found for one in requests if (found := identifiers_in(one.url))}
        for label, _, things in by_service(one for one in requests if id(one) in carrying):
            names = sorted({name for one in things for name in carrying[id(one)]})
            yield Finding(
                rule=ID,
                severity="info" if state is ConsentState.ACCEPT else SEVERITY,
                title=f"{label} receives {', '.join(names)}"
                + (" after consent" if state is ConsentState.ACCEPT else " without consent"),
                subject=label,
                state=state,
                page=first_page(things),
                evidence=evidence_of(things, parameters=names, read_by=[IDENTIFIERS[name] for name in names]),
                law=LAW,
                fix="Hold the request back until consent is granted, and redact click identifiers until then. For Google "
                "tags, first in <head>:\n\n"
                + code("gtag('set', 'ads_data_redaction', true);", "gtag('set', 'url_passthrough', false);"),
            )


def identifiers_in(url: str) -> set[str]:
    """Return the names of the click identifiers that a URL carries, itself or in an address among its parameters."""
    found: set[str] = set()
    for name, value in _parameters(url):
        if name in IDENTIFIERS and value:
            found.add(name)
        if "://" in value:
            found |= {inner for inner, content in _parameters(value) if inner in IDENTIFIERS and content}
    return found


def _parameters(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, max_num_fields=1_000)
    except ValueError:  # a malformed address, or more parameters than any real one has
        return []
