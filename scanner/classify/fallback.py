"""The statistical estimate for what no rule knows: a linear model over the features of `scanner.classify.features`.

It is trained by scripts/train_fallback.py and stored as weights in fallback.json. It may only move an item towards needing
consent: where it finds necessary likeliest, it says nothing. Its probabilities are calibrated on sites that it was not
trained on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from consent.model.categories import Category, Party
from scanner.classify.facts import Classification, ItemFacts
from scanner.classify.features import features_of
from scanner.classify.values import pattern_of

WEIGHTS = Path(__file__).parent / "fallback.json"

LEAST = 0.6
"""Below this the estimate is no better than a guess; from here on 80 % of held-out names are right."""

PURPOSES = {
    Category.PERFORMANCE: "Probably counts visits or shows how the site is used.",
    Category.FUNCTIONALITY: "Probably remembers a choice or a setting.",
    Category.ADVERTISING: "Probably recognises the visitor for advertisements.",
}


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """``weights`` has one number per category for each feature, in the order of ``categories``.

    ``temperature`` divides the sums, so that of the items given 70 % about 70 % are right.
    """

    categories: tuple[Category, ...]
    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]
    temperature: float = 1.0
    trained_on: str = ""

    def probabilities(self, features: Sequence[str]) -> tuple[float, ...]:
        """Return the probability of each category."""
        sums = list(self.bias)
        for feature in features:
            for at, weight in enumerate(self.weights.get(feature, ())):
                sums[at] += weight
        top = max(sums)
        odds = [math.exp((one - top) / self.temperature) for one in sums]
        return tuple(one / sum(odds) for one in odds)


@lru_cache(maxsize=2)
def load_model(path: Path = WEIGHTS) -> Model:
    """Read the stored weights, once."""
    return msgspec.json.decode(path.read_bytes(), type=Model)


def estimate(facts: ItemFacts, party: Party | None) -> Classification | None:
    """Return an estimate towards needing consent, or None where necessary is likeliest or nothing is likely enough."""
    model = load_model()
    probabilities = model.probabilities(features_of(facts, party))
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    category = model.categories[best]
    probability = round(probabilities[best], 2)
    if category is Category.NECESSARY or probability < LEAST:
        return None
    return Classification(
        category=category,
        confidence=probability,
        reason=f"Statistical estimate, no rule knows it: names like this are {category} in {probability:.0%} of cases.",
        purpose=PURPOSES[category],
        rule="statistical",
        pattern=pattern_of(facts.name),
    )
