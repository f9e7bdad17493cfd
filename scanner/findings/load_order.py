"""The consent banner is not there before what it has to hold back.

What the mark-up loads before the banner's script runs whatever the visitor says, and so may what comes after a script that
is loaded ``async``, ``defer`` or as a module. A hint such as preconnect reaches a third party before any script could.
Judged only where a page has a banner's script and something that needs consent.
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterator

from consent.model.categories import Category, ConsentState
from scanner.evidence import cut, some
from scanner.fixes import code, widget_tag
from scanner.markup import Head, HeadElement
from scanner.report import Finding, Report, Severity

ID = "load-order"
TITLE = "The consent banner loads after what it has to hold back"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 25(2)"
SEVERITY: Severity = "medium"

_REACHING = frozenset({"preconnect", "prefetch", "prerender", "preload", "modulepreload"})
_LATE = frozenset({"async", "defer", "module"})


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each way in which the order is wrong."""
    groups: dict[str, list[tuple[Head, list[HeadElement]]]] = defaultdict(list)
    for head in report.heads:
        tools = [number for number, one in enumerate(head.elements) if _is_banner(one)]
        if not tools:
            continue
        before, after = head.elements[: tools[0]], head.elements[tools[0] + 1 :]
        if early := [one for one in before if _runs(one)]:
            groups["early"].append((head, early))
        loading = head.elements[tools[0]].loading
        if loading in _LATE and (racing := [one for one in after if _runs(one)]):
            groups[loading].append((head, racing))
        if hints := [one for one in head.elements if one.kind in _REACHING and _needs_consent(one)]:
            groups["hint"].append((head, hints))
    for kind, found in groups.items():
        yield _finding(report, kind, found)


def _finding(report: Report, kind: str, found: list[tuple[Head, list[HeadElement]]]) -> Finding:
    elements = [element for _, group in found for element in group]
    services = some((element.service or element.url for element in elements), 6)
    names = ", ".join(services[:3]) + (" and others" if len(services) > 3 else "")
    banner = next((one for one in found[0][0].elements if _is_banner(one)), found[0][0].elements[0])
    titles = {
        "early": f"The mark-up loads {names} before the consent banner",
        "hint": f"Resource hints reach {names} before the visitor decides",
    }
    return Finding(
        rule=ID,
        severity=SEVERITY if kind == "early" else "low",
        title=titles.get(kind, f"The consent banner is loaded {kind}, so that {names} may run first"),
        subject=banner.service or "the consent banner",
        state=ConsentState.BEFORE,
        page=found[0][0].page,
        evidence={
            "kind": f"load-order-{kind}",
            "category": str(max((one.category for one in elements), key=_STRICTNESS.index)),
            "count": len({element.url for element in elements}),
            "services": services,
            "urls": some((cut(element.url) for element in elements), 5),
            "banner": cut(banner.url),
            "banner_loading": banner.loading,
            "pages": some((page for head, _ in found for page in head.pages), 5),
            "page_count": sum(head.page_count for head, _ in found),
        },
        law=LAW,
        fix=_fix(report, kind, banner),
    )


def _fix(report: Report, kind: str, banner: HeadElement) -> str:
    if kind == "hint":
        return "Leave these hints out: the banner's script may set them once the visitor has agreed."
    text = (
        "Put the banner's script first in <head>, without async, defer or type=module, and exempt it from plug-ins "
        "that delay or reorder scripts:"
    )
    if "/w/" in banner.url and banner.service == "Consentry":
        return f"{text}\n\n{code(widget_tag(report))}"
    tag = f'<script src="{html.escape(cut(banner.url))}"></script>'
    return f"{text}\n\n{code(tag)}"


_STRICTNESS = (
    Category.UNCLASSIFIED,
    Category.NECESSARY,
    Category.FUNCTIONALITY,
    Category.PERFORMANCE,
    Category.ADVERTISING,
)


def _is_banner(element: HeadElement) -> bool:
    return element.consent_tool and element.kind.endswith("script") and element.loading != "held"


def _needs_consent(element: HeadElement) -> bool:
    return element.category.needs_consent and element.category is not Category.UNCLASSIFIED


def _runs(element: HeadElement) -> bool:
    return (
        _needs_consent(element)
        and element.loading != "held"
        and element.kind.removeprefix("inline ") in {"script", "frame", "image"}
    )
