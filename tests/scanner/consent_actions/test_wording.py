"""Banners of other makes, found by what their buttons say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from consent.model.categories import ConsentState
from scanner.consent_actions.wording import is_about_consent, meaning_of
from scanner.observations import Crawl, StatePass
from tests.scanner.conftest import Site

Run = Callable[..., Awaitable[Crawl]]
STATES = (ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Accept all", "accept"),
        ("That's ok", "accept"),
        ("I decline", "reject"),
        ("Continue without accepting →", "reject"),
        ("Accept only necessary cookies", "reject"),
        ("Reject all & close ✕", "reject"),
        ("Manage preferences", "settings"),
        ("Save my choices", "save"),
        ("Alle akzeptieren", "accept"),
        ("Nur notwendige Cookies", "reject"),
        ("Tout refuser", "reject"),
        ("J\u2019accepte", "accept"),
        ("Rechazar todas", "reject"),
        ("Rifiuta tutti", "reject"),
        ("Alleen noodzakelijke cookies", "reject"),
        ("Recusar tudo", "reject"),
        ("Zaakceptuj wszystkie", "accept"),
        ("Endast nödvändiga kakor", "reject"),
        ("Kun nødvendige", "reject"),
        ("Hylkää kaikki", "reject"),
        ("Odmítnout vše", "reject"),
        ("Összes elutasítása", "reject"),
        ("Отклонить все", "reject"),
        ("すべて拒否", "reject"),
        ("全部接受", "accept"),
        ("모두 거부", "reject"),
        ("رفض الكل", "reject"),
    ],
)
def test_a_button_is_understood_in_its_language(text: str, meaning: str) -> None:
    found = meaning_of(text)
    assert found is not None
    assert found[0] == meaning


@pytest.mark.parametrize(
    "text", ["Add to basket", "Subscribe", "Read our story about tea", "", "✕", "Log in"]
)
def test_other_buttons_say_nothing_about_consent(text: str) -> None:
    assert meaning_of(text) is None


def test_a_box_is_about_consent_by_its_words_or_its_markup() -> None:
    assert is_about_consent("We use cookies to measure our audience")
    assert is_about_consent("Wir schätzen Ihre Privatsphäre", hint=True)
    assert not is_about_consent("Join our newsletter; see our privacy policy")


BOX = """<div id="box" style="position:fixed;bottom:0;left:0;right:0;background:#eee">
<p>Wir verwenden Cookies.</p><button id="no">Alle ablehnen</button><button id="yes">Alle akzeptieren</button></div>
<script>if (document.cookie.includes('choice=')) box.remove();
const set = (value) => { document.cookie = `choice=${value}; max-age=1000; path=/`; box.remove() };
no.onclick = () => set('no'); yes.onclick = () => { set('yes'); new Image().src = 'https://px.ads.example/a.gif' };</script>"""

SHADOW = """<cmp-host></cmp-host><script>
const root = document.querySelector('cmp-host').attachShadow({mode: 'open'});
if (!localStorage.getItem('cmp')) root.innerHTML = `<div style="position:fixed;top:0">This site asks for consent to tracking.
<a role="button" href="#">Decline</a> <a role="button" href="#">Agree</a></div>`;
for (const link of root.querySelectorAll('a')) link.onclick = () => { localStorage.setItem('cmp', link.textContent); root.innerHTML = '' };
</script>"""

SECOND_LAYER = """<div id="box" class="cookie-box" style="position:fixed;bottom:0"><p>We value your privacy and use cookies</p>
<button id="ok">Got it</button><button id="more">Settings</button>
<div id="layer" hidden><label><input id="a" type="checkbox" checked> Ads</label><label><input type="checkbox" checked disabled> Needed</label>
<button id="save">Save preferences</button></div></div>
<script>const done = (value) => { document.cookie = `c=${value}; path=/`; box.remove() };
if (document.cookie.includes('c=')) box.remove(); more.onclick = () => layer.hidden = false;
ok.onclick = () => done('all'); save.onclick = () => done(a.checked ? 'all' : 'none')</script>"""

FRAMED = """<iframe src="/cmp" style="position:fixed;bottom:0;left:0;width:600px;height:200px" id="f"></iframe>
<script>onmessage = (e) => { if (e.data) { document.cookie = 'cmp=' + e.data; f.remove() } }; if (document.cookie.includes('cmp=')) f.remove()</script>"""

NEWSLETTER = """<div style="position:fixed;top:0" id="n">Get news by mail. See our privacy policy.
<button onclick="document.cookie='news=no'; n.remove()">No thanks</button></div>"""


async def passes(site: Site, run_crawl: Run, body: str) -> tuple[StatePass, StatePass, Crawl]:
    site.page("/", body)
    site.page(
        "/cmp",
        "We use cookies <button onclick=\"parent.postMessage('no','*')\">Reject all</button><button onclick=\"parent.postMessage('yes','*')\">Accept all</button>",
    )
    site.add("px.ads.example", "/a.gif", b"GIF89a", Set_Cookie="ide=1; Path=/; Secure; SameSite=None")
    crawl = await run_crawl(states=STATES, pages=1)
    return crawl.passes[1], crawl.passes[2], crawl


async def test_a_banner_in_another_language_is_refused_and_accepted(site: Site, run_crawl: Run) -> None:
    rejected, accepted, crawl = await passes(site, run_crawl, BOX)
    assert rejected.applied
    assert rejected.evidence == (
        "clicked 'Alle ablehnen'",
        "the banner is gone",
        "changed: cookie choice (www.shop.example)",
    )
    assert accepted.applied
    assert accepted.method == "wording"
    assert [
        seen.state for seen in crawl.observations if seen.host == "px.ads.example" and seen.kind == "cookie"
    ] == [ConsentState.ACCEPT]


async def test_a_banner_in_an_open_shadow_root_is_found(site: Site, run_crawl: Run) -> None:
    rejected, accepted, _ = await passes(site, run_crawl, SHADOW)
    assert rejected.applied
    assert "changed: localStorage cmp (https://www.shop.example)" in rejected.evidence
    assert accepted.applied


async def test_a_refusal_on_the_second_layer_unticks_what_was_ticked(site: Site, run_crawl: Run) -> None:
    rejected, accepted, crawl = await passes(site, run_crawl, SECOND_LAYER)
    assert rejected.applied
    assert (
        rejected.evidence[0] == "clicked 'Settings', then unticked 1 box(es) and clicked 'Save preferences'"
    )
    assert {seen.state: seen.value for seen in crawl.observations if seen.name == "c"} == {
        ConsentState.REJECT: "none",
        ConsentState.ACCEPT: "all",
    }
    assert accepted.applied


async def test_a_banner_in_a_frame_of_the_site_is_found(site: Site, run_crawl: Run) -> None:
    rejected, accepted, _ = await passes(site, run_crawl, FRAMED)
    assert rejected.applied
    assert accepted.applied


async def test_a_newsletter_box_is_no_consent_banner(
    site: Site, run_crawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.consent_actions.APPEAR_S", 0.5)
    rejected, accepted, _ = await passes(site, run_crawl, NEWSLETTER)
    for one in (rejected, accepted):
        assert (one.applied, one.banner_found) == (False, False)
        assert one.reason == "no consent banner was found on https://www.shop.example/"
