from __future__ import annotations

from consent.model.categories import Category, Party
from scanner.markup import Head, HeadElement
from scanner.report import BlockedCookie, PageError, Recipient, Write
from scanner.reports.developer_tables import attribute_lines, developer_tables, recipients_table
from scanner.reports.techniques import Table
from tests.scanner.factories import BEFORE, DAY, REJECT, SHOP, item, report, request

FULL = report(
    heads=(
        Head(
            page=SHOP,
            page_count=14,
            elements=(
                HeadElement(kind="script", url="https://consent.larkspur.example/w/larkspur.js", consent_tool=True, service="Consentry"),
                HeadElement(kind="inline script", url="https://t.example/t.js", loading="async", category=Category.ADVERTISING),
                HeadElement(kind="script", url="https://metrics.larkspur.example/m.js", category=Category.NECESSARY),
            ),
        ),
    ),
    requests=(
        request("https://www.google-analytics.com/g/collect?gcs=G100&gcd=13p3p3p3p5&npa=1", state=REJECT),
        request("https://metrics.larkspur.example/b", party=Party.FIRST, service="Adobe Analytics", category=Category.PERFORMANCE),
    ),
    blocked_cookies=(
        BlockedCookie(name="IDE", host="doubleclick.net", party=Party.THIRD, category=Category.ADVERTISING, reasons=("SameSiteLax",), states=(BEFORE,)),
    ),
    page_errors=(PageError(kind="exception", text="TypeError: x", source=f"{SHOP}a.js:1:2", states=(REJECT,), pages=(SHOP,), page_count=1),),
    recipients=(Recipient(vendor="Google LLC", country="US", transfer="adequate-dpf", services=("Google Ads",), states=(BEFORE,)),),
)  # fmt: skip


def words(table: Table) -> str:
    return " | ".join(" ".join((cell.text, *cell.notes)) for row in table.rows for cell in row)


def test_each_table_says_what_a_developer_needs() -> None:
    tables = {table.id: words(table) for table in developer_tables(FULL)}
    assert list(tables) == ["load-order", "consent-parameters", "blocked-cookies", "page-errors"]
    assert "Consentry: asks for consent" in tables["load-order"]
    assert "inline script async | not known, advertising" in tables["load-order"]
    assert "Adobe Analytics, performance" in tables["load-order"]
    assert "gcs=G100 gcd=13p3p3p3p5" in tables["consent-parameters"]
    assert "ad_storage: denied by default" in tables["consent-parameters"]
    assert "SameSite=Lax, from another site" in tables["blocked-cookies"]
    assert "TypeError: x not caught" in tables["page-errors"]


def test_a_report_without_any_has_no_table() -> None:
    assert developer_tables(report()) == ()
    assert recipients_table(report()).rows == ()


def test_recipients_have_their_seat_and_what_the_law_says_of_it() -> None:
    assert "Google LLC | US | adequate only if certified" in words(recipients_table(FULL))


def test_an_item_tells_every_attribute_and_the_line_that_set_it() -> None:
    lines = dict(
        attribute_lines(
            item(
                domain="larkspur.example",
                host_only=True,
                partition_key="https://larkspur.example",
                priority="High",
                source_scheme="Secure",
                source_port=443,
                requested_lifetime_s=730 * DAY,
                lifetime_s=400 * DAY,
                stack=("https://t.example/a.js:1:2", "async https://t.example/b.js:3:4"),
                writes=(Write(state=BEFORE, page=SHOP, time_ms=1_230.0),),
            )
        )
    )
    assert lines["Domain, path"] == "larkspur.example (this host alone) /"
    assert lines["Asked, kept"] == "2 years, 13 months"
    assert lines["Partitioned"] == "https://larkspur.example"
    assert lines["Priority"] == "High"
    assert lines["Set from"] == "Secure 443"
    assert lines["Set at"] == "https://t.example/a.js:1:2"
    assert lines["First stored"] == "Before after 1.23 s"
