from __future__ import annotations

from pathlib import Path

from consent.model.categories import ConsentState
from consent.model.sites import ScanSettings, Site
from scanner.scanning import plan_of

SITE = Site(
    id="larkspur",
    url="https://www.larkspur.example/",
    hosts=("pay.example",),
    policy_url="https://www.larkspur.example/privacy",
    scan=ScanSettings(
        pages=7, exclude=("*/logout*",), resolve=("*=127.0.0.1",), ignore_certificate_errors=True
    ),
)


def test_a_plan_says_what_the_sites_settings_say(tmp_path: Path) -> None:
    plan = plan_of(SITE, tmp_path)
    assert (plan.site, plan.start_url, plan.pages) == ("larkspur", SITE.url, 7)
    assert (plan.exclude, plan.own_hosts, plan.resolve) == (
        ("*/logout*",),
        ("pay.example",),
        ("*=127.0.0.1",),
    )
    assert plan.ignore_certificate_errors
    assert plan.audit_banner
    assert plan.policy_url == "https://www.larkspur.example/privacy"
    assert plan.screenshots == tmp_path / "screenshots"


def test_what_is_given_instead_takes_its_place_and_what_is_empty_does_not(tmp_path: Path) -> None:
    states = (ConsentState.BEFORE, ConsentState.GPC)
    plan = plan_of(
        SITE, tmp_path, pages=None, states=states, exclude=(), respect_robots=False, audit_banner=False
    )
    assert (plan.pages, plan.states, plan.exclude) == (7, states, ("*/logout*",))
    assert not plan.respect_robots
    assert not plan.audit_banner
