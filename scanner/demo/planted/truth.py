"""What really happens at the guest house, in every consent state: written by hand from what the site is meant to do.

States are those of a visitor who does the same as a scan: opens the ten linked pages and the one of the sitemap, scrolls
each to its end, types into forms without sending them, and decides on the first page. ``withdraw`` accepts there, then
refuses by the control in the footer; what is stored then stays stored, for the site deletes nothing.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from consent.model.categories import ConsentState, Party
from consent.model.inventory import StorageKind
from scanner.demo.planted import pages

ALWAYS = tuple(ConsentState)
DECIDED = (ConsentState.REJECT, ConsentState.ACCEPT, ConsentState.WITHDRAW)
REFUSED = (ConsentState.REJECT, ConsentState.WITHDRAW)
ACCEPTED = (ConsentState.ACCEPT, ConsentState.WITHDRAW)

ALIASES = {"metrics.fernhill.example": "fernhill.sc.omtrdc.net"}
"""The alias behind which a third party's collector hides; a loopback world has no name server to tell."""

PAGES: tuple[str, ...] = (*(page.path for page in pages.LINKED), pages.UNLISTED.path)
"""Paths that a scan visits; the rota is closed to robots, the leaflet is no page."""

HOUSE = "www.fernhill.example"
SITE = "fernhill.example"


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrueItem:
    """One cookie or storage key: where it is kept, in which states, and what sets it.

    ``renewed`` says whether each visit sets its expiry anew (None: not looked at); ``host`` is the cookie's domain without its leading dot, or the storage origin's host. ``set_by`` are beginnings of
    URLs, any of which may be the nearest initiator; ``pages`` are the paths on which it is set.
    """

    kind: StorageKind
    name: str
    host: str
    set_by: tuple[str, ...]
    pages: tuple[str, ...]
    states: tuple[ConsentState, ...] = ALWAYS
    via: Literal["header", "script", "worker"] = "script"
    party: Party = Party.FIRST
    partitioned: bool = False
    renewed: bool | None = None

    @property
    def key(self) -> tuple[StorageKind, str, str]:
        """Kind, name and host: what tells it from all others."""
        return (self.kind, self.name, self.host)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrueHost:
    """One host that is not the site's own (or is so by name alone), and the states in which pages reach it.

    A state counts from its decision on: what the same visitor's page did before is the state ``before``.
    """

    host: str
    states: tuple[ConsentState, ...] = ALWAYS
    party: Party = Party.THIRD


@dataclasses.dataclass(frozen=True, kw_only=True)
class Violation:
    """One thing that the site does wrong, and the finding that has to tell it.

    ``subject`` is the finding's; ``state`` None where the rule knows none. ``because`` says what was planted.
    """

    rule: str
    subject: str
    because: str
    state: ConsentState | None = None


def _item(
    kind: StorageKind, name: str, set_by: str | tuple[str, ...], *where: str, **more: object
) -> TrueItem:
    urls = (set_by,) if isinstance(set_by, str) else set_by
    values: dict[str, object] = {"host": HOUSE} | more
    return TrueItem(
        kind=kind,
        name=name,
        set_by=tuple(f"https://{url}" for url in urls),
        pages=where or PAGES,
        **values,  # type: ignore[arg-type]  # checked where the table is compared with a browser
    )


def _third(name: str, host: str, set_by: str | tuple[str, ...], *where: str, **more: object) -> TrueItem:
    values: dict[str, object] = {"host": host, "party": Party.THIRD, "via": "header"} | more
    return _item("cookie", name, set_by, *where, **values)


_STATIC = f"{HOUSE}/static"
_LINKEDIN = "px.ads.linkedin.com/collect"
_YOUTUBE = "www.youtube.com/embed/"
_HOTJAR = "static.hotjar.com/c/hotjar-3712045.js"
_GTAG = "www.googletagmanager.com/gtag/js?id=G-"
_METRICS = "metrics.fernhill.example"
_NOTICE = f"{_STATIC}/notice.js"
_PLAYER: tuple[tuple[StorageKind, str], ...] = (
    ("local_storage", "yt-remote-device-id"),
    ("local_storage", "yt-remote-connected-devices"),
    ("session_storage", "yt-remote-session-app"),
)

