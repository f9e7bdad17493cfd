"""Real scans of the site with planted violations, held to its table of truth: nothing missed, nothing invented."""

from __future__ import annotations

import difflib
import json
from collections.abc import AsyncIterator, Sequence

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


@pytest.fixture
async def world() -> AsyncIterator[PlantedWorld]:
    async with PlantedWorld() as opened:
        yield opened


async def scan(world: PlantedWorld, states: Sequence[ConsentState], pages: int = 20) -> Report:
    plan = CrawlPlan(
        site="fernhill",
        start_url=world.url,
        pages=pages,
        states=tuple(states),
        dwell_s=0.0,
        resolve=tuple(world.resolve),
        ignore_certificate_errors=True,
    )
    seen = await crawl(plan)
    return report_of(
        seen,
        Site(id="fernhill", url=world.url),
        Classifier(Knowledge.load(), site_host="www.fernhill.example"),
    )


async def test_a_scan_tells_the_whole_truth_of_every_state_twice(world: PlantedWorld) -> None:
    first = await scan(world, STATES)
    assert {one.state: one.applied for one in first.passes} == dict.fromkeys(STATES, True)
    verdict = judge(first, states=STATES)
    assert verdict.is_perfect, verdict
    assert [hit.url for hit in world.hits if hit.status >= 400] == []
    asked = {page.url for page in first.pages}
    assert not any("/private/" in url for url in asked), "robots.txt closes it"

    again = comparable(await scan(world, STATES))
    assert again == comparable(first), difference(comparable(first), again)


async def test_a_button_that_does_nothing_is_no_refusal_and_no_verdict(world: PlantedWorld) -> None:
    world.house.deaf = True
    report = await scan(world, (ConsentState.BEFORE, ConsentState.REJECT), pages=1)
    refused = pass_of(report, ConsentState.REJECT)
    assert refused is not None
    assert (refused.banner_found, refused.applied) == (True, False)
    assert "the banner is still there" in refused.reason
    told = {(one.rule, one.subject, one.state) for one in report.findings}
    assert (DEAF.rule, DEAF.subject, DEAF.state) in told
    assert not any(rule == "after-reject" for rule, _, _ in told)


def difference(one: object, other: object) -> str:
    texts = [json.dumps(report, indent=1, sort_keys=True).splitlines() for report in (one, other)]
    return "\n".join(list(difflib.unified_diff(*texts, lineterm="", n=6))[:200])
