from __future__ import annotations

from typing import Any

import msgspec

from consent.alerts.texts import mail_of, slack_of, subject_of, text_of
from consent.model.alerts import Alert
from consent.model.scans import ScanChangeEntry, ScanFindings
from tests.consent.alerts.factories import NEW


def an_alert(**fields: Any) -> Alert:
    known: dict[str, Any] = {
        "site": "larkspur", "site_name": "Larkspur & Co", "scan_id": "s1", "number": 7, "finished": "2026-03-02T03:00:00.000Z",
        "verdict": "violations", "findings": ScanFindings(high=2, low=1), "unclassified": 3, "changes": (NEW,),
        "url": "https://consent.larkspur.example/admin/sites/larkspur/scans/s1",
    }  # fmt: skip
    return Alert(**(known | fields))


def test_the_text_says_what_where_and_who() -> None:
    changed = msgspec.structs.replace(
        NEW, what="changed", name="_ga", field="lifetime", old="session", new=""
    )
    finding = ScanChangeEntry(
        what="gone", subject="finding", rule="x", severity="high", title="Set too early", name="_gid"
    )
    service = ScanChangeEntry(what="new", subject="service", name="Meta Pixel", category="advertising")
    text = text_of(an_alert(changes=(NEW, changed, finding, service)))
    assert text.splitlines()[0] == "Larkspur & Co: 4 changes since the last scan"
    assert (
        "  + cookie _fbp on larkspur.example (advertising), set by https://connect.facebook.net/en_US/fbevents.js,"
        " on https://www.larkspur.example/" in text
    )
    assert "  ~ cookie _ga on larkspur.example (advertising): lifetime session → none" in text
    assert "  - high finding: Set too early (_gid)" in text
    assert "  + service Meta Pixel (advertising)" in text
    assert text.endswith("/scans/s1\n")


def test_what_got_worse_comes_first_and_long_lists_are_cut() -> None:
    alert = an_alert(worse=("it is worse",), changes=(NEW,) * 50, more=10)
    assert subject_of(alert) == "Larkspur & Co: 1 thing got worse"
    text = text_of(alert)
    assert text.index("it is worse") < text.index("_fbp")
    assert "  … and 40 more" in text


def test_what_a_page_made_up_stays_on_its_line_and_means_nothing() -> None:
    bad = "x\r\nBcc: all@larkspur.example\u202e<!channel> `*b*"
    alert = an_alert(site_name=bad, worse=(bad,), changes=(msgspec.structs.replace(NEW, name=bad),))
    mail = mail_of(alert, sender="consentry@larkspur.example", to="privacy@larkspur.example", alert_id="a1")
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == "<a1@larkspur.example>"
    assert "\u202e" not in mail.get_content()
    slack = slack_of(alert)
    head, body, _ = (block["text"] for block in slack["blocks"])
    assert head["type"] == "plain_text"  # in which Slack reads no markup
    assert "<!channel>" not in slack["text"] + body["text"]
    assert body["text"].count("`") == 6


def test_slack_gets_a_text_a_head_and_a_link() -> None:
    message = slack_of(an_alert())
    assert message["text"] == "Larkspur &amp; Co: 1 change since the last scan"
    assert [block["type"] for block in message["blocks"]] == ["header", "section", "section"]
    assert message["blocks"][-1]["text"]["text"].endswith("/scans/s1|Look at the scan>")
    assert len(slack_of(an_alert(url=""))["blocks"]) == 2


def test_a_scan_that_failed_is_told_with_its_reason_and_with_no_figures() -> None:
    alert = an_alert(type="scan.failed", number=0, verdict="", changes=(), message="No page\nanswered.")
    assert subject_of(alert) == "Larkspur & Co: the scan failed"
    text = text_of(alert)
    assert "  ! No page answered.\n" in text
    assert "Findings" not in text
    assert text.endswith("/scans/s1\n")
    slack = slack_of(alert)
    assert "No page answered." in slack["blocks"][1]["text"]["text"]
    assert alert.url in slack["blocks"][2]["text"]["text"]


def test_a_request_that_is_due_is_told_by_its_id_and_day_alone() -> None:
    alert = an_alert(
        type="rights.due", number=0, verdict="", changes=(), request_id="r-1", due="2026-12-03T10:20:30.000Z"
    )
    assert subject_of(alert) == "Larkspur & Co: a visitor's request is due on 2026-12-03"
    text = text_of(alert)
    assert "The request r-1 has to be answered by 2026-12-03 10:20 UTC (GDPR Art. 12(3))." in text
    assert "Scan" not in text
    assert slack_of(alert)["blocks"][-1]["text"]["text"].endswith("|Look at the request>")
