from __future__ import annotations

from typing import Any

from consent.model.categories import ConsentState
from scanner.classify import Classifier
from scanner.knowledge import Knowledge
from scanner.observations import Observation
from scanner.typed import keystrokes_of
from tests.scanner.factories import SHOP

CLASSIFIER = Classifier(Knowledge.load(), site_host="www.larkspur.example")


def typed(to: str = "", **details: Any) -> Observation:
    return Observation(
        kind="typed",
        name="mail",
        host=to.partition("://")[2].partition("/")[0],
        state=ConsentState.BEFORE,
        page=SHOP,
        details={"type": "email", "to": to, "part": "body", "encoding": "sha256"} | details,
    )


def test_what_left_comes_first_with_its_receiver_and_once() -> None:
    quiet, leak = typed(), typed("https://in.hotjar.com/api/v2/client/ws")
    entries = keystrokes_of(
        [quiet, leak, leak, typed("https://www.larkspur.example/save")],
        CLASSIFIER,
        site_host="www.larkspur.example",
    )
    assert [one.to for one in entries] == [
        "https://in.hotjar.com/api/v2/client/ws",
        "https://www.larkspur.example/save",
        "",
    ]
    assert (entries[0].service, entries[0].party, entries[0].encoding) == ("Hotjar", "third", "sha256")
    assert entries[2].party == "first"
