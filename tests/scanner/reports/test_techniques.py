from __future__ import annotations

from consent.model.categories import Party
from scanner.markup import Form
from scanner.report import Fingerprint, Keystroke, Report, Sharing, Signal
from scanner.reports.html_report import render
from scanner.reports.techniques import MAX_ROWS, tables
from tests.scanner.factories import ACCEPT, BEFORE, HOSTILE, SHOP, judged, report, request


def deep_report(name: str = "uid") -> Report:
    """A report with something in every table; ``name`` is what a hostile page may have written."""
    return judged(
        report(
            fingerprints=(
                Fingerprint(script=f"https://tags.print.example/{name}", host="tags.print.example", party=Party.THIRD, states=(BEFORE,),
                            techniques={"canvas": "drew 26 different characters and read them back"}, apis={"Canvas.toDataURL": 1}, pages=(SHOP,), page_count=1),
                Fingerprint(script=f"{SHOP}chart.js", host="www.larkspur.example", party=Party.FIRST, states=(BEFORE,), apis={"Canvas.toDataURL": 1}),
            ),
            sharing=tuple(
                Sharing(kind="cookie", name=name, owner="Google Ads", owner_host="doubleclick.net", to="LinkedIn", to_host="px.ads.linkedin.com",
                        state=state, page=SHOP, part="address", encoding="base64", synced=True, value_hash="0a1b2c3d")
                for state in (BEFORE, ACCEPT)
            ),
            keystrokes=(
                Keystroke(field=name, type="email", state=BEFORE, page=SHOP, to="https://px.replay.example/k", host="px.replay.example", party=Party.THIRD, part="body", encoding="sha256"),
                Keystroke(field="quiet", type="text", state=BEFORE, page=SHOP),
            ),
            signals=(
                Signal(api="google_consent_mode", state=BEFORE, page=SHOP, pages=(SHOP,), page_count=3, values={"default": {"ad_storage": "granted"}, "now": {"ad_storage": "granted", "analytics_storage": "denied"}}),
                Signal(api="tcf", state=ACCEPT, page=SHOP, page_count=1, values={"purposes": [1, 3], "vendors": 9, "created": "2026-03-02", "cmp_id": 300, "policy": 5, "status": name, "string": "C"}),
                Signal(api="meta_pixel", state=BEFORE, page=SHOP, page_count=1, values={"loaded": True}),
            ),
            requests=(request(beacon="pixel", count=4, service=name), request("https://b.ads.example/x", beacon="sendBeacon", state=ACCEPT)),
            forms=(Form(action=f"{SHOP}login", host="www.larkspur.example", party=Party.FIRST, method="post", fields=(f"{name} (email)",), asks=("email",), pages=(SHOP,), page_count=2),),
        )
    )  # fmt: skip


def test_each_table_tells_what_was_seen() -> None:
    found = {table.id: table for table in tables(deep_report())}
    assert list(found) == ["fingerprints", "sharing", "keystrokes", "signals", "beacons", "forms"]
    assert len(found["fingerprints"].rows) == 1, "calls without a technique are no fingerprint"
    (shared,) = found["sharing"].rows
    assert [cell.text for cell in shared] == [
        "uid",
        "Google Ads",
        "LinkedIn",
        "base64, in the address",
        "Before, Accepted",
    ]
    assert "2 fields on 1 page and" in found["keystrokes"].lead
    assert "From 1 field it was sent on" in found["keystrokes"].lead
    google, tcf, meta = found["signals"].rows
    assert google[2].text == "granted: ad_storage"
    assert "granted before the visitor decided" in google[3].text
    assert tcf[2].text == "purposes: 1, 3; vendors: 9"
    assert meta[2].text == "no consent call was seen"
    assert {(row[0].text, row[1].text, row[2].text) for row in found["beacons"].rows} >= {
        ("uid", "pixel", "Before 4")
    }


def test_nothing_seen_makes_no_table_and_quiet_fields_are_still_told() -> None:
    assert tables(report()) == ()
    (table,) = tables(report(keystrokes=(Keystroke(field="q", type="search", state=BEFORE, page=SHOP),)))
    assert table.rows == ()
    assert "None of it was seen leaving" in table.lead


def test_tables_are_bounded() -> None:
    forms = tuple(Form(action=f"{SHOP}{number}", host="www.larkspur.example", party=Party.FIRST, method="post", fields=("q (text)",)) for number in range(500))  # fmt: skip
    (table,) = tables(report(forms=forms))
    assert (len(table.rows), table.left_out) == (MAX_ROWS, 500 - MAX_ROWS)


def test_what_a_hostile_page_wrote_stays_text() -> None:
    page = render(deep_report(HOSTILE)).decode()
    assert "Beyond cookies" in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert "{{7*7}}" in page
