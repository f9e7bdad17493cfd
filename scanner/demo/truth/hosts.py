"""Every third-party host that the demo shop's pages reach."""

from __future__ import annotations

from consent.model.categories import Category
from scanner.demo.truth.kinds import ThirdParty
from scanner.demo.truth.pages import (
    ADSENSE,
    CHECKOUT,
    CLARITY,
    CONTACT,
    EVERY,
    LINKEDIN,
    META,
    ORNAMENT,
    SCROLL,
    SHARE,
    VIDEO,
)
from scanner.demo.truth.services import AA, ADS, CR, FB, GA, HS, LB, LI, MS, SENSE, ST, YT, X

N, P, F, A = (
    Category.NECESSARY,
    Category.PERFORMANCE,
    Category.FUNCTIONALITY,
    Category.ADVERTISING,
)

CNAMES: dict[str, str] = {"metrics.larkspur.example": "larkspur.sc.omtrdc.net"}
"""The alias behind which a third party's collector hides; a loopback world has no name server to tell."""

_HOSTS: tuple[tuple[tuple[str, str], Category, tuple[Category, ...], tuple[str, ...], str], ...] = (
    (("Google Tag Manager", "Google"), P, (A,), EVERY, "www.googletagmanager.com"),
    (GA, P, (), EVERY, "www.google-analytics.com region1.google-analytics.com"),
    (GA, P, (A,), EVERY, "stats.g.doubleclick.net"),
    (ADS, A, (), EVERY, "googleads.g.doubleclick.net ad.doubleclick.net"),
    (ADS, A, (F, N), EVERY, "www.google.com"),
    (ADS, A, (), CHECKOUT, "www.googleadservices.com"),
    (ADS, A, (), LINKEDIN, "cm.g.doubleclick.net"),
    (ADS, A, (F,), VIDEO, "static.doubleclick.net"),
    (SENSE, A, (), ADSENSE, "pagead2.googlesyndication.com tpc.googlesyndication.com"),
    (LI, A, (), LINKEDIN, "snap.licdn.com px.ads.linkedin.com www.linkedin.com"),
    (FB, A, (), META, "connect.facebook.net www.facebook.com"),
    (X, A, (F,), SHARE, "platform.twitter.com syndication.twitter.com"),
    (HS, P, (A, F), EVERY, "js.hs-scripts.com js.hs-analytics.net track.hubspot.com"),
    (HS, P, (A, F, N), EVERY, "js.hs-banner.com"),
    (HS, F, (A, P), CONTACT, "js.hsforms.net forms.hsforms.com"),
    (YT, A, (F,), VIDEO, "www.youtube.com i.ytimg.com"),
    (LB, F, (), CONTACT, "static.landbot.io chats.landbot.io"),
    (MS, P, (A,), CLARITY, "www.clarity.ms scripts.clarity.ms k.clarity.ms"),
    (MS, A, (P,), CLARITY, "c.clarity.ms c.bing.com"),
    (CR, A, (), SCROLL, "dynamic.criteo.com gum.criteo.com sslwidget.criteo.com"),
    (ST, N, (), CHECKOUT, "js.stripe.com m.stripe.network m.stripe.com"),
    (("jsDelivr", "jsDelivr"), N, (F,), EVERY, "cdn.jsdelivr.net"),
    (("Google Fonts", "Google"), F, (N,), EVERY, "fonts.googleapis.com fonts.gstatic.com"),
    (AA, P, (A,), EVERY, "metrics.larkspur.example"),
)

THIRD_PARTIES: tuple[ThirdParty, ...] = tuple(
    ThirdParty(
        host=host,
        category=category,
        service=service[0],
        vendor=service[1],
        pages=ORNAMENT if host == "fonts.gstatic.com" else pages,
        also=also,
        after="scroll" if pages is SCROLL else "load",
    )
    for service, category, also, pages, hosts in _HOSTS
    for host in hosts.split()
)
"""Every host that a page of the shop reaches, except the shop's and the consent server's."""