ITEMS: tuple[TrueItem, ...] = (
    # The house itself.
    _item("cookie", "PHPSESSID", f"{HOUSE}/", via="header"),
    _item("cookie", "lang", f"{HOUSE}/", via="header"),
    _item(
        "cookie", "csrftoken", (f"{HOUSE}/contact", f"{HOUSE}/booking"), "/contact", "/booking", via="header"
    ),
    _item("cookie", "fh_visits", f"{_STATIC}/house.js", renewed=False),
    # Only the start page sets it, and anew each time: nobody knows who does not come back.
    _item("cookie", "fh_welcome", f"{_STATIC}/house.js", "/", renewed=True),
    _item("cookie", "fh_offline", f"{HOUSE}/worker.js", via="worker"),
    _item("local_storage", "fernhill.last", f"{_STATIC}/house.js"),
    _item("service_worker", f"https://{HOUSE}/worker.js", f"{_STATIC}/house.js"),
    _item("cache_storage", "fernhill-v1", f"{HOUSE}/worker.js"),
    _item("indexed_db", "fernhill-favourites", f"{_STATIC}/favourites.js", "/rooms/garden"),
    _item("session_storage", "fernhill.filter", f"{_STATIC}/favourites.js", "/rooms/garden"),
    _item("cookie", "winter_offer", f"{_STATIC}/offer.js", "/winter-offer"),
    _item("cookie", "cookie_choice", _NOTICE, "/", states=DECIDED),
    # Measuring, on every page and in every state.
    _item("cookie", "_ga", (_GTAG, "www.google-analytics.com/analytics.js"), host=SITE),
    _item("cookie", "_ga_FRN7HLL001", _GTAG, host=SITE),
    _item("cookie", "_gid", "www.google-analytics.com/analytics.js", "/journal", host=SITE),
    _item("cookie", "_gat_UA-48213077-2", "www.google-analytics.com/analytics.js", "/journal", host=SITE),
    _item("cookie", "s_cc", f"{_METRICS}/app-measurement.js", host=SITE),
    _item("cookie", "s_vi", f"{_METRICS}/b/ss/", host=SITE, via="header"),
    _item("cookie", "_vid_t", "fpnpmcdn.net/v3/", "/prices", host=SITE),
    _item("cookie", "_hjSessionUser_3712045", _HOTJAR, "/contact", host=SITE),
    _item("cookie", "_hjSession_3712045", _HOTJAR, "/contact", host=SITE),
    _item("local_storage", "_hjUserAttributes", _HOTJAR, "/contact"),
    _item("session_storage", "hjViewportId", _HOTJAR, "/contact"),
    _item("local_storage", "pusherTransportTLS", "js.pusher.com/8.4/", "/journal"),
    # In a pop-up alone, which a script opens by itself.
    _third("JSESSIONID", "www.linkedin.com", "www.linkedin.com/sharing/", "/journal"),
    # Advertising, the same.
    _third("IDE", "doubleclick.net", "cm.g.doubleclick.net/pixel", "/about"),
    _item("local_storage", "li_adsId", "snap.licdn.com/", "/about"),
    _third("li_sugr", "linkedin.com", _LINKEDIN, "/about"),
    _third("bcookie", "linkedin.com", _LINKEDIN, "/about"),
    _third("lidc", "linkedin.com", _LINKEDIN, "/about"),
    _third("UserMatchHistory", "linkedin.com", _LINKEDIN, "/about"),
    _third("AnalyticsSyncHistory", "linkedin.com", _LINKEDIN, "/about"),
    _third("bscookie", "www.linkedin.com", "www.linkedin.com/px/li_sync", "/about"),
    _item("cookie", "cto_bundle", "dynamic.criteo.com/js/ld/ld.js", "/rooms", host=SITE),
    _third("uid", "criteo.com", "gum.criteo.com/syncframe", "/rooms"),
    # A video.
    *(
        _third(name, "youtube.com", _YOUTUBE, "/around", partitioned=name.startswith("__Secure-"))
        for name in (
            "YSC",
            "VISITOR_INFO1_LIVE",
            "VISITOR_PRIVACY_METADATA",
            "__Secure-YNID",
            "__Secure-ROLLOUT_TOKEN",
        )
    ),
    *(
        _item(kind, name, "www.youtube.com/s/player/", "/around", host="www.youtube.com", party=Party.THIRD)
        for kind, name in _PLAYER
    ),
    # Payment, which is necessary where it stands.
    _item("cookie", "__stripe_mid", "js.stripe.com/v3/", "/booking", host=SITE),
    _item("cookie", "__stripe_sid", "js.stripe.com/v3/", "/booking", host=SITE),
    _third("m", "m.stripe.com", "m.stripe.com/6", "/booking"),
    # Only after a decision.
    _item("cookie", "_fbp", "connect.facebook.net/en_US/fbevents.js", host=SITE, states=ACCEPTED),
    _third("fr", "facebook.com", "www.facebook.com/tr/", states=ACCEPTED),
    _item("cookie", "_ttp", "analytics.tiktok.com/i18n/pixel/events.js", host=SITE, states=ACCEPTED),
    _third("_ttp", "tiktok.com", "analytics.tiktok.com/api/v2/pixel", states=ACCEPTED),
    _third("MUID", "bing.com", "bat.bing.com/action/0", "/", states=REFUSED),
)

_ONLY_ACCEPTED = (ConsentState.ACCEPT,)

