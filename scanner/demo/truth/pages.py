"""The demo shop's addresses, and which of them carry which tags."""

from __future__ import annotations

from scanner.demo import catalogue
from scanner.demo.truth.kinds import TruePage

PAGES: tuple[TruePage, ...] = (
    TruePage(path="/"),
    TruePage(path="/shop"),
    *(TruePage(path=f"/shop/{slug}") for slug in catalogue.PRODUCTS),
    TruePage(path="/cart"),
    TruePage(path="/checkout"),
    TruePage(path="/journal"),
    *(TruePage(path=f"/journal/{slug}") for slug in catalogue.ARTICLES),
    TruePage(path="/about"),
    TruePage(path="/contact"),
    TruePage(path="/login"),
    TruePage(path="/account", status=303, leads_to="/login"),
    TruePage(path="/search"),
    TruePage(path="/privacy"),
    TruePage(path="/imprint"),
    TruePage(path="/private/tastings", robots=False),
    TruePage(path="/spring-sale", found_by="sitemap"),
    TruePage(path="/stock", status=500),
    TruePage(path="/old-shop", status=301, leads_to="/shop"),
    TruePage(path="/wholesale", status=302, leads_to="https://trade.leafport.example/"),
    TruePage(path="/files/brewing-guide.pdf", download=True),
    TruePage(path="/no-such-page", status=404, found_by="nothing"),
)
"""Every address that matters. /account answers 200 to a signed-in visitor."""

EVERY: tuple[str, ...] = tuple(
    page.path for page in PAGES if page.status in {200, 404, 500} and not page.download
)
"""All addresses that show a page of the shop."""

TEAS = tuple(f"/shop/{slug}" for slug in catalogue.PRODUCTS)
META = ("/", "/shop", *TEAS, "/spring-sale")
CLARITY = ("/", "/shop", "/journal/a-week-in-the-gardens")
LINKEDIN = ("/", "/about")
ADSENSE = ("/journal", "/journal/a-week-in-the-gardens")
VIDEO = ("/shop/smoked-alder",)
SCROLL = ("/shop/evening-camomile",)
SHARE = ("/journal/brewing-white-tea",)
CONTACT = ("/contact",)
CHECKOUT = ("/checkout",)
ORNAMENT = ("/", "/stock", "/no-such-page")
"""Pages that show a character of the web font; the others load its style sheet only."""
FORMS = (*TEAS, "/cart", "/checkout", "/contact", "/login")
