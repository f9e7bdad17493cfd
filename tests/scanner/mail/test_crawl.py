from __future__ import annotations

from collections.abc import Sequence

from consent.model.categories import ConsentState
from consent.model.sites import Site
from scanner.classify import Classifier
from scanner.knowledge import Knowledge
from scanner.mail.crawl import crawl_of
from scanner.mail.fetching import Hop
from scanner.observations import Crawl
from scanner.pipeline import report_of
from scanner.report import Report
from tests.scanner.mail import letters

URL = "https://larkspur.example/"


def crawled(
    *data: bytes, fetched: dict[str, Sequence[Hop]] | None = None, state: ConsentState = letters.BEFORE
) -> Crawl:
    return crawl_of(
        letters.read(*data, state=state), site="larkspur", start_url=URL, state=state, fetched=fetched
    )


def judged(crawl: Crawl) -> Report:
    return report_of(crawl, Site(id="larkspur", url=URL), Classifier(Knowledge.load()))


def rules(report: Report) -> set[str]:
    return {one.rule for one in report.findings}


def test_a_message_is_a_page_and_what_it_loads_its_requests() -> None:
    crawl = crawled(letters.constant_contact())
    assert [(one.url, one.status, one.title) for one in crawl.visits] == [
        ("1.eml", "ok", "…, the spring teas are here")
    ]
    assert [(one.kind, one.details["type"], one.details["beacon"]) for one in crawl.observations] == [
        ("request", "image", "pixel"),
        ("request", "stylesheet", ""),
        ("request", "image", ""),
    ]
    assert all("001Zx9" not in one.name for one in crawl.observations)


def test_links_are_no_requests() -> None:
    assert crawled(letters.plain()).observations == ()


def test_the_report_judges_a_message_as_one_and_not_as_a_page() -> None:
    report = judged(crawled(letters.sendgrid()))
    assert {
        "mail-open-pixel",
        "mail-click-tracking",
        "mail-unsubscribe-tracked",
        "mail-unsubscribe",
    } <= rules(report)
    assert not rules(report) & {"before-consent", "no-banner", "identifier-in-link"}
    assert report.summary["verdict"] == "violations"
    assert [one.vendor for one in report.recipients] == ["Twilio Inc."]
    assert any("cut out" in limit for limit in report.limits)


def test_a_message_that_tracks_nobody_is_clean() -> None:
    report = judged(crawled(letters.plain()))
    assert (report.findings, report.summary["verdict"]) == ((), "clean")
    assert "1 message" in report.summary["verdict_text"]


def test_where_the_reader_agreed_counting_is_only_good_to_know() -> None:
    report = judged(crawled(letters.sendgrid(), state=ConsentState.ACCEPT))
    severities = {one.rule: one.severity for one in report.findings}
    assert severities["mail-open-pixel"] == severities["mail-click-tracking"] == "info"
    assert severities["mail-unsubscribe-tracked"] == "medium"


def test_what_was_fetched_is_told_with_its_redirects_and_cookies() -> None:
    (one,) = letters.read(
        letters.letter(letters.page('<img src="https://pics.example/a?r=Kx7Qm2Zt9LpB4wYs8RnD">'))
    )
    hops = (
        Hop(
            url=one.addresses[0],
            status=302,
            set_cookies=("uid=7f3a9c; Max-Age=600; Secure", "gone=; Max-Age=0"),
        ),
        Hop(
            url="https://sync.example/s?id=Zz1Yy2Xx3Ww4Vv5Uu6Tt",
            came_from=one.addresses[0],
            status=200,
            content_type="image/gif",
            picture="1x1",
        ),
    )
    crawl = crawl_of([one], site="s", start_url=URL, state=letters.BEFORE, fetched={one.addresses[0]: hops})
    requests = [seen for seen in crawl.observations if seen.kind == "request"]
    assert [seen.host for seen in requests] == ["pics.example", "sync.example"]
    assert requests[1].details["redirected_from"] == requests[0].name
    assert "Zz1Yy2Xx3" not in requests[1].name
    (cookie,) = [seen for seen in crawl.observations if seen.kind == "cookie"]
    assert (cookie.name, cookie.host, cookie.details["lifetime_s"]) == ("uid", "pics.example", 600)
    (remote,) = crawl.messages[0].remotes
    assert (remote.pixel, remote.served, remote.cookies) == (
        "a picture of 1x1 pixels came",
        "image/gif 1x1",
        ("uid", "gone"),
    )
    assert crawl.messages[0].fetched


def test_a_message_whose_text_could_not_be_read_is_never_clean() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500)
    )
    report = judged(crawled(b"From: a@larkspur.example\r\n" + nested))
    assert report.pages[0].status == "not_measured"
    assert report.summary["verdict"] == "incomplete"
