"""An alert in words: the mail, and the message for Slack. What pages made up is shown without what could act on a reader."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from consent.model.alerts import Alert
from consent.model.scans import ScanChangeEntry

_SHOWN = 160
_LINES = 20
_SIGNS = {"new": "+", "gone": "-", "changed": "~"}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def subject_of(alert: Alert) -> str:
    """Return one line: the site, and what counts most."""
    if alert.type == "scan.failed":
        return f"{_plain(alert.site_name)}: the scan failed"
    if alert.type == "rights.due":
        return f"{_plain(alert.site_name)}: a visitor's request is due on {alert.due[:10]}"
    if alert.worse:
        return f"{_plain(alert.site_name)}: {_count(len(alert.worse), 'thing')} got worse"
    return (
        f"{_plain(alert.site_name)}: {_count(len(alert.changes) + alert.more, 'change')} since the last scan"
    )


def text_of(alert: Alert) -> str:
    """Return the alert as plain text."""
    return "\n".join(_lines(alert)) + "\n"


def mail_of(alert: Alert, *, sender: str, to: str, alert_id: str) -> EmailMessage:
    """Return the mail. Its Message-ID is the alert's, so a mail that was sent twice is seen to be the same."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject_of(alert)
    message["Date"] = format_datetime(datetime.now(UTC))
    domain = sender.rpartition("@")[2]
    message["Message-ID"] = f"<{alert_id}@{domain}>" if domain.isascii() else make_msgid()
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine
    message.set_content(text_of(alert))
    return message


def slack_of(alert: Alert) -> dict[str, Any]:
    """Return the JSON of an incoming webhook: ``text`` for notifications, ``blocks`` for those that show them."""
    body = "\n".join(_slack(line) for line in _lines(alert)[1:] if line and line != alert.url)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": subject_of(alert)[:150]}},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"```{body[:2_900]}```"}},
    ]
    if alert.url:
        what = "request" if alert.type == "rights.due" else "scan"
        blocks.append(
            {"type": "section", "text": {"type": "mrkdwn", "text": f"<{alert.url}|Look at the {what}>"}}
        )
    return {"text": _slack(subject_of(alert)), "blocks": blocks}


def _lines(alert: Alert) -> list[str]:
    if alert.type == "scan.failed":
        return _of_failure(alert)
    if alert.type == "rights.due":
        return _of_request(alert)
    found = alert.findings
    lines = [
        subject_of(alert),
        "",
        f"Scan {alert.number} of {_plain(alert.site_name)}, finished {alert.finished}: {alert.verdict or 'no verdict'}.",
        f"Findings: {found.high} high, {found.medium} medium, {found.low} low. Unclassified items: {alert.unclassified}.",
    ]
    if alert.worse:
        lines += ["", "Worse:", *_at_most((f"  ! {_plain(one)}" for one in alert.worse), len(alert.worse))]
    if alert.changes:
        total = len(alert.changes) + alert.more
        lines += ["", "Changes (+ new, - gone, ~ changed):", *_at_most(map(_line, alert.changes), total)]
    if alert.url:
        lines += ["", alert.url]
    return lines


def _of_failure(alert: Alert) -> list[str]:
    lines = [
        subject_of(alert),
        "",
        f"The scan of {_plain(alert.site_name)} ended without a result at {alert.finished}:",
        f"  ! {_plain(alert.message)}",
        "",
        "The scan before had not failed. Visitors are served as before; scans that go on failing are not told of again.",
    ]
    return [*lines, "", alert.url] if alert.url else lines


def _of_request(alert: Alert) -> list[str]:
    lines = [
        subject_of(alert),
        "",
        f"The request {alert.request_id} has to be answered by {alert.due[:16].replace('T', ' ')} UTC (GDPR Art. 12(3)).",
        "What is asked stands in the dashboard alone. Where it is complex, it can be extended once, within its first month.",
        "This is the only reminder of it.",
    ]
    return [*lines, "", alert.url] if alert.url else lines


def _at_most(lines: Iterable[str], total: int) -> list[str]:
    first = [line for line, _ in zip(lines, range(_LINES), strict=False)]
    return first if total <= len(first) else [*first, f"  … and {total - len(first)} more"]


def _line(entry: ScanChangeEntry) -> str:
    sign = _SIGNS[entry.what]
    if entry.subject == "finding":
        text = f"{entry.severity} finding: {entry.title}" + (f" ({entry.name})" if entry.name else "")
    elif entry.subject == "service":
        text = f"service {entry.name} ({entry.category})"
    else:
        text = f"{entry.kind.replace('_', ' ')} {entry.name} on {entry.host} ({entry.category})"
        if entry.field:
            text += f": {entry.field} {entry.old or 'none'} → {entry.new or 'none'}"
        elif entry.initiator:
            text += f", set by {entry.initiator}"
        text += f", on {entry.page}" if entry.page else ""
    return f"  {sign} {_plain(text)}"


def _plain(text: str) -> str:
    """Return text on one line, without what is invisible or turns the order of letters round."""
    text = _UNSEEN.sub(" ", text).strip()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _slack(text: str) -> str:
    """Return text in which nothing is a link or a mention for Slack, nor ends the block of code that it stands in."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
