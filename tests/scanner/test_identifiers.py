"""Which values identify, and where they travel: by themselves, and in real Chromium."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from aiohttp import web

from consent.model.categories import ConsentState
from consent.model.sites import Site as SiteSettings
from scanner.classify import Classifier
from scanner.identifiers import Found, identifiers_of, is_identifying
from scanner.knowledge import Knowledge
from scanner.observations import Crawl, Observation
from scanner.pipeline import report_of
from tests.scanner.conftest import SHOP, START, Site

Run = Callable[..., Awaitable[Crawl]]
CLASSIFIER = Classifier(Knowledge.load(), site_host=SHOP)
BEFORE, GPC = ConsentState.BEFORE, ConsentState.GPC


@pytest.mark.parametrize(
    "word",
    [
        "7f0c1c1e-9c0e-4a2f-8a5f-3f0a9d1b7c22",
        "0f3ab9c2d417",
        "1234598760",
        "AHWqTUmb9Xc2kPz",
        "IDE_9fK2mQ7zLwXy4t",
    ],
)
def test_random_values_identify(word: str) -> None:
    assert is_identifying(word)


@pytest.mark.parametrize(
    "word",
    ["", "en-GB", "accepted", "notification", "1700000001", "1700000001123", "20261124", "20261124T101500", "11111111111",
     "necessary-only", "EuropeBerlin", "GA1", "abc123", "x" * 300],
)  # fmt: skip
def test_dates_words_flags_and_short_values_do_not(word: str) -> None:
    assert not is_identifying(word)


def stored(value: str, state: ConsentState = BEFORE, **fields: Any) -> Observation:
    given: dict[str, Any] = {
        "kind": "cookie",
        "name": "uid",
        "host": "ads.example",
        "details": {"in_jar": True},
    }
    return Observation(state=state, page=START, value=value, **(given | fields))


def sent(url: str, state: ConsentState = BEFORE, **fields: Any) -> Observation:
    given: dict[str, Any] = {"kind": "request", "host": url.partition("://")[2].partition("/")[0]}
    return Observation(name=url, state=state, page=START, **(given | fields))


def found(*seen: Observation) -> Found:
    return identifiers_of(seen, (), CLASSIFIER, site_host=SHOP)


VALUE = "AHWqTUmb9Xc2kPzR"


def test_a_value_that_two_clean_browsers_share_is_no_identifier() -> None:
    same = found(stored(VALUE), stored(VALUE, GPC), sent(f"https://t.partner.example/?u={VALUE}"))
    assert (same.items, same.sharing) == (set(), ())
    differing = found(
        stored(VALUE), stored("Zq81kLmW03bNnVcX", GPC), sent(f"https://t.partner.example/?u={VALUE}")
    )
    assert differing.items == {("cookie", "uid", "ads.example")}
    (entry,) = differing.sharing
    assert (entry.owner, entry.to, entry.synced, entry.state) == (
        "ads.example",
        "partner.example",
        True,
        BEFORE,
    )


def test_values_travel_only_within_their_own_state_and_to_another_party() -> None:
    assert found(stored(VALUE), sent(f"https://t.partner.example/?u={VALUE}", GPC)).sharing == ()
    assert found(stored(VALUE), sent(f"https://x.ads.example/?u={VALUE}")).sharing == ()
    assert found(stored(VALUE), sent(f"{START}?u={VALUE}")).sharing == ()


def test_a_hash_in_a_body_is_found_and_the_value_is_in_no_entry() -> None:
    digest = hashlib.sha256(VALUE.encode()).hexdigest()
    own = stored(VALUE, host=SHOP, name="session")
    body = Observation(kind="payload", name="https://t.partner.example/x", host="t.partner.example", state=BEFORE, page=START,
                       value=f'{{"s":"{digest}"}}', details={"part": "body"})  # fmt: skip
    (entry,) = found(own, body).sharing
    assert (entry.encoding, entry.part, entry.synced, entry.owner) == (
        "sha256",
        "body",
        False,
        "shop.example",
    )
    assert VALUE not in msgspec.json.encode(entry).decode()
    again = found(own, body).sharing[0].value_hash
    assert entry.value_hash != again, "salted anew"


def test_a_service_may_read_what_its_own_script_stored() -> None:
    own = stored(VALUE, host=SHOP, initiators=("https://tags.partner.example/t.js", START))
    assert found(own, sent(f"https://t.partner.example/?u={VALUE}")).sharing == ()
    (entry,) = found(own, sent(f"https://t.other.example/?u={VALUE}")).sharing
    assert (entry.owner, entry.synced) == ("partner.example", True)


def test_a_redirect_that_hands_an_identifier_over_counts_unless_it_is_the_same_for_all() -> None:
    def hop(value: str, state: ConsentState) -> Observation:
        return sent(f"https://m.partner.example/?gid={value}&acc=K93jf82jdkQwe81Z", state,
                    details={"redirected_from": "https://cm.ads.example/match"})  # fmt: skip

    entries = found(hop(VALUE, BEFORE), hop("Zq81kLmW03bNnVcX", GPC)).sharing
    assert {(one.name, one.part) for one in entries} == {("gid", "redirect")}


def test_many_hostile_values_cost_bounded_work() -> None:
    seen = [
        stored("-".join(secrets.token_hex(8) for _ in range(200)), name=f"n{number}") for number in range(800)
    ]
    seen += [sent("https://t.partner.example/?" + "&".join(f"a{i}={secrets.token_hex(16)}" for i in range(100))) for _ in range(50)]  # fmt: skip
    assert len(found(*seen).sharing) <= 400


async def test_syncing_is_seen_in_a_real_browser(site: Site, run_crawl: Run) -> None:
    site.page("/", '<img src="https://ads.seller.example/start"><script src="/own.js"></script>')

    async def start(request: web.Request) -> web.Response:
        value = secrets.token_hex(12)
        return web.Response(
            status=302,
            headers={
                "Location": f"https://px.buyer.example/match?partner=seller&uid={value}",
                "Set-Cookie": f"sid={value}; Path=/; Secure; SameSite=None; HttpOnly",
            },
        )

    site.routes["ads.seller.example", "/start"] = start
    site.add("px.buyer.example", "/match", b"GIF89a")
    site.add("px.buyer.example", "/in", "ok")
    site.add(
        SHOP,
        "/own.js",
        """const id = crypto.randomUUID(); localStorage.setItem('visitor', id); document.cookie = 'theme=darkandcosy2026';
        const bytes = new TextEncoder().encode(id);
        crypto.subtle.digest('SHA-1', bytes).then((hash) => fetch('https://px.buyer.example/in', { method: 'POST', mode: 'no-cors',
          body: JSON.stringify({ h: [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('') }) }));""",
    )

    crawl = await run_crawl(states=(BEFORE, GPC))
    report = report_of(crawl, SiteSettings(id="shop", url=START), CLASSIFIER)

    assert {item.name for item in report.items if item.identifier} == {"sid", "visitor"}
    entries = {(one.name, one.owner, one.to, one.part, one.encoding, one.synced) for one in report.sharing}
    assert entries == {
        ("sid", "seller.example", "buyer.example", "address", "plain", True),
        ("visitor", "shop.example", "buyer.example", "body", "sha1", False),
        ("uid", "seller.example", "buyer.example", "redirect", "made for the receiver", True),
    }
    syncing = [one for one in report.findings if one.rule == "cookie-syncing"]
    assert {(one.severity, one.state) for one in syncing} == {("high", BEFORE), ("medium", BEFORE), ("high", GPC), ("medium", GPC)}  # fmt: skip
