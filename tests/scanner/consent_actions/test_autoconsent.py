"""Banners of known makes, whose buttons say nothing that a list of words would know."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from consent.model.categories import ConsentState
from scanner.consent_actions import autoconsent
from scanner.observations import Crawl, StatePass
from tests.scanner.conftest import Site

Run = Callable[..., Awaitable[Crawl]]
STATES = (ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT)

MADE = """<h1>Tea</h1><div id="cc-main"><div class="cm-wrapper" style="position:fixed;bottom:0"><div class="cm">
<p>Biscuits?</p><button class="cm__btn" data-role="all">Yum</button>
<button class="cm__btn" data-role="necessary">Meh</button></div></div></div>
<script src="/cmp.js"></script>"""
"""What vanilla-cookieconsent's rule looks for: its names of elements, with texts that mean nothing."""

SCRIPT = """for (const button of document.querySelectorAll(".cm__btn")) button.addEventListener("click", () => {
  document.cookie = "cc_cookie=" + button.dataset.role + "; path=/; max-age=999";
  document.querySelector(".cm-wrapper").remove();
});
if (document.cookie.includes("cc_cookie=")) document.querySelector(".cm-wrapper")?.remove();"""


def passes(crawl: Crawl) -> dict[str, StatePass]:
    return {one.state.value: one for one in crawl.passes}


async def test_a_known_banner_is_answered_by_its_rule_under_a_strict_policy(
    site: Site, run_crawl: Run
) -> None:
    site.page("/", MADE, Content_Security_Policy="script-src 'self'")
    site.add("www.shop.example", "/cmp.js", SCRIPT)
    found = passes(await run_crawl(states=STATES))
    for state, verb in (("reject", "out"), ("accept", "in")):
        one = found[state]
        assert one.applied, one.reason
        assert one.method == "autoconsent"
        assert one.evidence[0] == f"opted {verb} by autoconsent's rule cookieconsent3"
        assert any("cc_cookie" in proof for proof in one.evidence)
    choices = {
        cookie
        for _, _, headers in site.requests
        for cookie in headers.get("Cookie", "").split("; ")
        if cookie.startswith("cc_cookie=")
    }
    assert choices == {"cc_cookie=all", "cc_cookie=necessary"}


async def test_a_known_banner_that_stays_or_stores_nothing_is_not_answered(
    site: Site, run_crawl: Run
) -> None:
    site.page("/", MADE)
    site.add("www.shop.example", "/cmp.js", "/* no handler */")
    one = passes(await run_crawl(states=(ConsentState.BEFORE, ConsentState.REJECT)))["reject"]
    assert not one.applied
    assert one.banner_found
    assert one.method == "autoconsent"
    assert "the banner is still there" in one.reason


async def test_where_a_rule_fails_the_words_of_the_buttons_help(
    site: Site, run_crawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autoconsent, "_ACT_S", 0.5)
    plain = MADE.replace('class="cm__btn"', 'class="other"').replace("Biscuits?", "We use cookies.")
    site.page("/", plain.replace("Yum", "Accept all").replace("Meh", "Reject all"))
    site.add("www.shop.example", "/cmp.js", SCRIPT.replace(".cm__btn", ".other"))
    one = passes(await run_crawl(states=(ConsentState.BEFORE, ConsentState.REJECT)))["reject"]
    assert one.applied, one.reason
    assert one.evidence[0].startswith("autoconsent's rule cookieconsent3 could not opt out, then clicked")


@pytest.mark.parametrize(
    ("url", "named"), [("https://www.shop.example/", False), ("https://www.tesla.com/", True)]
)
def test_only_rules_for_the_address_are_handed_over_and_none_that_only_hides(url: str, named: bool) -> None:
    rules = json.loads(autoconsent._rules_for(url))
    assert any("urlPattern" in rule.get("runContext", {}) for rule in rules) is named
    assert "cookieconsent3" in {rule["name"] for rule in rules}
    assert not any(rule.get("cosmetic") for rule in rules)
    assert 200 < len(rules) < 400
