"""The web developer's checklist: can each finding be traced to a line, mended, repeated, and kept from coming back."""

from __future__ import annotations

import re
from collections import Counter

from consent.model.categories import ConsentState, Party
from scanner.evidence import applied
from scanner.report import Report
from scanner.reports.checklists import Answer, Group, answered, told
from scanner.reports.text import KIND_NAMES
from scanner.signals import API_NAMES

_CONTAINER = re.compile(r"[?&]id=(GTM-[A-Z0-9]{4,12})")
_GOOGLE = ("google_consent_mode", "google_requests")


def developer(report: Report) -> tuple[Group, ...]:
    """Return the groups of statements."""
    return (
        Group("Who did it", _causes(report)),
        Group("Load order and signals", _order(report)),
        Group("Cookies and storage", _storage(report)),
        Group("After blocking, and again", _again(report)),
    )


def _causes(report: Report) -> tuple[Answer, ...]:
    requests = report.requests
    attributed = sum(bool(one.initiators) for one in requests)
    placed = sum(bool(one.stack) for one in requests)
    redirects = sum(bool(one.redirected_from) for one in requests)
    containers = sorted(
        {found for one in requests for url in (one.url, *one.initiators) for found in _CONTAINER.findall(url)}
    )
    findings = report.findings
    fixes = sum(bool(one.fix) for one in findings)
    frames = {one.host for one in requests if one.type == "document" and one.party is Party.THIRD}
    return (
        answered(
            "Every request has its page, its full address and its chain of initiators",
            attributed == len(requests) if requests else None,
            f"{attributed} of {len(requests)} have a chain; {placed} have the line that sent them (the parser asks without one).",
            "requests",
        ),
        answered(
            "Redirects are told",
            True,
            f"{told(redirects, 'request')} came by a redirect, each with where from."
            if redirects
            else "None was seen.",
            "requests",
        ),
        answered(
            "The tag manager's container is named",
            bool(containers) or None,
            f"{', '.join(containers[:8])}; which tag of it acted is not told by a browser."
            if containers
            else "No Google Tag Manager container was seen.",
            "graph" if containers else "",
        ),
        answered(
            "Who called whom is drawn",
            bool(requests) or None,
            "With a table beside it." if requests else "No third party was called.",
            "graph",
        ),
        answered(
            "Frames of third parties are named",
            True,
            f"{', '.join(sorted(frames)[:6])}." if frames else "None was seen.",
            "requests",
        ),
        answered(
            "Every finding has a fix for this very site",
            fixes == len(findings) if findings else None,
            f"{fixes} of {len(findings)}." if findings else "There is no finding.",
            "findings",
        ),
    )


def _order(report: Report) -> tuple[Answer, ...]:
    rules = [one for one in report.findings if one.rule == "load-order"]
    hints = [one for one in rules if one.evidence.get("kind") == "load-order-hint"]
    has_banner = any(one.consent_tool for head in report.heads for one in head.elements)
    wrong = [one for one in report.findings if one.rule == "consent-signal"]
    google = [one for one in report.signals if one.api in _GOOGLE]
    others = sorted(
        {API_NAMES.get(one.api, one.api) for one in report.signals if one.api not in {*_GOOGLE, "data_layer"}}
    )
    layers = sum(one.api == "data_layer" for one in report.signals)
    google_wrong = [one for one in wrong if one.subject.startswith("Google")]
    others_wrong = [one for one in wrong if one not in google_wrong]
    return (
        answered(
            "The consent banner loads first, and nothing is moved ahead of it",
            len(rules) == len(hints) if has_banner else None,
            "; ".join(one.title for one in rules if one not in hints)
            or (
                "Nothing that needs consent comes before it."
                if has_banner
                else "No banner's script is in the mark-up."
            ),
            "load-order" if report.heads else "",
        ),
        answered(
            "No preload, preconnect or speculation rule reaches a third party early",
            not hints if report.heads else None,
            "; ".join(one.title for one in hints)
            or ("None does." if report.heads else "The mark-up was not read."),
            "load-order" if report.heads else "",
        ),
        answered(
            "Google is told what the visitor decided",
            not google_wrong if google or google_wrong else None,
            "; ".join(sorted({one.title for one in google_wrong})[:3])
            or (
                "gcs, gcd and the data layer agree with each state."
                if google
                else "No consent signal to Google was seen."
            ),
            "consent-parameters"
            if any(one.api == "google_requests" for one in google)
            else "signals"
            if google
            else "",
        ),
        answered(
            "TCF, GPP, UET, Clarity and Meta are told what the visitor decided",
            not others_wrong if others or others_wrong else None,
            "; ".join(sorted({one.title for one in others_wrong})[:3])
            or (
                f"{', '.join(others)} agree with each state."
                if others
                else "None of these interfaces is on the pages."
            ),
            "signals" if others else "",
        ),
        answered(
            "The data layer is listed",
            bool(layers) or None,
            "Names of events and keys, never values." if layers else "No data layer was seen.",
            "signals" if layers else "",
        ),
    )


