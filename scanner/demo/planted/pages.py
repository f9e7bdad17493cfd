"""The pages of the guest house: what each says and which tags its agency pasted in."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class Page:
    """One page: ``tags`` are templates that go to the end of its body, ``form`` is the kind of form it holds, if any."""

    path: str
    title: str
    text: str
    tags: tuple[str, ...] = ()
    form: str = ""


LINKED: tuple[Page, ...] = (
    Page(
        path="/",
        title="Fernhill House",
        text="Seven rooms above the valley, breakfast until eleven, and a garden that wants to be sat in.",
    ),
    Page(
        path="/rooms",
        title="Rooms",
        text="Four look to the hills, three to the orchard. All have a desk, a kettle and no television.",
        tags=("tags/criteo_scroll.html",),
    ),
    Page(
        path="/rooms/garden",
        title="The garden room",
        text="On the ground floor, with a door to the terrace. The bed is 160 cm wide; a cot fits beside it.",
        tags=("planted_tags/favourites.html",),
    ),
    Page(
        path="/prices",
        title="Prices",
        text="From 84 euros a night for two, breakfast included. Children under six stay free.",
        tags=("planted_tags/fingerprint.html",),
    ),
    Page(
        path="/around",
        title="Around the house",
        text="The mill path begins at the gate: two hours to the village and back, with a tea room half-way.",
        tags=("planted_tags/video.html",),
    ),
    Page(
        path="/about",
        title="About us",
        text="We are Ada and Tomas. We bought the house in 2009 and have been painting it ever since.",
        tags=("tags/linkedin.html",),
    ),
    Page(
        path="/contact",
        title="Contact",
        text="Ring the bell, call, or write to us: we answer the same day.",
        tags=("planted_tags/replay.html",),
        form="contact",
    ),
    Page(
        path="/booking",
        title="Booking",
        text="Say when you want to come. You pay on arrival; the card only holds the room.",
        tags=("planted_tags/payment.html",),
        form="booking",
    ),
    Page(
        path="/journal",
        title="Journal",
        text="The swallows are back, the plum blossom is late, and the boiler has been replaced.",
        tags=("planted_tags/universal.html", "planted_tags/live.html", "planted_tags/share.html"),
    ),
    Page(
        path="/privacy",
        title="Privacy",
        text="We use cookies only where they are needed. (That is what it says. The table of truth says more.)",
    ),
)
"""The ten pages that links lead to."""

UNLISTED = Page(
    path="/winter-offer",
    title="Winter offer",
    text="Three nights for two, November to February. Only for those who were told of it.",
    tags=("planted_tags/offer.html",),
)
"""In the sitemap, linked by no page."""

FORBIDDEN = Page(
    path="/private/staff",
    title="Rota",
    text="Monday: Ada. Tuesday: Tomas.",
    tags=("planted_tags/staff.html",),
)
"""Linked, and closed to robots by robots.txt."""

LEAFLET = "/files/leaflet.pdf"
"""Linked, and no page."""

EVERY: tuple[Page, ...] = (*LINKED, UNLISTED, FORBIDDEN)
