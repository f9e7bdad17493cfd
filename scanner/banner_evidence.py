"""What findings about the banner have in common: a rule's failures in both viewports as one finding, and how to mend them."""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import ConsentState
from scanner.banners.model import Answer, Control, Look, Meaning
from scanner.evidence import cut
from scanner.fixes import code, widget_tag
from scanner.report import Finding, Report, Severity

_NAMES = {"desktop": "desktop", "phone": "phone"}


def failures(report: Report, practice: str) -> list[Answer]:
    """Return the answers of a rule that failed, desktop before phone."""
    if report.banner is None:
        return []
    return [one for one in report.banner.answers if one.rule == practice and one.verdict == "failed"]


def told(
    report: Report,
    practice: str,
    *,
    rule: str,
    severity: Severity,
    title: str,
    fix: str,
    state: ConsentState = ConsentState.BEFORE,
) -> Iterator[Finding]:
    """Yield one finding where a rule failed in a viewport: its reasons, its numbers, and the pictures that show it."""
    answers = failures(report, practice)
    if not answers or report.banner is None:
        return
    where = [one.viewport for one in answers if one.viewport]
    looked = [look.viewport for look in report.banner.looks if look.found]
    only = f" (on a {where[0]} only)" if len(where) == 1 and len(looked) > 1 else ""
    reasons = list(dict.fromkeys(one.reason for one in answers))
    pictures = [
        layer.screenshot
        for look in report.banner.looks
        if look.viewport in where
        for layer in (look.first, look.second)
        if layer is not None and layer.screenshot
    ]
    yield Finding(
        rule=rule,
        severity=severity,
        title=title + only,
        subject=report.start_url or report.site,
        state=state,
        page=report.start_url,
        evidence={
            key: value
            for key, value in (
                {"viewports": [_NAMES[name] for name in where], "seen": [cut(reason) for reason in reasons]}
                | answers[0].numbers
                | {"pictures": pictures}
            ).items()
            if value not in ([], None)
        },
        law=answers[0].law,
        fix=fix,
    )


def look_of(report: Report, practice: str) -> Look | None:
    """Return the look in which a rule failed first."""
    answers = failures(report, practice)
    if not answers or report.banner is None:
        return None
    return next((look for look in report.banner.looks if look.viewport == answers[0].viewport), None)


def control_of(report: Report, practice: str, meaning: Meaning) -> Control | None:
    """Return the first layer's control of a meaning where the rule failed first."""
    look = look_of(report, practice)
    return look.first.control(meaning) if look is not None and look.first is not None else None


def same_style(report: Report, practice: str) -> str:
    """Return the style of this site's acceptance, for its refusal to have too."""
    accept, reject = control_of(report, practice, "accept"), control_of(report, practice, "reject")
    if accept is None:
        return ""
    lines = [
        f"background: {accept.colour};" if accept.colour else "",
        f"color: {accept.text_colour};" if accept.text_colour else "",
        "opacity: 1;",
        f"font-size: {accept.font_px:g}px;",
        f"font-weight: {accept.font_weight};",
        f"min-width: {accept.width:g}px;",
        f"min-height: {accept.height:g}px;",
    ]
    name = _comment(reject.text if reject is not None else "refuse")
    return code(
        f"/* the button {name}, as {_comment(accept.text)} is */",
        ".refuse {",
        *(f"  {line}" for line in lines if line),
        "}",
    )


def or_ours(report: Report, text: str) -> str:
    """Return a mend, and Consentry's own banner as another."""
    return "\n\n".join(
        (
            text,
            "Or use Consentry's banner, which this scan holds to the same rules: (Use the address of your own consent server.)",
            code(widget_tag(report)),
        )
    )


def _comment(text: str) -> str:
    """A text of the page within a CSS comment that it cannot end."""
    return repr(" ".join(text.split())[:60].replace("*/", "* /"))
