"""What a policy says and the scan saw otherwise: each claim with the sentence that makes it and the evidence against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from consent.model.categories import Category, ConsentState, Party
from scanner.adequacy import EEA
from scanner.evidence import applied, counted, everything, evidence_of, some
from scanner.lifetimes import BROWSER_CAP_S, DAY_S, lifetime_text
from scanner.policy.compare import declares
from scanner.policy.cookies import fits
from scanner.policy.model import DeclaredCookie, DeclaredVendor, Statement
from scanner.policy.rules import finding
from scanner.policy.seen import Seen
from scanner.report import Finding, Item, Report, Request, Severity

_TOLERANCE = 1.2
"""How much longer than declared is no contradiction: months and years are rounded."""

Things = list[Item] | list[Request] | list[Item | Request]


def contradictions(
    vendors: tuple[DeclaredVendor, ...],
    cookies: tuple[DeclaredCookie, ...],
    statements: tuple[Statement, ...],
    report: Report,
    seen: tuple[Seen, ...],
) -> Iterator[Finding]:
    """Yield every contradiction; a claim that is made several times is told once, with the other sentences."""
    for claim, test in _CLAIMS.items():
        made = [one for one in statements if one.topic == "claim" and one.value == claim]
        if made:
            yield from test(made, report)
    yield from _elsewhere(statements, seen)
    for cookie in cookies:
        yield from _cookie(cookie, report)
    for vendor in vendors:
        if vendor.role == "denied":
            found = [one for one in seen if declares(vendor, one)]
            if found:
                yield _told(
                    f"{vendor.name} is said not to be used",
                    [
                        Statement(
                            topic="claim",
                            value="denied",
                            quote=vendor.mentions[0],
                            confidence=vendor.confidence,
                        )
                    ],
                    "high",
                    [thing for one in found for thing in one.things],
                    fix=f"Take {vendor.name} off the site, or declare it.",
                )


def _told(
    subject: str,
    made: list[Statement],
    severity: Severity,
    things: Iterable[Item | Request],
    *,
    fix: str,
    why: str = "",
    **evidence: Any,
) -> Finding:
    things = list(things)
    proof = evidence_of(things) if things else {}
    proof.pop("kind", None)
    return finding(
        "policy-contradicted",
        made[0].quote,
        subject=subject,
        severity=severity,
        fix=fix,
        why=why or "The scan saw otherwise.",
        evidence={**proof, **evidence, "also": [one.quote.text for one in made[1:5]]},
        confidence=made[0].confidence,
    )


def _needing(
    report: Report, *, category: Category | None = None, third: bool = False
) -> list[Item | Request]:
    return [
        thing
        for thing in everything(report)
        if (thing.category is category if category else thing.category.needs_consent)
        and (not third or thing.party is Party.THIRD)
    ]


def _session_only(made: list[Statement], report: Report) -> Iterator[Finding]:
    longer = [item for item in report.items if item.kind == "cookie" and item.lifetime_s]
    if longer:
        longest = max(longer, key=lambda item: item.lifetime_s or 0)
        yield _told(
            f"cookies are said to end with the session, {counted(len(longer), 'cookie')} stay longer",
            made, "high", longer,
            longest=f"{longest.pattern or longest.name}: {lifetime_text(longest.lifetime_s)}",
            fix="We use cookies that end with your visit, and others that stay; the list below says how long each is kept.",
        )  # fmt: skip


def _anonymous(made: list[Statement], report: Report) -> Iterator[Finding]:
    identifying = [
        item
        for item in report.items
        if item.category in {Category.PERFORMANCE, Category.ADVERTISING}
        and item.kind in {"cookie", "local_storage"}
        and (item.lifetime_s is None or item.lifetime_s > DAY_S) and (item.kind == "local_storage" or item.lifetime_s)
    ]  # fmt: skip
    if identifying:
        yield _told(
            f"data are said to be anonymous, {counted(len(identifying), identifying[0].kind)} recognise visitors",
            made, "high", identifying,
            why="These recognise a browser again from visit to visit; such an identifier is personal data (GDPR Art. 4(1), recital 30).",
            fix="These cookies hold a random number by which your browser is recognised again. That number is personal data.",
        )  # fmt: skip


def _no_advertising(made: list[Statement], report: Report) -> Iterator[Finding]:
    things = _needing(report, category=Category.ADVERTISING)
    if things:
        services = some((thing.service or thing.vendor or thing.host for thing in things), 6)
        yield _told(
            f"advertising is denied, the scan saw {', '.join(services[:4])}", made, "high", things, services=services,
            fix=f"With your consent your data reach advertising services: {', '.join(services)}. [Or take them off the site.]",
        )  # fmt: skip


def _no_third_parties(made: list[Statement], report: Report) -> Iterator[Finding]:
    things = _needing(report, third=True)
    if things:
        services = some((thing.service or thing.vendor or thing.host for thing in things), 6)
        yield _told(
            f"third parties are denied, the scan saw {', '.join(services[:4])}", made, "high", things, services=services,
            fix=f"Your browser also asks other companies, which thereby learn your IP address and the page: {', '.join(services)}.",
        )  # fmt: skip


def _no_cookies(made: list[Statement], report: Report) -> Iterator[Finding]:
    cookies = [item for item in report.items if item.kind == "cookie"]
    if cookies:
        yield _told(
            f"cookies are denied, the scan saw {counted(len(cookies), 'cookie')}", made, "high", cookies,
            fix="We use cookies; the list below names each with its purpose, its provider and how long it is kept.",
        )  # fmt: skip


def _necessary_only(made: list[Statement], report: Report) -> Iterator[Finding]:
    things = [thing for thing in _needing(report) if thing.category is not Category.UNCLASSIFIED]
    if things:
        services = some((thing.service or thing.vendor or thing.host for thing in things), 6)
        yield _told(
            f"only necessary cookies are said to be used, the scan saw {', '.join(services[:4])}", made, "high", things,
            fix="Apart from necessary cookies we use, with your consent, those that the list below names.",
        )  # fmt: skip


def _consent_first(made: list[Statement], report: Report) -> Iterator[Finding]:
    if not applied(report, ConsentState.BEFORE):
        return
    things = [
        thing
        for thing in _needing(report)
        if thing.category is not Category.UNCLASSIFIED
        and (
            ConsentState.BEFORE in thing.states
            if isinstance(thing, Item)
            else thing.state is ConsentState.BEFORE
        )
    ]
    if things:
        services = some((thing.service or thing.vendor or thing.host for thing in things), 6)
        yield _told(
            f"consent is said to come first, {', '.join(services[:4])} came before it", made, "high", things, state="before",
            fix="Hold these back until the visitor has agreed; the sentence is right, the site is not.",
        )  # fmt: skip


_CLAIMS: dict[str, Callable[[list[Statement], Report], Iterator[Finding]]] = {
    "session-only": _session_only,
    "anonymous": _anonymous,
    "no-advertising": _no_advertising,
    "no-third-parties": _no_third_parties,
    "no-cookies": _no_cookies,
    "necessary-only": _necessary_only,
    "consent-first": _consent_first,
}


def _elsewhere(statements: tuple[Statement, ...], seen: Iterable[Seen]) -> Iterator[Finding]:
    """Data are said to stay in the Union, and companies elsewhere receive them."""
    made = [one for one in statements if one.topic == "transfer" and one.value == "none"]
    if not made or any(one.topic == "transfer" and one.value == "outside" for one in statements):
        return
    outside = [one for one in seen if one.country and one.country not in EEA and one.requests]
    if outside:
        names = [f"{one.label} ({one.country})" for one in outside]
        yield _told(
            f"data are said to stay in the Union, the scan saw {', '.join(names[:4])}",
            made, "medium", [thing for one in outside for thing in one.things], services=names,
            why="The companies have their seat outside the Union; what reaches them may leave it.",
            fix=f"Data reach companies outside the European Union: {', '.join(names)}. The transfer rests on [safeguard].",
        )  # fmt: skip


def _cookie(cookie: DeclaredCookie, report: Report) -> Iterator[Finding]:
    found = [item for item in report.items if fits(cookie.name, item.name, item.pattern)]
    if not found:
        return
    made = [Statement(topic="lifetime", value="stated", quote=cookie.quote, confidence=cookie.confidence)]
    yield from _cookie_lifetime(cookie, found, made)
    seen = {item.category for item in found} - {Category.UNCLASSIFIED}
    declared = Category(cookie.category) if cookie.category else None
    if declared is Category.NECESSARY and seen and Category.NECESSARY not in seen:
        category = max(seen, key=lambda one: one is Category.ADVERTISING)
        yield _told(
            f"{cookie.written} is called necessary, it is {category}", made, "high", found,
            declared_category=str(declared), seen_category=str(category), fix=f"Put {cookie.written} under {category}; it needs consent.",
        )  # fmt: skip
    elif declared not in {None, Category.ADVERTISING} and seen == {Category.ADVERTISING}:
        yield _told(
            f"{cookie.written} is called {declared}, it is advertising", made, "medium", found,
            declared_category=str(declared), seen_category="advertising", fix=f"Put {cookie.written} under advertising.",
        )  # fmt: skip


def _cookie_lifetime(cookie: DeclaredCookie, found: list[Item], made: list[Statement]) -> Iterator[Finding]:
    if cookie.lifetime_s is None:
        return
    stays = [item for item in found if item.lifetime_s]
    longest = max(stays, key=lambda item: item.requested_lifetime_s or item.lifetime_s or 0, default=None)
    if longest is None:
        if cookie.lifetime_s > DAY_S and all(item.kind in {"cookie", "session_storage"} for item in found):
            yield _told(
                f"{cookie.written} is said to stay {cookie.lifetime}, it ends with the session", made, "low", found,
                declared=cookie.lifetime, seen="session", fix=f"{cookie.written}: session",
            )  # fmt: skip
        return
    lifetime = longest.requested_lifetime_s or longest.lifetime_s or 0.0
    shown = lifetime_text(lifetime)
    if cookie.lifetime_s == 0:
        yield _told(
            f"{cookie.written} is said to end with the session, it stays {shown}", made, "high", stays,
            declared=cookie.lifetime, seen=shown, fix=f"{cookie.written}: {shown}",
        )  # fmt: skip
    elif lifetime > cookie.lifetime_s * _TOLERANCE:
        yield _told(
            f"{cookie.written} is said to stay {cookie.lifetime}, it stays {shown}", made, "medium", stays,
            declared=cookie.lifetime, seen=shown, fix=f"{cookie.written}: {shown}",
        )  # fmt: skip
    elif lifetime * _TOLERANCE < cookie.lifetime_s and not (
        lifetime >= BROWSER_CAP_S * 0.98 and cookie.lifetime_s >= lifetime
    ):
        yield _told(
            f"{cookie.written} is said to stay {cookie.lifetime}, it stays only {shown}", made, "low", stays,
            declared=cookie.lifetime, seen=shown, fix=f"{cookie.written}: {shown}",
        )  # fmt: skip
