from __future__ import annotations

from typing import Any

import pytest

from consent.model.categories import ConsentState
from scanner.observations import Observation
from scanner.report import Signal
from scanner.signals import API_NAMES, problems_of, signals_of
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP
from tests.scanner.test_tcf import bits, core

DENIED = dict.fromkeys(("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"), "denied")
GRANTED = dict.fromkeys(DENIED, "granted")
DISCLOSED = bits((1, 3), (4, 16), (0, 1), (0b1010, 4))


def seen(name: str, state: ConsentState = BEFORE, page: str = SHOP, **details: Any) -> Observation:
    return Observation(
        kind="signal", name=name, host="www.larkspur.example", state=state, page=page, details=details
    )


def google(*calls: Any, state: ConsentState = BEFORE, **more: Any) -> Signal:
    (signal,) = signals_of([seen("google_consent_mode", state, calls=list(calls), **more)])
    return signal


def kinds(signal: Signal) -> list[tuple[str, str]]:
    return [(severity, kind) for severity, kind, _ in problems_of(signal)]


def container(entries: dict[str, Any]) -> Signal:
    (signal,) = signals_of([seen_details({"calls": [["gtm.js", "", {}]], "state": entries})])
    return signal


def seen_details(details: dict[str, Any]) -> Observation:
    return Observation(
        kind="signal", name="google_consent_mode", host="", state=BEFORE, page=SHOP, details=details
    )


CONFIG = ["config", "", {}]


@pytest.mark.parametrize(
    ("calls", "state", "expected"),
    [
        ([["consent", "default", DENIED], CONFIG], BEFORE, []),
        ([["consent", "default", DENIED], CONFIG, ["consent", "update", GRANTED]], ACCEPT, []),
        ([CONFIG], BEFORE, [("low", "no-default")]),
        ([CONFIG], ACCEPT, []),
        ([CONFIG, ["consent", "default", DENIED]], BEFORE, [("medium", "late-default")]),
        ([["gtm.js", "", {}], ["consent", "default", DENIED]], BEFORE, [("medium", "late-default")]),
        ([["consent", "default", GRANTED]], BEFORE, [("high", "granted"), ("medium", "granted-by-default")]),
        ([["consent", "default", DENIED], ["consent", "update", GRANTED]], REJECT, [("high", "granted")]),
        ([["consent", "default", {"ad_storage": "denied"}]], BEFORE, [("low", "incomplete-default")]),
        ([["consent", "default", DENIED], CONFIG], ACCEPT, [("low", "no-update")]),
        ([["consent", "default", DENIED], ["consent", "update", DENIED]], ACCEPT, [("low", "no-update")]),
    ],
)
def test_google_signals_are_judged_by_what_the_visitor_did(
    calls: list[Any], state: ConsentState, expected: list[tuple[str, str]]
) -> None:
    assert kinds(google(*calls, state=state)) == expected


def test_a_default_for_some_regions_counts_below_the_general_one() -> None:
    signal = google(["consent", "default", GRANTED | {"region": ["US"]}], ["consent", "default", DENIED])
    assert signal.values["default"] == DENIED
    assert kinds(signal) == []


def test_what_a_container_set_is_read_from_its_own_state() -> None:
    signal = container({name: {"default": False} for name in DENIED})
    assert signal.values["default"] == DENIED


@pytest.mark.parametrize(
    ("string", "state", "expected"),
    [
        (f"{core(purposes=1 << 23)}.{DISCLOSED}", BEFORE, [("high", "granted")]),
        (f"{core(purposes=1 << 23)}.{DISCLOSED}", ACCEPT, []),
        (f"{core()}.{DISCLOSED}", REJECT, []),
        (f"{core()}.{DISCLOSED}", ACCEPT, [("low", "no-update")]),
        (core(), BEFORE, [("low", "fault-0")]),
        ("", ACCEPT, [("low", "no-string")]),
        ("", BEFORE, []),
        ("no string", BEFORE, [("medium", "unreadable")]),
    ],
)
def test_a_tc_string_is_judged_by_the_choice_and_by_the_format(
    string: str, state: ConsentState, expected: list[tuple[str, str]]
) -> None:
    (signal,) = signals_of([seen("tcf", state, ping={"cmpStatus": "loaded"}, data={}, string=string)])
    assert kinds(signal) == expected


