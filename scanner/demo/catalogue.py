"""What the demo shop sells and tells: products, articles, plain pages and the words of its two languages."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class Product:
    """One tea; ``price`` in cents of a euro for ``grams``."""

    slug: str
    name: str
    kind: str
    origin: str
    price: int
    grams: int
    text: str
    notes: str
    water: str
    minutes: str

    @property
    def price_text(self) -> str:
        """The price as the shop writes it."""
        return f"€ {self.price // 100}.{self.price % 100:02}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Article:
    """One entry of the journal."""

    slug: str
    title: str
    date: str
    picture: str
    teaser: str
    paragraphs: tuple[str, ...]


PRODUCTS: dict[str, Product] = {
    product.slug: product
    for product in (
        Product(
            slug="silver-needle",
            name="Silver Needle",
            kind="White tea",
            origin="Fuding, Fujian",
            price=2450,
            grams=50,
            text="Only the closed buds of early April, dried slowly in moving air and otherwise left alone.",
            notes="Melon, hay, a little honey",
            water="75 °C",
            minutes="4",
        ),
        Product(
            slug="first-flush",
            name="First Flush",
            kind="Black tea",
            origin="Kurseong, Darjeeling",
            price=1690,
            grams=100,
            text="The first picking after winter: bright in the cup, light on its feet, gone by midsummer.",
            notes="Muscat, green almond, spring flowers",
            water="90 °C",
            minutes="2½",
        ),
        Product(
            slug="smoked-alder",
            name="Smoked Alder",
            kind="Black tea",
            origin="Blended in our back room",
            price=1380,
            grams=100,
            text="Robust leaf, smoked over alder wood by a neighbour who normally does trout.",
            notes="Campfire, malt, dark bread",
            water="95 °C",
            minutes="3",
        ),
        Product(
            slug="evening-camomile",
            name="Evening Camomile",
            kind="Herbs",
            origin="Bingen, Rhine valley",
            price=890,
            grams=60,
            text="Whole flower heads with lemon balm and a little lavender. No caffeine, no hurry.",
            notes="Apple skin, meadow, lemon",
            water="100 °C",
            minutes="8",
        ),
    )
}

ARTICLES: dict[str, Article] = {
    article.slug: article
    for article in (
        Article(
            slug="brewing-white-tea",
            title="How to brew white tea without scalding it",
            date="12 October",
            picture="journal-kettle.svg",
            teaser="Four minutes, a kettle that has stood open for a while, and the patience to do nothing.",
            paragraphs=(
                (
                    "White tea is the least handled of all: picked, withered, dried. Whatever the kettle does to it is"
                    " therefore most of what anybody ever does to it, and boiling water does too much."
                ),
                (
                    "Let the kettle stand open for five minutes after it has boiled. That is about 75 degrees, and no"
                    " thermometer is needed. Use more leaf than seems right, since buds are light: two heaped spoons."
                ),
                "Four minutes for the first cup. The second and third want six. Then have a biscuit.",
            ),
        ),
        Article(
            slug="a-week-in-the-gardens",
            title="A week in the gardens of Kurseong",
            date="3 May",
            picture="journal-gardens.svg",
            teaser="Two thousand metres up, it rains sideways, and the first flush does not wait for visitors.",
            paragraphs=(
                (
                    "The road from the plain climbs for two hours, and the tea begins where the mango trees give up."
                    " Rows follow the slope like the lines of a thumbprint."
                ),
                (
                    "Picking starts at seven. Two leaves and a bud, both hands, a basket that hangs from the forehead."
                    " By noon the loft smells of cut grass, by evening of apples, and at midnight somebody decides"
                    " that it is enough."
                ),
                "We came home with eleven kilos, wet shoes, and an invitation for the autumn.",
            ),
        ),
    )
}

PLAIN_PAGES: dict[str, str] = {
    "/": "home.html",
    "/shop": "shop.html",
    "/journal": "journal.html",
    "/about": "about.html",
    "/privacy": "privacy.html",
    "/imprint": "imprint.html",
    "/private/tastings": "tastings.html",
    "/spring-sale": "sale.html",
}
"""Pages without a form, and their templates."""

SITEMAP: tuple[str, ...] = (
    "/",
    "/shop",
    *(f"/shop/{slug}" for slug in PRODUCTS),
    "/journal",
    *(f"/journal/{slug}" for slug in ARTICLES),
    "/about",
    "/contact",
    "/spring-sale",
)
"""What sitemap.xml lists; the last one is linked from nowhere."""

LANGUAGES: dict[str, str] = {"en": "English", "de": "Deutsch"}

LABELS: dict[str, dict[str, str]] = {
    "en": {
        "shop": "Teas",
        "journal": "Journal",
        "about": "About us",
        "contact": "Contact",
        "account": "Account",
        "login": "Sign in",
        "basket": "Basket",
        "search": "Search",
        "find": "Find a tea",
        "privacy": "Privacy",
        "imprint": "Imprint",
        "add": "Add to basket",
        "all": "See all teas",
        "promise": "Shipped on Tuesdays and Fridays, in paper.",
    },
    "de": {
        "shop": "Tees",
        "journal": "Tagebuch",
        "about": "Über uns",
        "contact": "Kontakt",
        "account": "Konto",
        "login": "Anmelden",
        "basket": "Korb",
        "search": "Suche",
        "find": "Tee finden",
        "privacy": "Datenschutz",
        "imprint": "Impressum",
        "add": "In den Korb",
        "all": "Alle Tees",
        "promise": "Versand dienstags und freitags, in Papier.",
    },
}
"""The shop's frame in both languages; its texts are English."""
