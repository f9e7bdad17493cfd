"""Train the statistical fallback and measure it on sites and names that it has not seen.

    python scripts/train_fallback.py DATA [--out scanner/classify/fallback.json]

DATA is a folder with ``crawl_dev.json`` (cookies with values and the label of the site's consent platform) and
``cookies_labelled.csv`` (names with a category and a licence); of the latter only rows under the MIT licence are used.
Nothing of the data but the learnt weights enters the project.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from consent.model.categories import CATEGORIES, Category, Party
from scanner import parties
from scanner.classify.facts import ItemFacts
from scanner.classify.fallback import WEIGHTS, Model
from scanner.classify.features import features_of

LABELS = {0: "necessary", 1: "functionality", 2: "performance", 3: "advertising"}
FOLDS = 5
EPOCHS = 30
RATE = 0.12
DECAY = 3e-4
RAREST = 3
SMALLEST = 0.08
SEED = 20260101


class Example(msgspec.Struct, frozen=True):
    """Features, the index of the category, a weight, and what it is held out by."""

    features: tuple[str, ...]
    label: int
    weight: float
    group: int


def read(folder: Path) -> list[Example]:
    """Read both files; a cookie with a value gives two examples, one without it, since lists come without values."""
    seen: Counter[tuple[tuple[str, ...], int, int]] = Counter()
    for one in json.loads((folder / "crawl_dev.json").read_text(encoding="utf-8")).values():
        data = one["variable_data"][0]
        host = one["domain"].lstrip(".")
        site = parties.host_of(one["first_party_domain"])
        party = parties.party_of(host, site)
        lifetime = None if data["session"] else float(data["expiry"])
        full = ItemFacts(
            name=one["name"], host=host, value=data["value"], lifetime_s=lifetime, http_only=data["http_only"]
        )
        label = CATEGORIES.index(Category(LABELS[one["label"]]))
        for facts in (full, ItemFacts(name=one["name"], host=host)):
            seen[tuple(features_of(facts, party)), label, fold_of(one["name"])] += 1
    with (folder / "cookies_labelled.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["licence"] == "MIT":
                facts = ItemFacts(
                    name=row["name_or_pattern"].replace("*", "12345"), host=row["host_or_domain"]
                )
                label = CATEGORIES.index(Category(row["category4"]))
                for party in (None, Party.FIRST):
                    seen[tuple(features_of(facts, party)), label, fold_of(facts.name)] += 1
    # A name seen on fifty sites is not fifty times as instructive as one seen once.
    return [Example(key[0], key[1], math.sqrt(count), key[2]) for key, count in seen.items()]


def fold_of(name: str) -> int:
    """Hold out by name, so that a name is never judged by a model that has met it on another site."""
    return zlib.crc32(name.encode()) % FOLDS


def train(examples: list[Example]) -> Model:
    """Fit a multinomial logistic regression by stochastic gradient descent."""
    chance = random.Random(SEED)
    counts = Counter(feature for example in examples for feature in example.features)
    known = {feature for feature, count in counts.items() if count >= RAREST}
    size = len(CATEGORIES)
    bias = [0.0] * size
    weights = {feature: [0.0] * size for feature in known}
    order = list(examples)
    for epoch in range(EPOCHS):
        rate = RATE / (1 + 0.1 * epoch)
        chance.shuffle(order)
        for example in order:
            rows = [weights[feature] for feature in example.features if feature in known]
            sums = [bias[at] + sum(row[at] for row in rows) for at in range(size)]
            top = max(sums)
            odds = [math.exp(one - top) for one in sums]
            total = sum(odds)
            for at in range(size):
                step = (
                    rate
                    * example.weight
                    * (odds[at] / total - (at == example.label))
                    / math.sqrt(len(rows) or 1)
                )
                bias[at] -= step
                for row in rows:
                    row[at] -= step + rate * DECAY * row[at]
    kept = {
        feature: tuple(round(one, 2) for one in row)
        for feature, row in sorted(weights.items())
        if max(map(abs, row)) >= SMALLEST
    }
    return Model(categories=CATEGORIES, bias=tuple(round(one, 3) for one in bias), weights=kept)


def fit_temperature(judged: Iterable[tuple[Example, Model]]) -> float:
    """Return the temperature with the least log loss on what the models had not seen."""
    pairs = list(judged)

    def loss(temperature: float) -> float:
        total = 0.0
        for example, model in pairs:
            cool = msgspec.structs.replace(model, temperature=temperature)
            total -= example.weight * math.log(max(1e-9, cool.probabilities(example.features)[example.label]))
        return total

    return min((round(0.5 + 0.1 * step, 1) for step in range(60)), key=loss)


def report(pairs: list[tuple[Example, Model]], temperature: float) -> None:
    """Print what the fallback would do with names that it has not met."""
    print(f"temperature {temperature}; held out by name, every name treated as unknown to the rules")
    for least in (0.0, 0.5, 0.6, 0.7, 0.8):
        said = right = 0.0
        total = sum(example.weight for example, _ in pairs)
        towards = necessary = 0.0
        for example, model in pairs:
            cool = msgspec.structs.replace(model, temperature=temperature)
            probabilities = cool.probabilities(example.features)
            best = max(range(len(CATEGORIES)), key=probabilities.__getitem__)
            is_necessary = CATEGORIES[example.label] is Category.NECESSARY
            necessary += example.weight * is_necessary
            if CATEGORIES[best] is Category.NECESSARY or probabilities[best] < least:
                continue
            said += example.weight
            right += example.weight * (best == example.label)
            towards += example.weight * is_necessary
        print(
            f"  at {least:.1f}: says something of {said / total:.0%}, right of that {right / max(said, 1e-9):.0%}; "
            f"necessary ones called otherwise {towards / necessary:.0%}"
        )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("data", type=Path)
    options.add_argument("--out", type=Path, default=WEIGHTS)
    chosen = options.parse_args()
    examples = read(chosen.data)
    print(f"{len(examples)} examples, {Counter(CATEGORIES[e.label].value for e in examples)}")
    judged: list[tuple[Example, Model]] = []
    for fold in range(FOLDS):
        model = train([example for example in examples if example.group != fold])
        judged.extend((example, model) for example in examples if example.group == fold)
    temperature = fit_temperature(judged)
    report(judged, temperature)
    final = msgspec.structs.replace(
        train(examples),
        temperature=temperature,
        trained_on=f"{len(examples)} labelled examples, MIT-licensed sources",
    )
    chosen.out.write_bytes(msgspec.json.encode(final) + b"\n")
    print(f"{chosen.out}: {len(final.weights)} features, {chosen.out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
