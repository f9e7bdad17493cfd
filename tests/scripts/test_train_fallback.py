from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from consent.model.categories import CATEGORIES, Category
from scanner.classify.facts import ItemFacts
from scanner.classify.fallback import load_model
from scanner.classify.features import features_of

SCRIPT = Path(__file__).parents[2] / "scripts" / "train_fallback.py"


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("train_fallback", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def data(tmp_path: Path) -> Path:
    crawl = {}
    for number in range(12):
        for label, name in ((2, "visitcounter"), (3, "adsync"), (0, "basketid")):
            crawl[f"{number}{name}"] = {
                "name": f"{name}_{'abcdefghijkl'[number]}",
                "domain": ".shop.example",
                "first_party_domain": "http://www.shop.example/",
                "label": label,
                "variable_data": [{"value": "1", "expiry": 60, "session": False, "http_only": False}],
            }
    (tmp_path / "crawl_dev.json").write_text(json.dumps(crawl), encoding="utf-8")
    (tmp_path / "cookies_labelled.csv").write_text(
        "name_or_pattern,host_or_domain,category4,licence\nvisitcounter,,performance,MIT\nsecret,,necessary,Other\n",
        encoding="utf-8",
    )
    return tmp_path


def test_only_rows_under_the_mit_licence_are_read(script: ModuleType, data: Path) -> None:
    examples = script.read(data)
    assert any("w:visitcounter" in example.features for example in examples)
    assert not any("w:secret" in example.features for example in examples)


def test_a_model_is_trained_measured_and_written(
    script: ModuleType, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = data / "weights.json"
    monkeypatch.setattr(sys, "argv", ["train_fallback.py", str(data), "--out", str(out)])
    script.main()
    assert "held out by name" in capsys.readouterr().out
    model = load_model(out)
    features = features_of(ItemFacts(name="adsync_zz", host="shop.example"), None)
    probabilities = model.probabilities(features)
    assert CATEGORIES[probabilities.index(max(probabilities))] is Category.ADVERTISING


def test_a_name_always_falls_into_the_same_fold(script: ModuleType) -> None:
    assert script.fold_of("_ga") == script.fold_of("_ga")
    assert len({script.fold_of(f"name{number}") for number in range(100)}) == script.FOLDS
