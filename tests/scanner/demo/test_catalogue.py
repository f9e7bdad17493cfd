"""The shop's catalogue is whole: pictures, labels, prices."""

from __future__ import annotations

from importlib import resources

from scanner.demo import catalogue

IMAGES = resources.files("scanner.demo") / "static" / "img"


def test_each_tea_and_article_has_its_picture() -> None:
    names = [f"tea-{slug}.svg" for slug in catalogue.PRODUCTS]
    names += [article.picture for article in catalogue.ARTICLES.values()]
    for name in names:
        assert (IMAGES / name).is_file(), name


def test_both_languages_have_the_same_labels() -> None:
    assert set(catalogue.LABELS) == set(catalogue.LANGUAGES)
    assert set(catalogue.LABELS["en"]) == set(catalogue.LABELS["de"])


def test_prices_are_written_in_euros_and_cents() -> None:
    assert catalogue.PRODUCTS["evening-camomile"].price_text == "€ 8.90"
    assert catalogue.PRODUCTS["silver-needle"].price_text == "€ 24.50"


def test_keys_are_the_slugs() -> None:
    for slug, entry in {**catalogue.PRODUCTS, **catalogue.ARTICLES}.items():
        assert entry.slug == slug