def test_queued_calls_of_other_vendors_are_read() -> None:
    entries = signals_of(
        [
            seen("meta_pixel", REJECT, queued=["consent|grant|", "init|123|"]),
            seen("microsoft_uet", BEFORE, queued=["consent|default|ad_storage=granted;"]),
            seen("microsoft_clarity", BEFORE, queued=["consentv2|ad_Storage=denied;|"]),
        ]
    )
    assert [(one.api, kinds(one)) for one in entries] == [
        ("microsoft_uet", [("high", "granted")]),
        ("microsoft_clarity", []),
        ("meta_pixel", [("high", "granted")]),
    ]


def test_equal_answers_of_pages_are_one_entry_and_what_came_before_the_action_is_left_out() -> None:
    answer = {"ping": {"cmpStatus": "loaded"}, "data": {}}
    entries = signals_of(
        [
            seen("tcf", string=core(), **answer),
            seen("tcf", page=f"{SHOP}teas", string=core(), **answer),
            Observation(
                kind="signal",
                name="tcf",
                host="",
                state=ACCEPT,
                page=SHOP,
                after_action=False,
                details=answer,
            ),
        ]
    )
    assert [(one.page_count, one.pages) for one in entries] == [(2, (SHOP, f"{SHOP}teas"))]


@pytest.mark.parametrize("api", API_NAMES)
def test_an_answer_of_the_wrong_shape_is_read_as_nothing(api: str) -> None:
    for details in ({}, {"calls": [1, ["consent"], ["consent", "default", 3]], "state": {"ad_storage": 1}, "queued": ["x", "|||"]}):  # fmt: skip
        (signal,) = signals_of(
            [Observation(kind="signal", name=api, host="", state=BEFORE, page=SHOP, details=details)]
        )
        assert [kind for severity, kind in kinds(signal) if severity == "high"] == []


def test_googles_requests_are_decoded_by_state() -> None:
    hits = [
        Observation(
            kind="request",
            name=f"https://www.google-analytics.com/g/collect?gcs=G100&gcd=13p3p3p3p5&cid={number}",
            host="www.google-analytics.com",
            state=REJECT,
            page=page,
        )
        for number, page in enumerate((SHOP, f"{SHOP}teas"))
    ]
    other = Observation(kind="request", name=SHOP, host="", state=REJECT, page=SHOP)
    (signal,) = signals_of([*hits, other])
    assert (signal.api, signal.state, signal.page_count) == ("google_requests", REJECT, 2)
    assert signal.values["history"]["ad_storage"] == "denied by default"


def test_a_data_layer_is_told_by_its_names_alone() -> None:
    (signal,) = signals_of(
        [
            seen(
                "data_layer",
                layers=["dataLayer"],
                events={"gtm.js": 1, "purchase": 2},
                keys=["event", "userId"],
            )
        ]
    )
    assert signal.values == {
        "layers": ["dataLayer"],
        "events": {"gtm.js": 1, "purchase": 2},
        "keys": ["event", "userId"],
    }
    assert kinds(signal) == []


@pytest.mark.parametrize(
    ("state", "string", "expected"),
    [
        (BEFORE, "DBABLA~BVQqAAAAAgA.QA", []),
        (ConsentState.GPC, "DBABLA~BVQqAAAAAgA.QA", ["not-opted-out-usnat", "gpc-unseen"]),
        (REJECT, "DBABLA~BVQqAAAAAgA.QA", ["not-opted-out-usnat"]),
        (ConsentState.GPC, "DBABLA~BVQVAAAAAgA.YA", []),
        (BEFORE, "nonsense", ["unreadable"]),
    ],
)
def test_a_gpp_string_has_to_say_that_the_visitor_opted_out(
    state: ConsentState, string: str, expected: list[str]
) -> None:
    (signal,) = signals_of([seen("gpp", state, ping={"applicableSections": [7]}, string=string)])
    assert [kind for _, kind in kinds(signal)] == expected
    assert signal.values["sections"] == ["usnat"]


@pytest.mark.parametrize(
    ("api", "details", "state", "expected"),
    [
        ("meta_pixel", {"loaded": True}, BEFORE, ["no-default"]),
        ("meta_pixel", {"loaded": True}, ACCEPT, []),
        ("microsoft_clarity", {"loaded": False}, BEFORE, []),
        ("meta_pixel", {"queued": ["init||", "consent|revoke|"], "loaded": True}, BEFORE, ["late-default"]),
        ("meta_pixel", {"queued": ["consent|revoke|", "init||"], "loaded": True}, BEFORE, []),
    ],
)
def test_a_tag_has_to_be_told_before_it_starts(
    api: str, details: dict[str, Any], state: ConsentState, expected: list[str]
) -> None:
    (signal,) = signals_of([seen(api, state, **details)])
    assert [kind for _, kind in kinds(signal)] == expected