def _storage(report: Report) -> tuple[Answer, ...]:
    cookies = [one for one in report.items if one.kind == "cookie"]
    via = Counter(one.via or "unknown" for one in cookies)
    stored = [one for one in report.items if one.kind != "cookie"]
    without = sum(not one.set_by for one in stored)
    kinds = Counter(one.kind for one in stored)
    insecure = [one for one in report.findings if one.rule == "insecure-cookie"]
    http_only = sum(one.http_only for one in cookies)
    renewed = [one.pattern or one.name for one in cookies if one.renewed and one.category.needs_consent]
    refused = len(report.blocked_cookies)
    return (
        answered(
            "Of every cookie it is known whether a response or a script set it",
            not via["unknown"] if cookies else None,
            f"{', '.join(f'{number} by {name}' for name, number in sorted(via.items()))}; {http_only} HttpOnly, seen in the browser's jar."
            if cookies
            else "No cookie was seen.",
            "inventory",
        ),
        answered(
            "Every attribute of every cookie was read",
            bool(cookies) or None,
            f"{told(len(cookies), 'cookie')}: domain, path, Secure, HttpOnly, SameSite, partition, priority, size, asked and kept "
            "lifetime."
            if cookies
            else "No cookie was seen.",
            "inventory",
        ),
        answered(
            "No cookie is given a new lifetime by every page",
            None if all(one.renewed is None for one in cookies) else not renewed,
            f"{told(len(renewed), 'cookie')} renewed by later pages: {', '.join(renewed[:6])}."
            if renewed
            else "No later page sets the expiry of a cookie anew."
            if any(one.renewed is False for one in cookies)
            else "Too few pages to know.",
            "inventory",
        ),
        answered(
            "First-party cookies have safe attributes",
            not insecure if cookies else None,
            f"{told(len(insecure), 'finding')}."
            if insecure
            else "Secure, and no session that scripts can read.",
            "findings" if insecure else "inventory",
        ),
        answered(
            "No cookie is refused by the browser",
            not refused,
            f"{told(refused, 'cookie')} refused, each with the reason." if refused else "None was.",
            "blocked-cookies" if refused else "",
        ),
        answered(
            "Other storage is listed with who set it",
            not without if stored else True,
            f"{', '.join(f'{number} {KIND_NAMES.get(kind, kind)}' for kind, number in sorted(kinds.items()))}; {without} without a "
            "setter."
            if stored
            else "None was seen.",
            "inventory",
        ),
    )


def _again(report: Report) -> tuple[Answer, ...]:
    compared = applied(report, ConsentState.REJECT) and applied(report, ConsentState.ACCEPT)
    broken = [one for one in report.findings if one.rule == "broken-after-reject"]
    failed = sum(bool(one.failed) for one in report.requests if one.state is ConsentState.REJECT)
    command = report.tool.get("command")
    shown = " ".join(map(str, command)) if isinstance(command, (list, tuple)) else str(command or "")
    withheld = sum(page.status == "not_measured" for page in report.pages)
    disallowed = int(report.tool.get("robots_disallowed") or 0)
    typed = len({(one.page, one.field) for one in report.keystrokes})
    settings = report.tool.get("settings")
    login = bool(settings.get("storage_state")) if isinstance(settings, dict) else False
    return (
        answered(
            "A refusal breaks no script",
            not broken if compared else None,
            "; ".join(one.title for one in broken)
            or (
                f"No error after a refusal alone; {failed} requests failed in it."
                if compared
                else "Refusal and acceptance are needed to compare."
            ),
            "page-errors" if report.page_errors else "",
        ),
        answered(
            "Which rule held back which element is logged",
            None,
            "A scan does not see it: the widget tells it on the page (docs/widget.md).",
        ),
        answered(
            "One command repeats this scan", bool(shown) or None, shown or "The command is not recorded."
        ),
        answered(
            "A build can fail on it",
            True,
            "--fail-on SEVERITY or RULE ends with exit code 1, and --baseline report.json counts only what is new.",
        ),
        answered(
            "Neither robots.txt nor a firewall kept the scan out",
            not withheld and not disallowed,
            f"{told(withheld, 'page')} withheld by a bot check, {disallowed} left out as robots.txt asks"
            + (
                "; allow the scanner's user agent or address, or use --ignore-robots on your own site."
                if withheld or disallowed
                else "."
            ),
            "pages",
        ),
        answered(
            "Late and scrolled-to content was woken",
            True,
            "Each page was scrolled to its end by a wheel turn and watched until it was quiet.",
            "coverage",
        ),
        answered(
            "Forms were typed into",
            bool(typed) or None,
            f"Random text into {told(typed, 'field')}; nothing was submitted."
            if typed
            else "No field was typed into.",
            "keystrokes" if typed else "",
        ),
        answered(
            "Carts, videos and chats were used", None, "The scan clicks nothing but the consent banner."
        ),
        answered(
            "Logged-in views were scanned",
            login or None,
            "With a stored login." if login else "consentry scan --storage-state FILE does.",
        ),
    )
