"""Alerts and dashboard: their queries parse, and ask for what /metrics really tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from consent.web.limits import limits_of
from tests.consent.factories import body, client_of, published, settings
from tests.deploy.test_images import DEPLOY

OF_PROMETHEUS = {"up"}
OF_SCRAPING = {"job", "instance"}
RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
QUERIES = [rule["expr"] for rule in ALERTS] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]
]


def parts(node: Any) -> Iterator[Any]:
    """The node and what is below it."""
    yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        inner = getattr(node, name, None)
        if inner is not None:
            yield from parts(inner)
    for inner in getattr(node, "args", None) or ():
        yield from parts(inner)


def selectors(query: str) -> list[Any]:
    parsed = promql_parser.parse(query.replace("$job", "consentry"))
    return [node for node in parts(parsed) if isinstance(node, promql_parser.VectorSelector)]


async def exposed(tmp_path: Path) -> dict[str, set[str]]:
    """Each sample's name and the labels that it has, after a request and an event."""
    async with published(tmp_path) as (store, version), client_of(store) as client:
        await client.post("/v1/consent", json=body(version))
        text = await (await client.get("/metrics")).text()
        text = await (await client.get("/metrics")).text()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


async def test_every_metric_and_label_that_is_asked_for_is_one_that_the_server_tells(tmp_path: Path) -> None:
    metrics = await exposed(tmp_path)
    for query in QUERIES:
        asked = selectors(query)
        assert asked, query
        for selector in asked:
            assert selector.name in metrics or selector.name in OF_PROMETHEUS, f"{selector.name} in {query}"
            labels = {matcher.name for matcher in selector.matchers.matchers}
            assert labels <= metrics.get(selector.name, set()) | OF_SCRAPING, query


@pytest.mark.parametrize("metric", ["consentry_events_total", "consentry_http_requests_limited_total"])
async def test_the_dashboard_shows_what_there_is(tmp_path: Path, metric: str) -> None:
    assert metric in await exposed(tmp_path)
    assert any(metric in query for query in QUERIES)


def test_the_values_that_alerts_look_for_exist() -> None:
    limits = set(limits_of(settings().server))
    wanted = {
        name
        for query in QUERIES
        for value in re.findall(r'limit=~?"([^"]+)"', query)
        for name in value.split("|")
    }
    assert wanted
    assert wanted <= limits
    outcomes = {value for query in QUERIES for value in re.findall(r'outcome="([^"]+)"', query)}
    assert outcomes <= {"appended", "repeated", "refused"}


def test_an_alert_says_how_bad_it_is_what_is_wrong_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
    for rule in ALERTS:
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description"}
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}


def test_the_panels_lie_beside_each_other_and_each_explains_itself() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        assert panel["title"]
        assert panel["description"]
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
