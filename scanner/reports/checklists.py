"""What a privacy officer and a web developer ask of a scan report, each answered from the data or told not measured.

A tick means that this scan measured it, whatever the outcome; the answer says what came out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from consent.model.categories import Category, ConsentState, Party
from scanner.evidence import applied, counted, pass_of, recorded
from scanner.google_signals import decode
from scanner.lifetimes import THIRTEEN_MONTHS_S
from scanner.report import Report
from scanner.reports.text import KIND_NAMES, STATE_SHORT
from scanner.summary import MEASURED, summary

Status = Literal["measured", "partly", "not measured"]


@dataclass(frozen=True)
class Answer:
    """One line of a checklist."""

    question: str
    status: Status
    answer: str


@dataclass(frozen=True)
class Checklist:
    """One reader's checklist."""

    title: str
    answers: tuple[Answer, ...]


def checklists(report: Report) -> tuple[Checklist, ...]:
    """Return the checklists of the privacy officer and of the web developer."""
    return (
        Checklist("For the privacy officer", _officer(report)),
        Checklist("For the web developer", _developer(report)),
    )


def _officer(report: Report) -> tuple[Answer, ...]:
    counts = report.summary or summary(report)
    rules = Counter(finding.rule for finding in report.findings)
    unclassified = sum(item.category is Category.UNCLASSIFIED for item in report.items)
    necessary = [item for item in report.items if item.category is Category.NECESSARY]
    by_hand = sum(recorded(item) for item in necessary)
    long = sum(item.kind == "cookie" and (item.lifetime_s or 0) > THIRTEEN_MONTHS_S for item in report.items)
    purposeless = sum(not item.purpose for item in report.items)
    states = [
        STATE_SHORT[state] for state in ConsentState if applied(report, state) and pass_of(report, state)
    ]
    missing = [
        STATE_SHORT[state]
        for state in ConsentState
        if not (applied(report, state) and pass_of(report, state))
    ]
    before = applied(report, ConsentState.BEFORE)
    reject = pass_of(report, ConsentState.REJECT)
    measured = sum(page.status in MEASURED for page in report.pages)
    third = sum(item.party is Party.THIRD for item in report.items)
    return (
        Answer(
            "Verdict for the site, and change since the last scan",
            "partly",
            f"{str(counts['verdict']).capitalize()}. For the change, compare two reports with consentry diff.",
        ),
        Answer(
            "Consent states side by side",
            "measured" if not missing else "partly" if states else "not measured",
            f"{', '.join(states) or 'None'}." + (f" Not measured: {', '.join(missing)}." if missing else ""),
        ),
        Answer(
            "What is set or sent before consent: what, whose, on which page",
            "measured" if before else "not measured",
            f"{rules['before-consent']} findings, each with page, initiator and time." if before else "",
        ),
        Answer(
            "Banner audit by the EDPB taskforce's practices A to K",
            "partly" if reject and reject.banner_found else "not measured",
            (
                "A way to refuse was found and worked."
                if reject.applied
                else "A banner was found; no refusal was confirmed."
            )
            + " Colours, contrast, pre-ticked boxes and withdrawal: not measured."
            if reject and reject.banner_found
            else "",
        ),
        Answer(
            "Inventory with provider, purpose, category, duration and third-party access",
            "partly",
            f"{len(report.items)} entries, {third} of third parties, {purposeless} without a stated purpose. Country of the "
            "recipient and the declared duration: not measured.",
        ),
        Answer(
            "Unclassified items, and necessary ones with their criterion",
            "measured",
            f"{unclassified} unclassified; {by_hand} of {len(necessary)} necessary ones with a criterion that somebody recorded; "
            "for the others the rules propose one.",
        ),
        Answer("Durations over 13 months", "measured", f"{long} cookies."),
        Answer("Declared but not found, found but not declared", "not measured", ""),
        Answer(
            "Coverage",
            "measured",
            f"{measured} of {len(report.pages)} pages; see Coverage. Logged-in areas, other languages and countries: not "
            "measured.",
        ),
        Answer(
            "Statement of limits and evidence",
            "partly",
            "Limits are stated below; evidence stands with each finding. Network recording and sealed hashes: not measured.",
        ),
        Answer("Health of the consent log", "not measured", ""),
        Answer(
            "Exports",
            "measured",
            "JSON, CSV, Markdown and SARIF beside this page; print this page for paper.",
        ),
    )


def _developer(report: Report) -> tuple[Answer, ...]:
    via = Counter(item.via or "unknown" for item in report.items if item.kind == "cookie")
    kinds = Counter(item.kind for item in report.items)
    without = sum(not request.initiators for request in report.requests)
    signals = sum(bool(decode(request.url)) for request in report.requests)
    failed = sum(bool(one.failed) for one in report.requests if one.state is ConsentState.REJECT)
    command = report.tool.get("command")
    shown = " ".join(map(str, command)) if isinstance(command, (list, tuple)) else str(command or "")
    withheld = sum(page.status == "not_measured" for page in report.pages)
    return (
        Answer(
            "Page, full address and initiator chain for each finding",
            "measured" if not without else "partly",
            f"{len(report.requests) - without} of {len(report.requests)} requests have an initiator. Line and code block are "
            "in report.json where known.",
        ),
        Answer(
            "Set by a response or by a script",
            "measured" if via and not via["unknown"] else "partly" if via else "not measured",
            ", ".join(f"{number} by {name}" for name, number in sorted(via.items())) + "." if via else "",
        ),
        Answer("A fix for this very site", "measured", f"With each of the {len(report.findings)} findings."),
        Answer("Load order: the banner first, nothing moved ahead of it", "not measured", ""),
        Answer(
            "Consent signals",
            "partly",
            f"Google Consent Mode was read from {counted(signals, 'request')}. dataLayer, TCF, GPP, UET, Clarity and Meta: "
            "not measured.",
        ),
        Answer(
            "Cookie attributes: Secure, HttpOnly, SameSite, Partitioned, size, asked and kept duration",
            "measured" if kinds["cookie"] else "not measured",
            f"{counted(kinds['cookie'], 'cookie')}. Renewal on a second visit: not measured."
            if kinds["cookie"]
            else "",
        ),
        Answer(
            "Other storage with who set it",
            "measured",
            ", ".join(
                f"{number} {KIND_NAMES.get(kind, kind)}"
                for kind, number in sorted(kinds.items())
                if kind != "cookie"
            )
            or "None was seen.",
        ),
        Answer(
            "Who called whom",
            "partly",
            "First initiators are in the table of third parties; the whole tree: not drawn.",
        ),
        Answer(
            "Broken by blocking",
            "partly" if applied(report, ConsentState.REJECT) else "not measured",
            f"{failed} requests failed after the refusal. Console errors: not measured."
            if applied(report, ConsentState.REJECT)
            else "",
        ),
        Answer("The command that repeats this scan", "measured" if shown else "not measured", shown),
        Answer(
            "Kept out by robots rules or a firewall",
            "measured",
            f"{withheld or 'No'} {'pages were' if withheld > 1 else 'page was'} withheld from the scanner.",
        ),
        Answer(
            "Routes without page loads, late content, visitor's actions, logged-in views", "not measured", ""
        ),
    )
