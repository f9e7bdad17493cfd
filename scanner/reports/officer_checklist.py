"""The privacy officer's checklist: what may be relied on, what has to be decided, and what this scan cannot know."""

from __future__ import annotations

from collections import Counter

from consent.model.categories import Category, ConsentState, Party
from scanner.adequacy import TRANSFERS
from scanner.evidence import applied, pass_of, recorded
from scanner.lifetimes import CHOICE_S, THIRTEEN_MONTHS_S
from scanner.report import Report
from scanner.reports.banner_section import audit_in_words
from scanner.reports.checklists import Answer, Group, answered, told
from scanner.reports.text import STATE_SHORT
from scanner.summary import active_services, measured_of, pages_of, summary


def officer(report: Report) -> tuple[Group, ...]:
    """Return the groups of statements."""
    return (
        Group("Verdict and states", _states(report)),
        Group("The banner", _banner(report)),
        Group("Inventory and recipients", _inventory(report)),
        Group("Coverage and proof", _coverage(report)),
    )


def _states(report: Report) -> tuple[Answer, ...]:
    counts = report.summary or summary(report)
    verdict = str(counts["verdict"])
    missing = [
        STATE_SHORT[state]
        for state in ConsentState
        if not (applied(report, state) and pass_of(report, state))
    ]
    found = [
        answered(
            "Nothing that needs consent happens without it",
            {"clean": True, "violations": False}.get(verdict),
            str(counts["verdict_text"]),
            "verdict",
        ),
        answered(
            "What changed since the last scan is known",
            None,
            "A report knows one scan: consentry diff OLD.json NEW.json tells what is new, gone and changed.",
        ),
        answered(
            "All five consent states were measured",
            not missing,
            f"Not measured: {', '.join(missing)}."
            if missing
            else "Each with a fresh profile, on the same pages.",
            "coverage",
        ),
    ]
    for state, statement in (
        (ConsentState.BEFORE, "Nothing is set or sent before consent"),
        (ConsentState.REJECT, "A refusal is obeyed"),
        (ConsentState.WITHDRAW, "A withdrawal is obeyed"),
        (ConsentState.GPC, "Global Privacy Control is obeyed"),
    ):
        measured = applied(report, state) and pass_of(report, state) is not None
        active = sorted(active_services(report, state))
        words = (
            f"{told(len(active), 'service')} active: {', '.join(active[:6])}."
            if active
            else "No service is active."
        )
        found.append(
            answered(
                statement,
                not active if measured else None,
                words if measured else "This state was not scanned, or not reached.",
                "findings" if active else "states",
            )
        )
    return tuple(found)


def _banner(report: Report) -> tuple[Answer, ...]:
    looked, words = audit_in_words(report)
    answers = report.banner.answers if report.banner else ()
    failed = any(one.verdict == "failed" for one in answers)
    reject = pass_of(report, ConsentState.REJECT)
    withdraw = pass_of(report, ConsentState.WITHDRAW)
    refused = None if reject is None or not reject.banner_found else reject.applied
    return (
        answered(
            "The banner keeps the EDPB taskforce's practices A to K, and the authorities' rules",
            None if looked == "not measured" else not failed,
            words or "No banner was looked at.",
            "banner" if report.banner else "",
        ),
        answered(
            "Consent can be refused, with an outcome",
            refused,
            "A banner was found, and the refusal was confirmed."
            if refused
            else "A banner was found, and no refusal was confirmed."
            if refused is False
            else "No banner was found, or the refusal was not tried.",
            "coverage",
        ),
        answered(
            "Consent can be withdrawn, with an outcome",
            None if withdraw is None or not withdraw.banner_found else withdraw.applied,
            (withdraw.reason or "The withdrawal was confirmed.") if withdraw else "Not tried.",
            "coverage",
        ),
    )


