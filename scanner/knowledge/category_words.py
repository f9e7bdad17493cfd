"""The words by which consent platforms and site owners name a category, in ours.

A word that means different things to different people, as "social", is not here: it says nothing. "Functional" is taken
as functionality, which needs consent; whether such an item is exempt is for the privacy officer to say.
"""

from __future__ import annotations

from consent.model.categories import Category

_WORDS: dict[Category, str] = {
    Category.NECESSARY: (
        "necessary essential required mandatory strictly notwendig notwendige erforderlich erforderliche essenziell "
        "essentiell nécessaires nécessaire necesarias necesarios necessari noodzakelijk noodzakelijke niezbędne"
    ),
    Category.PERFORMANCE: (
        "analytics analytical analytic statistics statistical statistic performance measurement statistik statistiken "
        "statistiques mesure estadísticas analíticas statistici statistiche statistieken analytisch statystyka"
    ),
    Category.FUNCTIONALITY: (
        "functionality functional preferences preference personalization personalisation präferenzen einstellungen "
        "funktional funktionell préférences fonctionnels preferencias funcionales preferenze funzionali voorkeuren functioneel"
    ),
    Category.ADVERTISING: (
        "advertising advertisement ads marketing targeting retargeting remarketing publicité publicitaires publicidad "
        "pubblicità advertenties reclame reklama werbung"
    ),
}
_CATEGORY = {word: category for category, words in _WORDS.items() for word in words.split()}
_STRICTEST_FIRST = (
    Category.ADVERTISING,
    Category.PERFORMANCE,
    Category.FUNCTIONALITY,
    Category.NECESSARY,
)


def category_of_words(text: str) -> Category | None:
    """Return the category that a heading, key or label names; None where it names none.

    Of several ("statistics and marketing") it is the one that asks for most.
    """
    words = "".join(char if char.isalpha() else " " for char in text).lower().split()
    found = {_CATEGORY[word] for word in words if word in _CATEGORY}
    if words and words[0] in {"non", "not", "un", "nicht"}:
        found.discard(Category.NECESSARY)
    return next((category for category in _STRICTEST_FIRST if category in found), None)
