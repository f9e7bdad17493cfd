"""Every cookie and storage key of the demo shop."""

from __future__ import annotations

from typing import Any

from consent.model.categories import Category, Party
from scanner.demo.truth.kinds import DAY, HOUR, MINUTE, THIRTEEN_MONTHS, TWO_YEARS, YEAR, Item
from scanner.demo.truth.pages import (
    ADSENSE,
    CHECKOUT,
    CLARITY,
    CONTACT,
    EVERY,
    FORMS,
    LINKEDIN,
    META,
    SCROLL,
    SHARE,
    TEAS,
    VIDEO,
)
from scanner.demo.truth.services import AA, ADS, CR, FB, GA, HS, LB, LI, MS, SENSE, ST, YT, X

N, P, F, A, U = (
    Category.NECESSARY,
    Category.PERFORMANCE,
    Category.FUNCTIONALITY,
    Category.ADVERTISING,
    Category.UNCLASSIFIED,
)
SHOP = "www.larkspur.example"
SITE = "larkspur.example"


def _own(name: str, category: Category, set_by: str, pages: tuple[str, ...], **more: Any) -> Item:
    """Return something of the shop's own; ``set_by`` is a path."""
    values: dict[str, Any] = {
        "kind": "cookie",
        "host": SHOP,
        "service": "Larkspur & Co",
        "vendor": "Larkspur & Co",
    }
    values |= {"party": Party.FIRST, "via": "script"}
    return Item(
        name=name, category=category, set_by=(f"https://{SHOP}{set_by}",), pages=pages, **(values | more)
    )


def _guest(
    name: str,
    category: Category,
    service: tuple[str, str],
    set_by: str | tuple[str, ...],
    pages: tuple[str, ...],
    **more: Any,
) -> Item:
    """Return a cookie that a service's script sets under the shop's own domain; ``service`` is name and company."""
    values: dict[str, Any] = {"kind": "cookie", "host": SITE, "party": Party.FIRST, "via": "script"}
    return Item(
        name=name,
        category=category,
        service=service[0],
        vendor=service[1],
        set_by=tuple(f"https://{start}" for start in ([set_by] if isinstance(set_by, str) else set_by)),
        pages=pages,
        **(values | more),
    )


def _third(
    name: str,
    category: Category,
    service: tuple[str, str],
    set_by: str | tuple[str, ...],
    pages: tuple[str, ...],
    **more: Any,
) -> Item:
    """Return a cookie that a service sets by an answer under its own domain."""
    values = {"party": Party.THIRD, "via": "header", "secure": True, "same_site": "None"}
    return _guest(name, category, service, set_by, pages, **(values | more))


_COLLECT = "px.ads.linkedin.com/collect"
_CLIENT_ID = ("www.googletagmanager.com/gtag/js?id=G-", "www.google-analytics.com/analytics.js")
"""Whichever of the two runs first sets the id that both use."""
_AD_ID = ("ad.doubleclick.net/activity", "cm.g.doubleclick.net/pixel", "googleads.g.doubleclick.net/pagead/")
_EMBED = "www.youtube.com/embed/"
_PLAYER = "www.youtube.com/s/player/larkspur/player.js"

