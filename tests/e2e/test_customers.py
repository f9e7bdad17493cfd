"""Five customers' sites scanned in Chromium, each set against its policy: what is named is found, and so is each deviation.

The policies that the sites were made after are no part of the repository: they are read from the folder that
``CONSENTRY_SEEDS`` names, else from ``shared/seeds`` beside it. Our own policies of the same sites are always read.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from consent.model.sites import Site
from scanner.classify import Classifier
from scanner.crawl import CrawlPlan, crawl
from scanner.demo.customers import Customer, CustomersWorld, customers
from scanner.knowledge import Knowledge
from scanner.pipeline import report_of
from scanner.policy import Audit, Document, audit, read
from scanner.policy.seen import seen_of
from scanner.policy.told import with_policy
from scanner.report import Finding, Report
from scanner.reports.html_report import render

SEEDS = Path(os.environ.get("CONSENTRY_SEEDS") or Path(__file__).parents[3] / "shared" / "seeds")

pytestmark = pytest.mark.timeout(300)  # 18 page loads: a busy machine takes its time


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """Return the report on each customer's site, by its id."""
    return asyncio.run(scan_all())


async def scan_all() -> dict[str, Report]:
    found = {}
    async with CustomersWorld() as world:
        for customer in customers():
            plan = CrawlPlan(
                site=customer.id,
                start_url=customer.url,
                states=customer.states,
                dwell_s=0.0,
                resolve=tuple(world.resolve),
                ignore_certificate_errors=True,
                sitemaps=False,
                audit_banner=False,
                policy_url=f"{customer.url}privacy",
            )
            seen = await crawl(plan)
            report = report_of(
                seen,
                Site(id=customer.id, url=customer.url),
                Classifier(Knowledge.load(), site_host=customer.host),
            )
            found[customer.id] = with_policy(report, seen.policy)
        assert [hit.url for hit in world.hits if hit.status >= 400] == []
    return found


def seed_of(customer: Customer) -> Document:
    files = sorted(SEEDS.glob(f"{customer.seed}*.txt")) if SEEDS.is_dir() else []
    if not files:
        pytest.skip(f"{SEEDS} has no policy {customer.seed}*.txt; CONSENTRY_SEEDS names another folder")
    return read.read_file(files[0])


def own_of(customer: Customer) -> Document:
    return read.document_of(customer.policy.encode(), source=f"{customer.id}.txt")


EACH = pytest.mark.parametrize("customer", customers(), ids=lambda customer: customer.id)
BOTH = pytest.mark.parametrize("policy_of", [own_of, seed_of], ids=["own", "seed"])


def subjects(done: Audit, rule: str) -> list[str]:
    return sorted(finding.subject for finding in done.findings if finding.rule == rule)


@EACH
def test_the_site_was_seen_whole_in_each_of_its_states(
    reports: dict[str, Report], customer: Customer
) -> None:
    report = reports[customer.id]
    assert [one.state for one in report.passes if one.applied] == list(customer.states)
    assert {page.url.removeprefix(customer.url) for page in report.pages if page.status == "ok"} == {
        "",
        "contact",
        "privacy",
    }


@EACH
@BOTH
def test_a_policy_is_held_to_its_site(
    reports: dict[str, Report], customer: Customer, policy_of: object
) -> None:
    document = seed_of(customer) if policy_of is seed_of else own_of(customer)
    report = reports[customer.id]
    done = audit(document, report)
    # named: each vendor, and none besides
    assert sorted(one.name for one in done.vendors) == sorted(one.name for one in customer.vendors)
    assert {one.role for one in done.vendors} <= {"used"}
    # declared and found, in the right category
    seen = {one.label: one.category for one in seen_of(report, Knowledge.load())}
    declared = {label: kind for vendor in customer.vendors for label, kind in vendor.services.items()}
    assert {label: seen.get(label) for label in declared} == declared
    # found and not declared; declared and not found
    undeclared = [one.subject for one in customer.deviations if one.rule == "policy-undeclared-vendor"]
    assert subjects(done, "policy-undeclared-vendor") == sorted([*undeclared, *customer.companions])
    assert set(seen) == {*declared, *undeclared, *customer.companions}
    assert subjects(done, "policy-not-found-vendor") == sorted(customer.unseen)
    # claimed and not so
    claims = customer.own_contradicted if policy_of is own_of else customer.contradicted
    told = subjects(done, "policy-contradicted")
    assert len(told) == len(claims)
    assert all(any(claim in subject for subject in told) for claim in claims)
    # each deviation with its proof, and no finding without the words that it is about
    assert len(customer.deviations) == 2
    for deviation in customer.deviations:
        (finding,) = (
            one for one in done.findings if one.rule == deviation.rule and deviation.subject in one.subject
        )
        assert deviation.proof in ["", *evidence_of(finding, report)]
    assert [one.title for one in done.findings if not is_quoted(one, document)] == []


def evidence_of(finding: Finding, report: Report) -> set[str]:
    """Return the names of the items that a finding rests on; its evidence has them as patterns."""
    told = finding.evidence.get("names", ())
    return {item.name for item in report.items if (item.pattern or item.name) in told}


@EACH
def test_the_report_has_the_policy_that_the_site_publishes(
    reports: dict[str, Report], customer: Customer
) -> None:
    policy = reports[customer.id].policy
    assert policy is not None
    assert (policy.source, policy.media, policy.error) == (f"{customer.url}privacy", "html", "")
    told = {(one.rule, one.subject) for one in policy.findings}
    for deviation in customer.deviations:
        assert any(rule == deviation.rule and deviation.subject in subject for rule, subject in told), (
            deviation.what
        )
    page = render(reports[customer.id]).decode()
    assert '<a href="#policy">' in page
    assert all(
        one.quote.text[:80].replace("&", "&amp;").replace('"', "&#34;").replace("'", "&#39;") in page
        for one in policy.vendors
        if one.quote
    )


def is_quoted(finding: Finding, document: Document) -> bool:
    words = document.text[finding.evidence["start"] : finding.evidence["end"]]
    return bool(words.strip()) and " ".join(words.split()) == finding.evidence["quote"]