HOSTS: tuple[TrueHost, ...] = (
    *(
        TrueHost(host=host)
        for host in (
            "www.googletagmanager.com",
            "region1.google-analytics.com",
            "www.google-analytics.com",
            "stats.g.doubleclick.net",
            "cm.g.doubleclick.net",
            "snap.licdn.com",
            "px.ads.linkedin.com",
            "www.linkedin.com",
            "dynamic.criteo.com",
            "gum.criteo.com",
            "sslwidget.criteo.com",
            "www.youtube.com",
            "i.ytimg.com",
            "static.doubleclick.net",
            "static.hotjar.com",
            "content.hotjar.io",
            "fpnpmcdn.net",
            "eu.api.fpjs.io",
            "js.pusher.com",
            "ws-eu.pusher.com",
            "js.stripe.com",
            "m.stripe.network",
            "m.stripe.com",
        )
    ),
    TrueHost(host="api-eu.mixpanel.com", states=(ConsentState.BEFORE, ConsentState.GPC)),
    TrueHost(host=_METRICS, party=Party.FIRST),
    TrueHost(host="connect.facebook.net", states=_ONLY_ACCEPTED),
    TrueHost(host="www.facebook.com", states=_ONLY_ACCEPTED),
    TrueHost(host="analytics.tiktok.com", states=_ONLY_ACCEPTED),
    TrueHost(host="bat.bing.com", states=REFUSED),
)
"""Every host that the pages reach. The service worker reports once a visitor: on the first page, before any decision."""

_THIRD = (
    "Criteo",
    "Fingerprint",
    "Google Ads and DoubleClick",
    "Google Analytics",
    "Google Tag Manager",
    "Hotjar",
    "LinkedIn",
    "LinkedIn Insight and Ads",
    "YouTube",
)
_ADVERTISING = (
    "Criteo",
    "Google Ads and DoubleClick",
    "Google Analytics",
    "LinkedIn",
    "LinkedIn Insight and Ads",
    "YouTube",
)
_OTHER = ("Adobe Analytics", "Pusher")
_UNCONSENTED = (ConsentState.BEFORE, ConsentState.REJECT, ConsentState.WITHDRAW, ConsentState.GPC)


def _each(
    rule: str, subjects: tuple[str, ...], because: str, *states: ConsentState | None
) -> tuple[Violation, ...]:
    return tuple(
        Violation(rule=rule, subject=subject, because=because, state=state)
        for subject in subjects
        for state in states
    )


VIOLATIONS: tuple[Violation, ...] = (
    *_each(
        "before-consent",
        (*_THIRD, *_OTHER, "Mixpanel", SITE),
        "the tags do not wait for the banner",
        ConsentState.BEFORE,
    ),
    *_each("after-reject", (*_THIRD, *_OTHER, SITE), "the refusal stops no tag", ConsentState.REJECT),
    *_each(
        "after-reject",
        ("Microsoft Advertising (UET)", "Bing"),
        "the click that refuses fires a pixel, which sets an identifier",
        ConsentState.REJECT,
    ),
    *_each(
        "survives-withdrawal",
        (*_THIRD, *_OTHER, SITE, "Microsoft Advertising (UET)", "Bing"),
        "the withdrawal stops no tag, and fires the same pixel",
        ConsentState.WITHDRAW,
    ),
    *_each(
        "survives-withdrawal",
        ("Meta pixel", "TikTok Pixel"),
        "what acceptance stored stays stored",
        ConsentState.WITHDRAW,
    ),
    *_each("gpc-ignored", _ADVERTISING, "nothing looks at the signal", ConsentState.GPC),
    *_each("consent-signal", ("Google Consent Mode",), "no default is set, no update sent", *_UNCONSENTED),
    *_each(
        "cookie-syncing",
        ("Google Ads and DoubleClick → LinkedIn Insight and Ads",),
        "a redirect hands DoubleClick's identifier to LinkedIn",
        *_UNCONSENTED,
    ),
    *_each("fingerprinting", ("Fingerprint",), "a canvas and a tone are drawn and read back", *_UNCONSENTED),
    *_each("keystroke-capture", ("Hotjar",), "fields are sent while they are filled in", *_UNCONSENTED),
    *_each("session-replay", ("Hotjar",), "visits are recorded", *_UNCONSENTED),
    *_each("cloaked-tracker", ("metrics.fernhill.example",), "a collector under the site's own name", None),
    *_each("insecure-cookie", (SITE,), "csrftoken is not Secure", None),
    *_each("lifetime-over-13-months", ("Google Analytics",), "_ga asks for two years", None),
)
"""What a report must tell, and all that it may call severe."""

DEAF = Violation(
    rule="reject-not-applied",
    subject="reject",
    state=ConsentState.REJECT,
    because="the button to refuse does nothing, so that nothing is known of a refusal",
)
"""The one more where `GuestHouse.deaf` is set."""
