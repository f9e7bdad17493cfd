from __future__ import annotations

from collections.abc import Awaitable, Callable

from consent.model.categories import ConsentState
from scanner.observations import Crawl
from scanner.report import Signal
from scanner.signals import signals_of
from tests.scanner.conftest import Site
from tests.scanner.test_tcf import bits, core

Run = Callable[..., Awaitable[Crawl]]

STRING = f"{core(purposes=0b11 << 22)}.{bits((1, 3), (4, 16), (0, 1), (0b1010, 4))}"

PAGE = """<script>
window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments) }
gtag('consent', 'default', { ad_storage: 'denied', analytics_storage: 'denied', wait_for_update: 500 });
gtag('js', new Date()); gtag('config', 'G-1');
if (document.cookie.includes('choice=all')) gtag('consent', 'update', { analytics_storage: 'granted' });
window.google_tag_data = { ics: { entries: { ad_user_data: { default: false, update: true } } } };
(function (f, b, e, v, n, t, s) { if (f.fbq) return; n = f.fbq = function () { n.callMethod ? n.callMethod.apply(n, arguments) : n.queue.push(arguments) };
  n.queue = []; n.version = '2.0'; t = b.createElement(e); t.async = true; t.src = v; s = b.getElementsByTagName(e)[0]; s.parentNode.insertBefore(t, s);
  fbq('consent', 'revoke'); fbq('init', '123'); })(window, document, 'script', 'https://connect.meta.example/fbevents.js');
</script><script>
(function (c, l, a, r, i, t, y) { c[a] = c[a] || function () { (c[a].q = c[a].q || []).push(arguments) };
  c.clarity('consentv2', { ad_Storage: 'denied', analytics_Storage: 'granted' });
  t = l.createElement(r); t.async = 1; t.src = 'https://tags.clarity.example/tag/x.js'; y = l.getElementsByTagName(r)[0]; y.parentNode.insertBefore(t, y);
})(window, document, 'clarity', 'script');
</script><script>
window.uetq = window.uetq || []; uetq.push('consent', 'default', { ad_storage: 'denied' });
const bat = document.createElement('script'); bat.src = 'https://bat.bing.example/bat.js'; document.head.append(bat);
window.__tcfapi = (command, version, callback, parameter) => {
  if (command === 'ping') callback({ gdprApplies: true, cmpLoaded: true, cmpStatus: 'loaded', displayStatus: 'visible', cmpId: 300, tcfPolicyVersion: 5 });
  else if (command === 'addEventListener') callback({ listenerId: 1, tcString: 'STRING', eventStatus: 'tcloaded', gdprApplies: true, purpose: { consents: {} } }, true);
  else callback(true);
};
window.__gpp = (command, callback) => callback({ cmpStatus: 'loaded', signalStatus: 'ready', applicableSections: [7], supportedAPIs: ['7:usnat'], gppString: 'DBABLA~BVQqAAAAAgA.QA' });
window.__uspapi = () => { throw new Error('broken') };
</script>""".replace("STRING", STRING)


async def test_each_interface_is_read_even_where_its_script_empties_the_queue(
    site: Site, run_crawl: Run
) -> None:
    site.page("/", PAGE)
    site.add(
        "connect.meta.example",
        "/fbevents.js",
        "fbq.callMethod = () => {}; fbq.queue = []; fbq.version = '2.9'",
    )
    site.add("tags.clarity.example", "/tag/x.js", "clarity = Object.assign(() => {}, { v: '0.8.1' })")
    site.add(
        "bat.bing.example",
        "/bat.js",
        "uetq = { uetConfig: { consent: { enabled: true, adStorageAllowed: false } } }",
    )

    crawl = await run_crawl()

    assert crawl.tool["notes"] == []
    found: dict[str, Signal] = {one.api: one for one in signals_of(crawl.observations)}
    google = found["google_consent_mode"].values
    assert google["default"] == {
        "ad_storage": "denied",
        "analytics_storage": "denied",
        "ad_user_data": "denied",
    }
    assert google["now"] == {"ad_storage": "denied", "analytics_storage": "denied", "ad_user_data": "granted"}
    assert "default_after_tag" not in google
    tcf = found["tcf"].values
    assert (tcf["purposes"], tcf["disclosed"], tcf["status"], tcf["event"]) == (
        [1, 2],
        2,
        "loaded",
        "tcloaded",
    )
    assert tcf["faults"] == []
    assert found["gpp"].values["sections"] == ["usnat"]
    assert found["gpp"].values["decoded"]["usnat"]["sale"] == "did not opt out"
    assert found["data_layer"].values["layers"] == ["dataLayer"]
    assert found["meta_pixel"].values["calls"] == ["consent revoke", "init"]
    assert found["meta_pixel"].values["now"] == {"consent": "denied"}
    assert found["microsoft_clarity"].values["now"] == {
        "ad_Storage": "denied",
        "analytics_Storage": "granted",
    }
    assert found["microsoft_uet"].values["now"] == {"ad_storage": "denied"}
    assert found["us_privacy"].state is ConsentState.BEFORE


async def test_interfaces_that_hang_throw_or_lie_cost_bounded_time_and_text(
    site: Site, run_crawl: Run
) -> None:
    site.page(
        "/",
        """<script>
        window.dataLayer = new Proxy([], { get(target, key) { if (key === 'length') return 1e9; throw new Error('mine') } });
        window.__tcfapi = (command, version, callback) => { if (command === 'ping') callback({ cmpStatus: 'x'.repeat(1e6) }) };
        window.__gpp = () => {};
        window.fbq = new Proxy(() => {}, { get() { throw new Error('mine') } });
        Object.defineProperty(window, 'uetq', { get() { throw new Error('mine') } });
        window.JSON = { stringify: JSON.stringify, parse: () => { throw new Error('mine') } };
        for (let i = 0; i < 2000; i += 1) document.head.append(document.createElement('script'));
        document.cookie = 'still=1; path=/';
        </script>""",
    )

    crawl = await run_crawl()

    assert crawl.visits[0].status == "ok"
    assert {one.name for one in crawl.observations if one.kind == "cookie"} == {"still"}
    (tcf,) = [one for one in signals_of(crawl.observations) if one.api == "tcf"]
    assert len(tcf.values["status"]) <= 80
