"""Factories for reports: small ones for one rule, and a realistic shop with many vendors and hostile names."""

from __future__ import annotations

from typing import Any

import msgspec

from consent.model.categories import Category, ConsentState, Party
from scanner import findings
from scanner.markup import Head, HeadElement
from scanner.report import (
    BlockedCookie,
    Item,
    Page,
    PageError,
    Pass,
    Recipient,
    Report,
    Request,
    Signal,
    Write,
)
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
            "browser": "headless-shell",
            "browser_version": "142.0.7444.59",
            "locale": "en-GB",
            "viewport": [1366, 900],
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


HOSTILE = "<img src=x onerror=alert(1)>\"'</script>{{7*7}}\u202egnp.exe\x00"
"""A name that a page may give to a cookie: mark-up, quotes, template code, a direction override, a control character."""

_PATHS = (
    "", "teas/", "teas/assam", "teas/darjeeling", "teas/sencha", "pots/", "pots/kyusu", "journal/",
    "journal/how-to-brew", "stores", "contact", "privacy", "account/login", "old-sale",
)  # fmt: skip

_GTM = "https://www.googletagmanager.com/gtm.js?id=GTM-K7LARK"

# service, vendor, category, script, request hosts with paths, cookies (name, pattern, party, days or None, asked days)
_SERVICES: tuple[tuple[str, str, Category, str, tuple[str, ...], tuple[tuple[str, str, Party, float | None, float], ...]], ...] = (
    (
        "Google Analytics 4", "Google Ireland Limited", Category.PERFORMANCE,
        "https://www.googletagmanager.com/gtag/js?id=G-4LARKSPUR1",
        ("region1.google-analytics.com/g/collect?v=2&tid=G-4LARKSPUR1&gcs=G111&gcd=13t3t3t3t5&dl=https%3A%2F%2Fwww.larkspur.example%2F",),
        (("_ga", "_ga", Party.FIRST, 400, 730), ("_ga_4LARKSPUR1", "_ga_*", Party.FIRST, 400, 730)),
    ),
    ("Google Tag Manager", "Google Ireland Limited", Category.FUNCTIONALITY, "", ("www.googletagmanager.com/gtm.js?id=GTM-K7LARK",), ()),
    (
        "Google Ads", "Google Ireland Limited", Category.ADVERTISING,
        "https://www.googletagmanager.com/gtag/js?id=AW-99817233",
        ("googleads.g.doubleclick.net/pagead/viewthroughconversion/99817233/?random=1&gclid=Cj0KCQiA", "td.doubleclick.net/td/rul/99817233"),
        (("_gcl_au", "_gcl_au", Party.FIRST, 90, 90), ("IDE", "IDE", Party.THIRD, 390, 390), ("test_cookie", "test_cookie", Party.THIRD, 0.0104, 0.0104)),
    ),
    (
        "LinkedIn Insight Tag", "LinkedIn Ireland Unlimited Company", Category.ADVERTISING,
        "https://snap.licdn.com/li.lms-analytics/insight.min.js",
        ("px.ads.linkedin.com/collect/?v=2&fmt=js&pid=318822", "snap.licdn.com/li.lms-analytics/insight.min.js"),
        (("li_sugr", "li_sugr", Party.THIRD, 90, 90), ("bcookie", "bcookie", Party.THIRD, 365, 365), ("li_fat_id", "li_fat_id", Party.FIRST, 30, 30)),
    ),
    (
        "Meta Pixel", "Meta Platforms Ireland Limited", Category.ADVERTISING,
        "https://connect.facebook.net/en_US/fbevents.js",
        ("www.facebook.com/tr/?id=2217781&ev=PageView", "connect.facebook.net/en_US/fbevents.js"),
        (("_fbp", "_fbp", Party.FIRST, 90, 90),),
    ),
    (
        "HubSpot", "HubSpot Ireland Limited", Category.ADVERTISING,
        "https://js.hs-scripts.com/8812345.js",
        ("track.hubspot.com/__ptq.gif?k=1&a=8812345", "js.hs-analytics.net/analytics/8812345.js"),
        (("__hstc", "__hstc", Party.FIRST, 180, 180), ("hubspotutk", "hubspotutk", Party.FIRST, 180, 180), ("__hssc", "__hssc", Party.FIRST, 0.0208, 0.0208)),
    ),
    (
        "YouTube (embedded player)", "Google Ireland Limited", Category.FUNCTIONALITY, "",
        ("www.youtube.com/embed/aQ2l4rkSpur", "i.ytimg.com/vi/aQ2l4rkSpur/hqdefault.jpg"),
        (("VISITOR_INFO1_LIVE", "VISITOR_INFO1_LIVE", Party.THIRD, 180, 180), ("YSC", "YSC", Party.THIRD, None, 0)),
    ),
    ("Landbot", "Landbot S.L.", Category.FUNCTIONALITY, "https://cdn.landbot.io/landbot-3/landbot-3.0.0.js", ("cdn.landbot.io/landbot-3/landbot-3.0.0.js",), ()),
    ("Google Fonts", "Google Ireland Limited", Category.FUNCTIONALITY, "", ("fonts.gstatic.com/s/lora/v35/0QI6MX1D_JOuGQbT0gvTJPa787weuxJBkqg.woff2",), ()),
    (
        "Microsoft Clarity", "Microsoft Ireland Operations Limited", Category.PERFORMANCE,
        "https://www.clarity.ms/tag/k7lark",
        ("y.clarity.ms/collect",),
        (("_clck", "_clck", Party.FIRST, 365, 365), ("_clsk", "_clsk", Party.FIRST, 1, 1), ("MUID", "MUID", Party.THIRD, 390, 390)),
    ),
)  # fmt: skip

