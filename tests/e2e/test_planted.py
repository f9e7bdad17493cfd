"""Real scans of the site with planted violations, held to its table of truth: nothing missed, nothing invented."""

from __future__ import annotations

import difflib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from consent.model.categories import ConsentState
from consent.model.sites import Site
from scanner.classify import Classifier
from scanner.crawl import CrawlPlan, crawl
from scanner.demo.planted import DEAF, PlantedWorld
from scanner.demo.planted.verdict import comparable, judge
from scanner.evidence import pass_of
from scanner.knowledge import Knowledge
from scanner.pipeline import report_of
from scanner.report import Report

STATES = tuple(ConsentState)
REJECT = ConsentState.REJECT


@pytest.fixture
async def world() -> AsyncIterator[PlantedWorld]:
    async with PlantedWorld() as opened:
        yield opened


async def scan(world: PlantedWorld, states: Sequence[ConsentState], **more: Any) -> Report:
    plan: dict[str, Any] = {
        "site": "fernhill",
        "start_url": world.url,
        "states": tuple(states),
        "dwell_s": 0.0,
        "resolve": tuple(world.resolve),
        "ignore_certificate_errors": True,
    }
    seen = await crawl(CrawlPlan(**(plan | more)))
    return report_of(
        seen,
        Site(id="fernhill", url=world.url),
        Classifier(Knowledge.load(), site_host="www.fernhill.example"),
    )


@pytest.mark.timeout(300)  # 55 page loads: a busy machine takes its time
async def test_a_scan_tells_the_whole_truth_of_every_state(world: PlantedWorld) -> None:
    report = await scan(world, STATES)
    assert {one.state: one.applied for one in report.passes} == dict.fromkeys(STATES, True)
    verdict = judge(report, states=STATES)
    assert verdict.is_perfect, verdict
    assert [hit.url for hit in world.hits if hit.status >= 400] == []
    assert not any("/private/" in page.url for page in report.pages), "robots.txt closes it"


async def test_two_scans_give_the_same_report(world: PlantedWorld) -> None:
    some = {"include": ("/", "/rooms", "/about", "/contact", "/journal"), "sitemaps": False}
    one, other = [comparable(await scan(world, (REJECT,), **some)) for _ in range(2)]
    assert one == other, difference(one, other)
    assert len(one["pages"]) == 5


async def test_a_button_that_does_nothing_is_no_refusal_and_no_verdict(world: PlantedWorld) -> None:
    world.house.deaf = True
    report = await scan(world, (REJECT,), pages=1)
    refused = pass_of(report, REJECT)
    assert refused is not None
    assert (refused.banner_found, refused.applied) == (True, False)
    assert "the banner is still there" in refused.reason
    told = {(one.rule, one.subject, one.state) for one in report.findings}
    assert (DEAF.rule, DEAF.subject, DEAF.state) in told
    assert not any(rule == "after-reject" for rule, _, _ in told)


def difference(one: object, other: object) -> str:
    texts = [json.dumps(report, indent=1, sort_keys=True).splitlines() for report in (one, other)]
    return "\n".join(list(difflib.unified_diff(*texts, lineterm="", n=6))[:200])
