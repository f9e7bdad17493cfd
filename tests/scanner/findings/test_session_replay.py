from __future__ import annotations

import pytest

from consent.model.categories import Category, Party
from scanner.findings.session_replay import find, is_recorder
from scanner.report import Keystroke
from tests.scanner.factories import ACCEPT, BEFORE, SHOP, report, request

HOTJAR = {"vendor": "Hotjar", "service": "Hotjar", "category": Category.PERFORMANCE}


@pytest.mark.parametrize("name", ["Microsoft Clarity", "Hotjar", "FullStory", "Yandex.Metrica", "Clarity"])
def test_recorders_are_known_by_the_name_of_their_service(name: str) -> None:
    assert is_recorder(request(service=name))


@pytest.mark.parametrize("name", ["", "Google Analytics", "Claritysoft CRM", "HubSpot"])
def test_other_services_are_none(name: str) -> None:
    assert not is_recorder(request(service=name))


def test_a_recorder_is_told_once_a_state_and_with_what_it_heard() -> None:
    typed = Keystroke(field="mail", type="email", state=BEFORE, page=SHOP, to="https://in.hotjar.com/x", host="in.hotjar.com",
                      party=Party.THIRD, vendor="Hotjar", service="Hotjar")  # fmt: skip
    requests = (
        request("https://static.hotjar.com/c/hotjar.js", **HOTJAR),
        request("https://in.hotjar.com/x", **HOTJAR),
        request("https://in.hotjar.com/x", state=ACCEPT, **HOTJAR),
    )
    (finding,) = find(report(requests=requests, keystrokes=(typed,)))
    assert (finding.severity, finding.state, finding.subject) == ("high", BEFORE, "Hotjar")
    assert "what is typed" in finding.title
    assert finding.evidence["typed_fields"] == ["mail"]


def test_with_consent_it_is_information() -> None:
    (finding,) = find(report(requests=(request("https://in.hotjar.com/x", state=ACCEPT, **HOTJAR),)))
    assert finding.severity == "info"