def _inventory(report: Report) -> tuple[Answer, ...]:
    items = report.items
    lacking = sum(not item.purpose or not (item.service or item.party is Party.FIRST) for item in items)
    third = sum(item.party is Party.THIRD for item in items)
    unclassified = sum(item.category is Category.UNCLASSIFIED for item in items)
    necessary = [item for item in items if item.category is Category.NECESSARY]
    by_hand = sum(recorded(item) for item in necessary)
    reopened = sum(bool(item.reopened) for item in items)
    cookies = [item for item in items if item.kind == "cookie"]
    long = sum((item.lifetime_s or 0) > THIRTEEN_MONTHS_S for item in cookies)
    over = sum((item.lifetime_s or 0) > CHOICE_S and item.category.needs_consent for item in cookies)
    unknown = sum(one.transfer == "unknown" for one in report.recipients)
    transfers = Counter(one.transfer for one in report.recipients)
    countries = "; ".join(f"{number} {TRANSFERS[key]}" for key, number in sorted(transfers.items()))
    return (
        answered(
            "Every entry has provider, purpose, category and measured duration",
            not lacking,
            f"{told(len(items), 'entry', 'entries')}, {third} of third parties; {lacking} without provider or purpose.",
            "inventory",
        ),
        answered(
            "The country of every recipient is known",
            not unknown if report.recipients else None,
            f"{countries}." if countries else "No company was recognised.",
            "recipients" if report.recipients else "",
        ),
        answered(
            "Nothing is unclassified",
            not unclassified,
            f"{told(unclassified, 'entry', 'entries')} to be decided; the finding has a table for sites.toml.",
            "inventory",
        ),
        answered(
            "Every necessary entry has a criterion, A or B, that somebody recorded",
            by_hand == len(necessary) if necessary else None,
            f"{by_hand} of {len(necessary)}; for the others the rules propose one.",
            "inventory",
        ),
        answered(
            "Every decision still rests on what the scan sees",
            not reopened,
            f"{told(reopened, 'decision')} to be made again."
            if reopened
            else "Lifetime and setter are unchanged.",
            "findings",
        ),
        answered(
            "No cookie stays longer than 13 months", not long, f"{told(long, 'cookie')} longer.", "inventory"
        ),
        answered(
            "No cookie outlives the consent that it needs (6 months)",
            not over,
            f"{told(over, 'cookie')} longer: consent asked for anew does not end them.",
            "inventory",
        ),
        answered(
            "What is declared is found, and what is found is declared",
            None,
            "consentry policy URL --report report.json compares the privacy policy with this scan.",
        ),
    )


def _coverage(report: Report) -> tuple[Answer, ...]:
    planned, measured = len(pages_of(report)), measured_of(report)
    withheld = sum(page.status == "not_measured" for page in report.pages)
    blank = sum(page.status == "ok" and not page.title for page in report.pages)
    settings = report.tool.get("settings")
    login = bool(settings.get("storage_state")) if isinstance(settings, dict) else False
    pictures = sum(bool(one.screenshot_before) + bool(one.screenshot_after) for one in report.passes)
    return (
        answered(
            "Every known page was measured",
            measured == planned and not report.not_visited,
            f"{measured} of {planned} planned pages"
            + (f"; {report.not_visited} more are known and were not visited." if report.not_visited else "."),
            "pages",
        ),
        answered(
            "No page was withheld or blank",
            not withheld and not blank,
            f"{told(withheld, 'page')} withheld by a bot check, {blank} without a title.",
            "pages",
        ),
        answered(
            "Date, tool, browser, language, window and settings are recorded",
            bool(report.tool.get("browser")) or None,
            "In What was looked at, and in report.json under tool.",
            "coverage",
        ),
        answered(
            "Logged-in areas were scanned",
            login or None,
            "With a stored login."
            if login
            else "consentry scan --storage-state scans them; this scan was logged out.",
        ),
        answered(
            "Other languages and countries were scanned",
            None,
            "One language, from one place: scan again from elsewhere, or with the pages of another language as seeds.",
            "limits",
        ),
        answered(
            "The limits of the report are stated", True, "Technical findings, not a legal verdict.", "limits"
        ),
        answered(
            "Pictures prove what the visitor was shown",
            bool(pictures) or None,
            f"{told(pictures, 'picture')} of the page before and after the choice, beside the report."
            if pictures
            else "None was taken in this scan.",
            "coverage",
        ),
        answered(
            "Recording, pictures, command and hashes are sealed together",
            None,
            "consentry scan --format pack writes such an evidence pack; consentry evidence verify checks it.",
        ),
        answered(
            "The consent log is in order",
            None,
            "A scan does not see it: the dashboard has rates and versions, and consentry log verify checks the chain.",
        ),
        answered(
            "The report can be had in other forms",
            True,
            "JSON, CSV, Markdown, SARIF and PDF (consentry scan --format); this page prints as it is.",
        ),
    )
