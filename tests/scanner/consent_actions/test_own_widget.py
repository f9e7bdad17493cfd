"""Our own banner, rebuilt here as the contract says: open shadow root, marked buttons, the consent cookie."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from consent.model.categories import ConsentState
from scanner.observations import Crawl
from tests.scanner.conftest import START, Site, observed

Run = Callable[..., Awaitable[Crawl]]

WIDGET = """
<consentry-banner></consentry-banner><consentry-reopen></consentry-reopen>
<script>
const decided = () => /(?:^|; )consentry=/.test(document.cookie);
const granted = () => decided() && decodeURIComponent(document.cookie).includes('"c":"nfpa"');
const banner = document.querySelector('consentry-banner'), reopen = document.querySelector('consentry-reopen');
banner.attachShadow({mode: 'open'}); reopen.attachShadow({mode: 'open'});
const load = () => { const s = document.createElement('script'); s.src = 'https://ads.track.example/ad.js'; document.head.append(s) };
const decide = (letters) => {
  const value = encodeURIComponent(JSON.stringify({v: 1, id: 'x', n: '0', t: 1, c: letters, r: ''}));
  STORE;
  draw(); if (letters.length > 1) load();
};
function draw(open = !decided()) {
  banner.shadowRoot.innerHTML = open ? `<div style="position:fixed;bottom:0"><button data-consentry-action="reject">Reject</button>
    <button data-consentry-action="accept">Accept</button></div>` : '';
  reopen.shadowRoot.innerHTML = open ? '' : `<button data-consentry-action="reopen">Cookies</button>`;
  for (const b of banner.shadowRoot.querySelectorAll('button')) b.onclick = () => decide(b.dataset.consentryAction === 'accept' ? 'nfpa' : 'n');
  for (const b of reopen.shadowRoot.querySelectorAll('button')) b.onclick = () => draw(true);
}
draw(); if (granted()) load();
</script>"""
STORE = "document.cookie = 'consentry=' + value + '; Path=/; Secure; SameSite=Lax; Max-Age=15552000'"


def shop(site: Site, store: str = STORE) -> None:
    site.page("/", f'<a href="/tea">tea</a>{WIDGET.replace("STORE", store)}')
    site.page("/tea", WIDGET.replace("STORE", store))
    site.add(
        "ads.track.example",
        "/ad.js",
        "document.cookie = 'ad=1; path=/'; new Image().src = 'https://ads.track.example/p.gif'",
    )
    site.add(
        "ads.track.example",
        "/p.gif",
        b"GIF89a",
        Set_Cookie="IDE=1; Path=/; Secure; SameSite=None; Max-Age=1000",
    )


async def test_each_state_is_reached_by_the_real_buttons_and_proved_by_the_cookie(
    site: Site, run_crawl: Run
) -> None:
    shop(site)

    crawl = await run_crawl(states=tuple(ConsentState), pages=2)

    passes = {one.state: one for one in crawl.passes}
    assert list(passes) == list(ConsentState)
    assert all(one.applied for one in crawl.passes), crawl.passes
    for state in (ConsentState.REJECT, ConsentState.ACCEPT, ConsentState.WITHDRAW):
        assert (passes[state].method, passes[state].banner_found) == ("own_widget", True)
        assert "the banner is gone" in passes[state].evidence
    assert (
        "cookie consentry grants advertising, functionality, performance"
        in passes[ConsentState.ACCEPT].evidence
    )
    assert "cookie consentry grants nothing optional" in passes[ConsentState.WITHDRAW].evidence
    assert passes[ConsentState.GPC].method == "signal"

    def states_with(name: str) -> set[ConsentState]:
        return {seen.state for seen in crawl.observations if seen.kind == "cookie" and seen.name == name}

    assert states_with("IDE") == {ConsentState.ACCEPT, ConsentState.WITHDRAW}
    assert states_with("consentry") == {ConsentState.REJECT, ConsentState.ACCEPT, ConsentState.WITHDRAW}
    accepted = observed(crawl, "cookie", "ad", state=ConsentState.ACCEPT)
    assert accepted.after_action
    assert accepted.page == START
    withdrawn = observed(crawl, "cookie", "IDE", state=ConsentState.WITHDRAW)
    assert not withdrawn.after_action, "set while consent held"
    assert withdrawn.details["in_jar"], "and it survives the withdrawal"
    tracker_after_withdrawal = [
        seen
        for seen in crawl.observations
        if seen.state is ConsentState.WITHDRAW and seen.host == "ads.track.example" and seen.after_action
    ]
    assert tracker_after_withdrawal == []


async def test_a_click_whose_choice_is_not_stored_is_no_outcome(
    site: Site, run_crawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.consent_actions.CONFIRM_S", 0.5)
    shop(site, store="window.ignored = value; banner.remove()")

    crawl = await run_crawl(states=(ConsentState.BEFORE, ConsentState.REJECT), pages=1)

    rejected = crawl.passes[1]
    assert not rejected.applied
    assert rejected.banner_found
    assert (
        rejected.reason
        == "clicked reject in the Consentry banner, but the consent cookie does not hold the choice"
    )
    assert [visit.status for visit in crawl.visits] == ["ok", "ok"]
