"""Reports on messages for the rules about e-mail."""

from __future__ import annotations

from typing import Any

from consent.model.categories import Category, Party
from scanner.mail.model import MailLink, Message, Remote
from scanner.report import Report
from tests.scanner.factories import BEFORE, page, report


def pixel(**fields: Any) -> Remote:
    given = {
        "url": "https://ct.mailer.example/o?u=u001…",
        "host": "ct.mailer.example",
        "kind": "image",
        "category": Category.PERFORMANCE,
        "service": "Mailer",
        "pixel": "a picture of 1x1 pixels",
        "identifiers": ("parameter u",),
    }
    return Remote(**(given | fields))


def link(**fields: Any) -> MailLink:
    given = {
        "url": "https://ct.mailer.example/c?u=u001…",
        "host": "ct.mailer.example",
        "party": Party.THIRD,
        "category": Category.PERFORMANCE,
        "service": "Mailer",
        "tracked": "it leads on to another site",
        "target": "https://www.larkspur.example/",
        "identifiers": ("parameter u",),
    }
    return MailLink(**(given | fields))


def message(**fields: Any) -> Message:
    return Message(**({"page": "a.eml", "state": BEFORE, "sender": "larkspur.example"} | fields))


def mailed(*messages: Message) -> Report:
    return report(mail=messages, pages=tuple(page(one.page) for one in messages))