_ACCEPTED_ONLY = {"Meta Pixel", "Landbot", "Microsoft Clarity"}
"""Services of the shop that wait for consent."""


def shop_report(*, protected: bool = False) -> Report:
    """A judged report of a tea shop with ten vendors and hostile names.

    Unprotected, most vendors load before consent and some after a refusal; ``protected`` holds all back until consent.
    """
    states = {"before": BEFORE, "reject": REJECT, "accept": ACCEPT}
    pages = tuple(
        page(
            SHOP + path,
            {"contact": "http_error", "old-sale": "redirected", "journal/": "ok"}.get(path, "ok"),
            http_status=500 if path == "contact" else 200,
            title=f"{path.rstrip('/').rpartition('/')[2].replace('-', ' ').title() or 'Home'} · Larkspur & Co",
        )
        for path in _PATHS
    )
    items = [
        item("PHPSESSID", category=Category.NECESSARY, states=tuple(states.values()), lifetime_s=None, via="header",
             http_only=True, host="www.larkspur.example", purpose="Keeps you signed in and remembers your basket.",
             reason="The name is one that websites' own software uses."),
        item("cart", kind="local_storage", category=Category.NECESSARY, states=tuple(states.values()), lifetime_s=None,
             host="www.larkspur.example", purpose="What you have put into the basket.", set_by=(SHOP + "assets/shop.js",)),
        item("consentry", category=Category.NECESSARY, states=(REJECT, ACCEPT), lifetime_s=180 * DAY, via="header",
             purpose="Keeps your choice about cookies.", service="Consentry", set_after_action=(REJECT, ACCEPT), criterion="B"),
        item("lang", category=Category.FUNCTIONALITY, states=(ACCEPT,), lifetime_s=365 * DAY, host="www.larkspur.example",
             purpose="Remembers your language.", set_by=(SHOP + "assets/shop.js",), secure=False),
        item(HOSTILE, category=Category.UNCLASSIFIED, states=(ACCEPT,) if protected else (BEFORE, REJECT, ACCEPT), confidence=0.2,
             set_by=(SHOP + "?q=<script>alert(2)</script>",), purpose="<b>bold</b>", reason="Not decided: " + "x" * 400),
        item("k" * 900, kind="indexed_db", category=Category.UNCLASSIFIED, states=(ACCEPT,), lifetime_s=None,
             host="a-very-long-host-name-that-does-not-want-to-end.and-goes-on.and-on.larkspur.example"),
    ]  # fmt: skip
    requests: list[Request] = []
    for service, vendor, category, script, urls, cookies in _SERVICES:
        fires = (ACCEPT,) if protected or service in _ACCEPTED_ONLY else tuple(states.values())
        if service in {"YouTube (embedded player)", "HubSpot"} and not protected:
            fires = (BEFORE, ACCEPT)
        named: dict[str, Any] = {"category": category, "vendor": vendor, "service": service}
        where = [SHOP + "journal/how-to-brew"] if "YouTube" in service else [one.url for one in pages]
        chain = tuple(url for url in (script, _GTM if script else "", where[0]) if url)
        for name, pattern, party, days, asked in cookies:
            host = (
                "larkspur.example"
                if party is Party.FIRST
                else ".".join(urls[0].partition("/")[0].split(".")[-2:])
            )
            items.append(
                item(
                    name, pattern=pattern, party=party, host=host, states=fires, set_by=chain, **named,
                    lifetime_s=None if days is None else days * DAY, requested_lifetime_s=asked * DAY or None,
                    set_after_action=tuple(state for state in fires if state is not BEFORE),
                    same_site="None" if party is Party.THIRD else "Lax", first_page=where[0],
                    via="header" if party is Party.THIRD else "script", partitioned=name == "YSC",
                    purpose=f"{service} recognises a returning browser by it.",
                    reason=f"{service}: known cookie of {vendor}.",
                )
            )  # fmt: skip
        for state in fires:
            for number, url in enumerate(where):
                for path in (
                    url.replace("gcd=13t3t3t3t5", "gcd=13r3r3r3r5") if protected else url for url in urls
                ):
                    kind = (
                        "script"
                        if ".js" in path
                        else "document"
                        if "/embed/" in path
                        else "font"
                        if "woff2" in path
                        else "image"
                    )
                    requests.append(
                        request(f"https://{path}", state=state, page=url, type=kind, initiators=chain, **named,
                                time_ms=180.0 + 37 * number, count=1 + number % 2, method="POST" if "collect" in path else "GET")
                    )  # fmt: skip
    collector = {
        "party": Party.FIRST,
        "vendor": "Adobe Systems Software Ireland Limited",
        "service": "Adobe Analytics",
    }
    for state in (ACCEPT,) if protected else (BEFORE, ACCEPT):
        requests.append(
            request(
                "https://metrics.larkspur.example/b/ss/larkspur/1/JS-2.26.0/s1?AQB=1",
                state=state,
                category=Category.PERFORMANCE,
                **collector,
            )
        )
        requests.append(
            request(
                "https://t.unknown-widgets.example/boot?<b>",
                state=ACCEPT,
                category=Category.UNCLASSIFIED,
                type="script",
            )
        )
    return judged(
        report(
            pages=(*pages, page(SHOP + "wholesale", "not_measured", title="Just a moment…", error="a bot challenge answered")),
            items=tuple(items),
            requests=tuple(requests),
            passes=(passed(BEFORE), passed(REJECT), passed(ACCEPT)),
        )
    )  # fmt: skip