ITEMS: tuple[Item, ...] = (
    # The shop itself: what its server sets is necessary, what its scripts set is not.
    _own("larkspur_session", N, "/", EVERY, via="header", http_only=True, secure=True),
    _own("csrf_token", N, "/", FORMS, via="header", http_only=True, secure=True, same_site="Strict"),
    _own(
        "checkout_ref", N, "/checkout", CHECKOUT, via="header", http_only=True, secure=True, lifetime_s=HOUR
    ),
    _own("cart", N, "/cart/add", TEAS, via="header", secure=True, lifetime_s=7 * DAY, after="add to basket"),
    _own(
        "lang",
        F,
        "/static/js/language.js",
        EVERY,
        also=(N,),
        secure=True,
        lifetime_s=180 * DAY,
        after="switch language",
    ),
    _own("lk_v7", U, "/static/js/ab-test.js", ("/",), also=(P,), secure=True, lifetime_s=90 * DAY),
    _own("larkspur_recent", F, "/static/js/recently-viewed.js", TEAS, also=(U,), kind="local_storage"),
    _own("larkspur_filter", F, "/static/js/filters.js", ("/shop",), also=(U,), kind="session_storage"),
    _own("larkspur-offline", F, "/static/js/offline.js", ("/shop", *TEAS), also=(U,), kind="indexed_db"),
    _own(
        "larkspur_sale_start",
        F,
        "/static/js/countdown.js",
        ("/spring-sale",),
        also=(U,),
        kind="local_storage",
    ),
    # Google Analytics, twice: GA4 by the page's tag, Universal Analytics by the container.
    _guest("_ga", P, GA, _CLIENT_ID, EVERY, lifetime_s=TWO_YEARS),
    _guest("_ga_LRK5P7TEA1", P, GA, "www.googletagmanager.com/gtag/js?id=G-", EVERY, lifetime_s=TWO_YEARS),
    _guest("_gid", P, GA, "www.google-analytics.com/analytics.js", EVERY, lifetime_s=DAY),
    _guest("_gat_UA-48213077-2", P, GA, "www.google-analytics.com/analytics.js", EVERY, lifetime_s=MINUTE),
    # Google Ads and Floodlight, by the container.
    _guest("_gcl_au", A, ADS, "www.googletagmanager.com/gtag/js?id=AW-", EVERY, lifetime_s=90 * DAY),
    _third(
        "IDE",
        A,
        ADS,
        _AD_ID,
        EVERY,
        host="doubleclick.net",
        http_only=True,
        lifetime_s=THIRTEEN_MONTHS,
    ),
    _third(
        "test_cookie",
        A,
        ADS,
        "googleads.g.doubleclick.net/pagead/viewthroughconversion/",
        EVERY,
        also=(N, F),
        host="doubleclick.net",
        lifetime_s=15 * MINUTE,
    ),
    # AdSense, in the journal.
    *(
        _guest(
            name,
            A,
            SENSE,
            "pagead2.googlesyndication.com/pagead/js/adsbygoogle.js",
            ADSENSE,
            secure=True,
            same_site="None",
            lifetime_s=lifetime,
        )
        for name, lifetime in (("__gads", THIRTEEN_MONTHS), ("__gpi", THIRTEEN_MONTHS), ("__eoi", 180 * DAY))
    ),
    # LinkedIn Insight.
    _guest("li_adsId", A, LI, "snap.licdn.com/", LINKEDIN, kind="local_storage", host=SHOP),
    _third("li_sugr", A, LI, _COLLECT, LINKEDIN, host="linkedin.com", lifetime_s=90 * DAY),
    _third("bcookie", A, LI, _COLLECT, LINKEDIN, also=(N, P, F), host="linkedin.com", lifetime_s=YEAR),
    _third("lidc", A, LI, _COLLECT, LINKEDIN, also=(N, F), host="linkedin.com", lifetime_s=DAY),
    _third("UserMatchHistory", A, LI, _COLLECT, LINKEDIN, host="linkedin.com", lifetime_s=30 * DAY),
    _third(
        "AnalyticsSyncHistory",
        A,
        LI,
        _COLLECT,
        LINKEDIN,
        also=(P,),
        host="linkedin.com",
        lifetime_s=30 * DAY,
    ),
    _third(
        "bscookie",
        A,
        LI,
        "www.linkedin.com/px/li_sync",
        LINKEDIN,
        also=(N, F),
        host="www.linkedin.com",
        http_only=True,
        lifetime_s=YEAR,
    ),
    # Meta Pixel.
    _guest("_fbp", A, FB, "connect.facebook.net/en_US/fbevents.js", META, secure=True, lifetime_s=90 * DAY),
    _third(
        "fr", A, FB, "www.facebook.com/tr/", META, host="facebook.com", http_only=True, lifetime_s=90 * DAY
    ),
    # X for Websites.
    _third(
        "guest_id",
        A,
        X,
        "syndication.twitter.com/i/jot",
        SHARE,
        also=(F, N),
        host="twitter.com",
        lifetime_s=TWO_YEARS,
    ),
    _third(
        "personalization_id",
        A,
        X,
        "syndication.twitter.com/i/jot",
        SHARE,
        host="twitter.com",
        lifetime_s=TWO_YEARS,
    ),
    # HubSpot.
    *(
        _guest(name, P, HS, "js.hs-analytics.net/analytics/", EVERY, also=(A, F), lifetime_s=lifetime)
        for name, lifetime in (
            ("__hstc", 180 * DAY),
            ("hubspotutk", 180 * DAY),
            ("__hssc", 30 * MINUTE),
            ("__hssrc", None),
        )
    ),
    _third(
        "__cf_bm",
        N,
        HS,
        "track.hubspot.com/",
        EVERY,
        host="hubspot.com",
        http_only=True,
        lifetime_s=30 * MINUTE,
    ),
    _third("_cfuvid", N, HS, "track.hubspot.com/", EVERY, host="hubspot.com", http_only=True),
    _third(
        "__cf_bm",
        N,
        HS,
        "forms.hsforms.com/",
        CONTACT,
        host="hsforms.com",
        http_only=True,
        lifetime_s=30 * MINUTE,
    ),
    # A YouTube embed: two of its cookies are kept apart for each embedding site (CHIPS).
    _third("YSC", A, YT, _EMBED, VIDEO, also=(F, P, N), host="youtube.com", http_only=True),
    *(
        _third(
            name,
            A,
            YT,
            _EMBED,
            VIDEO,
            also=(F, P, N),
            host="youtube.com",
            http_only=True,
            lifetime_s=180 * DAY,
            partitioned=name.startswith("__Secure-"),
        )
        for name in (
            "VISITOR_INFO1_LIVE",
            "VISITOR_PRIVACY_METADATA",
            "__Secure-YNID",
            "__Secure-ROLLOUT_TOKEN",
        )
    ),
    *(
        _guest(name, F, YT, _PLAYER, VIDEO, also=(A, P), host="www.youtube.com", party=Party.THIRD, kind=kind)
        for name, kind in (
            ("yt-remote-device-id", "local_storage"),
            ("yt-remote-connected-devices", "local_storage"),
            ("yt-remote-session-app", "session_storage"),
        )
    ),
    # The chat.
    *(
        _guest(
            name,
            F,
            LB,
            "chats.landbot.io/v3/chat.js",
            CONTACT,
            host="chats.landbot.io",
            party=Party.THIRD,
            kind="local_storage",
        )
        for name in ("landbot:H-2741905:customer", "landbot:H-2741905:lastSeen")
    ),
    # Microsoft Clarity.
    _guest("_clck", P, MS, "scripts.clarity.ms/", CLARITY, lifetime_s=YEAR),
    _guest("_clsk", P, MS, "scripts.clarity.ms/", CLARITY, lifetime_s=DAY),
    _third(
        "CLID",
        P,
        MS,
        "www.clarity.ms/tag/",
        CLARITY,
        also=(A,),
        host="www.clarity.ms",
        http_only=True,
        lifetime_s=YEAR,
    ),
    _third(
        "MUID", A, MS, "c.bing.com/c.gif", CLARITY, also=(P,), host="bing.com", lifetime_s=THIRTEEN_MONTHS
    ),
    _third(
        "MUID",
        A,
        MS,
        "c.clarity.ms/c.gif",
        CLARITY,
        also=(P,),
        host="clarity.ms",
        lifetime_s=THIRTEEN_MONTHS,
    ),
    _third("SM", A, MS, "c.clarity.ms/c.gif", CLARITY, also=(P, F), host="c.clarity.ms"),
    _third("MR", A, MS, "c.clarity.ms/c.gif", CLARITY, also=(P, F), host="c.clarity.ms", lifetime_s=7 * DAY),
    _third(
        "ANONCHK",
        A,
        MS,
        "c.clarity.ms/c.gif",
        CLARITY,
        also=(P, F),
        host="c.clarity.ms",
        lifetime_s=10 * MINUTE,
    ),
    # Criteo, when the visitor scrolls.
    _guest(
        "cto_bundle",
        A,
        CR,
        "dynamic.criteo.com/js/ld/ld.js",
        SCROLL,
        lifetime_s=THIRTEEN_MONTHS,
        after="scroll",
    ),
    _third(
        "uid",
        A,
        CR,
        "gum.criteo.com/syncframe",
        SCROLL,
        host="criteo.com",
        lifetime_s=THIRTEEN_MONTHS,
        after="scroll",
    ),
    # Payment.
    *(
        _guest(
            name, N, ST, "js.stripe.com/v3/", CHECKOUT, secure=True, same_site="Strict", lifetime_s=lifetime
        )
        for name, lifetime in (("__stripe_mid", YEAR), ("__stripe_sid", 30 * MINUTE))
    ),
    _third("m", N, ST, "m.stripe.com/6", CHECKOUT, host="m.stripe.com", http_only=True, lifetime_s=TWO_YEARS),
    # Adobe Analytics under the shop's own name.
    _guest("s_cc", P, AA, "metrics.larkspur.example/app-measurement.js", EVERY),
    _guest(
        "s_vi",
        P,
        AA,
        "metrics.larkspur.example/b/ss/",
        EVERY,
        via="header",
        secure=True,
        same_site="None",
        lifetime_s=TWO_YEARS,
    ),
)

REFUSED: tuple[tuple[str, str, str], ...] = (("_twitter_sess", "twitter.com", "/journal/brewing-white-tea"),)
"""Name, domain and page of cookies that browsers refuse: sent by a third party without SameSite=None."""
