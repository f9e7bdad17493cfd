"""Imprint and policy stay in reach."""

from __future__ import annotations

from scanner.banners.model import Link, Look
from scanner.practices.in_reach import judge
from scanner.report import Report
from tests.scanner.banners.made import look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


POLICY = Link(kind="policy", text="Privacy", url="/p")
COVERED = Link(kind="imprint", text="Imprint", url="/i", problem="the banner covers it")


def test_links_that_work_pass() -> None:
    assert verdict(look())[0] == "passed"
    assert verdict(look(links=(POLICY,))) == ("passed", "the policy is in reach; no imprint was seen")


def test_a_covered_imprint_fails_unless_another_link_to_it_works() -> None:
    assert verdict(look(links=(POLICY, COVERED))) == (
        "failed",
        "the imprint cannot be reached: the banner covers it",
    )
    works = Link(kind="imprint", text="Imprint", url="/i", in_banner=True)
    assert verdict(look(links=(POLICY, COVERED, works)))[0] == "passed"


def test_no_policy_at_all_fails_where_its_words_are_known() -> None:
    assert verdict(look(links=()))[0] == "failed"
    assert verdict(look(links=(), language="xx"))[0] == "not measured"