def full_report() -> Report:
    """The shop's report with something in every part that a page shows, hostile texts included."""
    seen = shop_report()
    actions = {REJECT: 1_250.0, ACCEPT: 980.0}
    return judged(
        msgspec.structs.replace(
            seen,
            passes=(
                *(
                    msgspec.structs.replace(one, page=SHOP, action_ms=actions.get(one.state))
                    for one in seen.passes
                ),
                passed(ConsentState.WITHDRAW, page=SHOP, action_ms=2_900.0),
                passed(ConsentState.GPC, banner_found=False, method="signal"),
            ),
            items=tuple(
                msgspec.structs.replace(
                    one,
                    domain=f".{one.host}",
                    priority="Medium",
                    source_scheme="Secure",
                    source_port=443,
                    stack=(f"{SHOP}assets/{HOSTILE}.js:12:7", f"async {_GTM}:1:9"),
                    writes=tuple(
                        Write(state=state, page=SHOP, time_ms=1_300.0 + 40 * number, on_action_page=state in actions)
                        for number, state in enumerate(one.states)
                    ),
                )
                for one in seen.items
            ),
            requests=tuple(
                msgspec.structs.replace(one, stack=(f"{_GTM}:31:17",), redirected_from="https://sync.ads.example/a?b=1")
                for one in seen.requests
            ),
            heads=(
                Head(
                    page=SHOP,
                    pages=(SHOP,),
                    page_count=14,
                    elements=(
                        HeadElement(kind="inline script", url=_GTM, loading="async", category=Category.PERFORMANCE, service="Google Tag Manager"),
                        HeadElement(kind="script", url="https://consent.larkspur.example/w/larkspur.js", loading="defer", consent_tool=True),
                        HeadElement(kind="preconnect", url="https://px.ads.example/", category=Category.ADVERTISING, service=HOSTILE),
                    ),
                ),
            ),
            blocked_cookies=(
                BlockedCookie(name=HOSTILE, host="widgets.example", party=Party.THIRD, category=Category.ADVERTISING,
                              reasons=("SameSiteLax",), states=(BEFORE,), set_by=(SHOP,), first_page=SHOP),
            ),
            page_errors=(
                PageError(kind="exception", text=HOSTILE * 5, source=f"{SHOP}a.js:1:2", states=(REJECT,), pages=(SHOP,), page_count=1),
            ),
            recipients=(
                Recipient(vendor="Google LLC", country="US", transfer="adequate-dpf", services=("Google Ads",), states=(BEFORE, ACCEPT)),
                Recipient(vendor=HOSTILE, states=(BEFORE,)),
            ),
            signals=(
                Signal(api="data_layer", state=BEFORE, page=SHOP, pages=(SHOP,), page_count=3, values={"layers": ["dataLayer"], "events": {HOSTILE: 1}}),
                Signal(api="gpp", state=REJECT, page=SHOP, pages=(SHOP,), page_count=1,
                       values={"sections": ["usnat"], "decoded": {"usnat": {"version": 1, "sale": "did not opt out"}}}),
            ),
        )
    )  # fmt: skip


def huge_report(*, items: int = 2_000, requests: int = 20_000, hosts: int = 400) -> Report:
    """A judged report as large as a hostile site makes it: every host another service."""
    categories = tuple(Category)
    return judged(
        report(
            items=tuple(
                item(f"k{number}_{HOSTILE[:30]}", host=f"h{number % hosts}.example", party=Party.THIRD, category=categories[number % 5],
                     states=(BEFORE, ACCEPT), purpose="Recognises a returning browser on this and on other sites.",
                     set_by=(f"https://h{number % hosts}.example/a/script/with/a/long/path.js?v={number}",), service=f"Service {number % hosts}")
                for number in range(items)
            ),
            requests=tuple(
                request(f"https://h{number % hosts}.example/p?n={number}&page=https%3A%2F%2Fwww.larkspur.example%2F",
                        page=f"{SHOP}p{number % 300}", category=categories[number % 5], state=(BEFORE, REJECT, ACCEPT)[number % 3],
                        initiators=(f"https://h{number % hosts}.example/a.js", SHOP))
                for number in range(requests)
            ),
            pages=tuple(page(f"{SHOP}p{number}") for number in range(300)),
        )
    )  # fmt: skip
