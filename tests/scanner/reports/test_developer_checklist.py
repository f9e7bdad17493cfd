from __future__ import annotations

from consent.model.categories import Category, Party
from scanner.markup import Head, HeadElement
from scanner.report import BlockedCookie, Keystroke, PageError, Signal
from tests.scanner.factories import BEFORE, REJECT, SHOP, item, judged, page, report, request, shop_report
from tests.scanner.reports.test_checklists import answer

GTM = "https://www.googletagmanager.com/gtm.js?id=GTM-K7LARK"
BANNER = HeadElement(kind="script", url="https://consent.larkspur.example/w/larkspur.js", consent_tool=True)
TAG = HeadElement(kind="script", url="https://t.example/t.js", category=Category.ADVERTISING, service="Ads")


def head(*elements: HeadElement) -> Head:
    return Head(elements=elements, page=SHOP, pages=(SHOP,), page_count=1)


def test_requests_without_a_chain_are_no_and_the_container_is_named() -> None:
    seen = judged(
        report(
            requests=(request(), request("https://b.example/", initiators=(GTM, SHOP), stack=(f"{GTM}:1:2",)))
        )
    )
    one = answer(seen, "chain of initiators")
    assert (one.verdict, one.link) == ("no", "requests")
    assert "1 of 2 have a chain; 1 have the line" in one.answer
    assert answer(seen, "tag manager's container").answer.startswith("GTM-K7LARK")
    assert answer(judged(report()), "chain of initiators").verdict == "not measured"


def test_the_load_order_is_judged_where_there_is_a_banner() -> None:
    assert answer(judged(report(heads=(head(BANNER, TAG),))), "banner loads first").verdict == "yes"
    assert answer(judged(report(heads=(head(TAG, BANNER),))), "banner loads first").verdict == "no"
    assert answer(judged(report(heads=(head(TAG),))), "banner loads first").verdict == "not measured"
    hint = HeadElement(
        kind="preconnect", url="https://t.example/", category=Category.ADVERTISING, service="Ads"
    )
    seen = judged(report(heads=(head(BANNER, hint),)))
    assert answer(seen, "banner loads first").verdict == "yes"
    assert answer(seen, "No preload, preconnect").verdict == "no"


def test_consent_signals_are_yes_no_or_not_seen() -> None:
    granted = Signal(
        api="google_consent_mode", state=BEFORE, page=SHOP, values={"now": {"ad_storage": "granted"}}
    )
    assert answer(judged(report(signals=(granted,))), "Google is told").verdict == "no"
    assert answer(judged(report()), "Google is told").verdict == "not measured"
    tcf = Signal(api="us_privacy", state=BEFORE, page=SHOP, values={"string": "1YNN"})
    assert answer(judged(report(signals=(tcf,))), "TCF, GPP").verdict == "yes"
    layer = Signal(api="data_layer", state=BEFORE, page=SHOP, values={"events": {"gtm.js": 1}})
    assert answer(judged(report(signals=(layer,))), "data layer").verdict == "yes"


def test_cookies_and_storage_are_told_with_their_setters() -> None:
    refused = BlockedCookie(
        name="x", host="b.example", party=Party.THIRD, category=Category.ADVERTISING, reasons=("SameSiteLax",)
    )
    seen = judged(
        report(
            items=(item(via="unknown"), item("k", kind="local_storage", set_by=(SHOP,))),
            blocked_cookies=(refused,),
        )
    )
    assert answer(seen, "whether a response or a script").verdict == "no"
    assert answer(seen, "Other storage").verdict == "yes"
    assert answer(seen, "refused by the browser").answer.startswith("1 cookie refused")


def test_what_a_refusal_breaks_and_how_to_repeat_the_scan_is_told() -> None:
    error = PageError(
        kind="exception", text="TypeError", source=f"{SHOP}a.js:1:1", states=(REJECT,), pages=(SHOP,)
    )
    assert answer(judged(report(page_errors=(error,))), "breaks no script").verdict == "no"
    assert answer(shop_report(), "breaks no script").verdict == "yes"
    assert answer(shop_report(), "repeats this scan").answer == "consentry scan https://www.larkspur.example/"
    assert answer(judged(report(tool={})), "repeats this scan").verdict == "not measured"
    kept_out = judged(report(pages=(page(), page(status="not_measured")), tool={"robots_disallowed": 3}))
    one = answer(kept_out, "kept the scan out")
    assert one.verdict == "no"
    assert one.answer.startswith("1 page withheld by a bot check, 3 left out as robots.txt asks; allow")
    typed = Keystroke(field="mail", type="email", state=BEFORE, page=SHOP)
    assert answer(judged(report(keystrokes=(typed,))), "Forms were typed into").verdict == "yes"


def test_renewed_cookies_are_named_and_unknown_ones_are_not_measured() -> None:
    seen = judged(report(items=(item("_ga", renewed=True), item("b", renewed=False))))
    one = answer(seen, "new lifetime by every page")
    assert (one.verdict, one.answer) == ("no", "1 cookie renewed by later pages: _ga.")
    assert answer(judged(report(items=(item(renewed=False),))), "new lifetime by every page").verdict == "yes"
    assert answer(judged(report(items=(item(),))), "new lifetime by every page").verdict == "not measured"
