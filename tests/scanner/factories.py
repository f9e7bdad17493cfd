"""Factories for reports: small ones for one rule, and a realistic shop with many vendors and hostile names."""

from __future__ import annotations

from typing import Any

import msgspec

from consent.model.categories import Category, ConsentState, Party
from scanner import findings
from scanner.report import Item, Page, Pass, Report, Request
from scanner.summary import summary

SHOP = "https://www.larkspur.example/"
BEFORE, REJECT, ACCEPT = ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT
DAY = 86_400.0


def item(name: str = "_ga", **fields: Any) -> Item:
    """A first-party analytics cookie seen before consent; any field may be replaced."""
    given = {
        "kind": "cookie",
        "host": "larkspur.example",
        "party": Party.FIRST,
        "category": Category.PERFORMANCE,
        "states": (BEFORE,),
        "first_page": SHOP,
        "secure": True,
        "same_site": "Lax",
        "lifetime_s": 30 * DAY,
        "size": 30,
        "confidence": 0.95,
        "via": "script",
    }
    return Item(name=name, **(given | fields))


def request(url: str = "https://px.ads.example/collect?v=1", **fields: Any) -> Request:
    """An advertising pixel of a third party before consent; any field may be replaced."""
    given = {
        "host": url.partition("://")[2].partition("/")[0],
        "party": Party.THIRD,
        "type": "image",
        "state": BEFORE,
        "page": SHOP,
        "tracker": True,
        "category": Category.ADVERTISING,
        "status": 200,
    }
    return Request(url=url, **(given | fields))


def passed(state: ConsentState, **fields: Any) -> Pass:
    """An applied pass of a site that has a banner."""
    given = {
        "applied": True,
        "banner_found": True,
        "method": "none" if state is BEFORE else "consentry-button",
        "evidence": () if state is BEFORE else ("the banner is gone", "the consent cookie changed"),
    }
    return Pass(state=state, **(given | fields))


def page(url: str = SHOP, status: str = "ok", **fields: Any) -> Page:
    """A page that was measured in the states before, reject and accept."""
    given = {
        "states": (BEFORE, REJECT, ACCEPT),
        "final_url": url,
        "http_status": 200,
        "title": "Larkspur & Co",
        "outcomes": {"before": status, "reject": status, "accept": status},
    }
    return Page(url=url, status=status, **(given | fields))


def report(**fields: Any) -> Report:
    """A report of one page in three states, not judged yet; any field may be replaced."""
    given = {
        "tool": {
            "name": "consentry",
            "version": "0.1.0",
            "browser": "HeadlessChrome/142.0.7444.59",
            "command": ["consentry", "scan", SHOP],
        },
        "site": "larkspur",
        "start_url": SHOP,
        "scan_id": "5f0c1c1e9c0e4a2f8a5f3f0a9d1b7c22",
        "started": "2026-03-02T09:14:05Z",
        "finished": "2026-03-02T09:14:41Z",
        "pages": (page(),),
        "passes": (passed(BEFORE), passed(REJECT), passed(ACCEPT)),
    }
    return Report(**(given | fields))


def judged(unjudged: Report) -> Report:
    """The report with its findings and its summary."""
    with_findings = msgspec.structs.replace(unjudged, findings=findings.find(unjudged))
    return msgspec.structs.replace(with_findings, summary=summary(with_findings))
