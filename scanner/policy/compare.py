"""Sets what a policy declares against what a scan saw: found and not declared, declared and not found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from consent.model.categories import Category, Party
from scanner.evidence import counted, evidence_of, some, strictest
from scanner.lifetimes import lifetime_text
from scanner.policy.cookies import fits
from scanner.policy.model import DeclaredCookie, DeclaredVendor, Document, Quote, Sentence
from scanner.policy.names import squeezed
from scanner.policy.rules import finding
from scanner.policy.seen import Seen
from scanner.policy.sentences import quote
from scanner.report import Finding, Item, Report, Severity

_BY_CATEGORY: dict[Category, Severity] = {
    Category.ADVERTISING: "high",
    Category.PERFORMANCE: "high",
    Category.FUNCTIONALITY: "medium",
    Category.UNCLASSIFIED: "medium",
    Category.NECESSARY: "low",
}


def declares(vendor: DeclaredVendor, seen: Seen) -> bool:
    """Whether a declared vendor means what was seen: the same service, a vendor as a whole, or the domain's name."""
    if seen.service_id and seen.service_id in vendor.service_ids:
        return True
    if vendor.vendor_id and vendor.vendor_id == seen.vendor_id:
        return False  # another service of the same vendor
    own = {squeezed(vendor.name), *map(squeezed, vendor.written)}
    if squeezed(seen.label) in own or (seen.vendor and squeezed(seen.vendor) in own):
        return True
    return not vendor.vendor_id and any(seen.means(name) for name in (vendor.name, *vendor.written))


def undeclared_vendors(
    document: Document,
    sentences: tuple[Sentence, ...],
    vendors: tuple[DeclaredVendor, ...],
    seen: Iterable[Seen],
) -> Iterator[Finding]:
    """Yield what the scan saw and the policy does not name."""
    declared = [one for one in vendors if one.role != "denied"]
    where = _where_vendors_stand(document, sentences, vendors)
    for one in seen:
        if any(declares(vendor, one) for vendor in declared):
            continue
        sister = next(
            (vendor for vendor in declared if vendor.vendor_id and vendor.vendor_id == one.vendor_id), None
        )
        severity = _BY_CATEGORY[one.category]
        if sister is not None and one.category is Category.PERFORMANCE:
            severity = "medium"
        yield finding(
            "policy-undeclared-vendor",
            sister.mentions[0] if sister else where,
            subject=one.label,
            severity=severity,
            vendor=one.vendor or one.label,
            purpose=one.purpose or "[purpose].",
            country=f" ({one.country})" if one.country else "",
            policy_url=one.policy_url or "[address]",
            category=str(one.category.unlocked_by),
            why=f"The scan saw it; the policy names {sister.name} of the same company only."
            if sister
            else "",
            evidence=_scan_evidence(one, vendor=one.vendor, absent=True),
        )


def _scan_evidence(one: Seen, **more: object) -> dict[str, object]:
    """What proves it in the scan, under keys that do not meet those of the quote."""
    proof = evidence_of(one.things)
    proof.pop("kind", None)
    proof["states"] = some(
        str(state)
        for thing in one.things
        for state in (thing.states if isinstance(thing, Item) else (thing.state,))
    )
    return {**proof, **more}


def _where_vendors_stand(
    document: Document, sentences: tuple[Sentence, ...], vendors: tuple[DeclaredVendor, ...]
) -> Quote:
    used = [vendor.mentions[0] for vendor in vendors if vendor.role == "used"]
    if used:
        return used[0]
    about = next(
        (one for one in sentences if "cookie" in one.plain.lower() or "third part" in one.plain.lower()),
        sentences[0],
    )
    return quote(document, about)


def undeclared_cookies(
    vendors: tuple[DeclaredVendor, ...],
    cookies: tuple[DeclaredCookie, ...],
    report: Report,
    seen: Iterable[Seen],
) -> Iterator[Finding]:
    """Yield what was stored and does not stand in the policy's list, where it has one; one finding for each service.

    The cookies of a service that is not declared at all are told with it.
    """
    if not cookies:
        return
    labels = {id(item): one.label for one in seen for item in one.items}
    told = {
        id(item)
        for one in seen
        if not any(vendor.role != "denied" and declares(vendor, one) for vendor in vendors)
        for item in one.items
    }
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in report.items:
        if id(item) not in told and not any(fits(cookie.name, item.name, item.pattern) for cookie in cookies):
            groups[
                labels.get(id(item)) or (item.host if item.party is Party.FIRST else item.vendor or item.host)
            ].append(item)
    for label, items in sorted(groups.items()):
        category = strictest(items)
        needs = any(item.category.needs_consent for item in items)
        names = some((item.pattern or item.name for item in items), 12)
        rows = "\n".join(
            f"{item.pattern or item.name} | {item.vendor or item.host} | {item.purpose or '[purpose]'} | {lifetime_text(item.lifetime_s, kind=item.kind)}"
            for item in {item.pattern or item.name: item for item in items}.values()
        )
        yield finding(
            "policy-undeclared-cookie",
            cookies[0].quote,
            subject=label,
            severity="medium" if needs else "low",
            title=f"Not in the policy's list: {counted(len(names), items[0].kind)} of {label} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})",
            fix=f"Add to the list:\n\n{rows}",
            evidence={
                "names": names,
                "hosts": some(item.host for item in items),
                "category": str(category),
                "absent": True,
            },
        )


def not_found(
    vendors: tuple[DeclaredVendor, ...],
    cookies: tuple[DeclaredCookie, ...],
    report: Report,
    seen: tuple[Seen, ...],
) -> Iterator[Finding]:
    """Yield what the policy declares and the scan did not see; what leaves no trace in a browser is not asked for."""
    for vendor in vendors:
        if vendor.role == "used" and vendor.traceable and not any(declares(vendor, one) for one in seen):
            yield finding(
                "policy-not-found-vendor",
                vendor.mentions[0],
                subject=vendor.name,
                evidence={"vendor": vendor.vendor, "written": list(vendor.written)},
                confidence=vendor.confidence * 0.8,
            )
    for cookie in cookies:
        if not any(fits(cookie.name, item.name, item.pattern) for item in report.items):
            yield finding(
                "policy-not-found-cookie",
                cookie.quote,
                subject=cookie.written,
                evidence={"provider": cookie.provider},
                confidence=cookie.confidence * 0.9,
            )
