from __future__ import annotations

from typing import Any

import pytest

from consent.model.categories import Party
from scanner.findings.form_insecure import find
from scanner.markup import Form
from tests.scanner.factories import SHOP, report


def form(**fields: Any) -> Form:
    given = {
        "action": f"{SHOP}login",
        "host": "www.larkspur.example",
        "party": Party.FIRST,
        "method": "post",
        "fields": ("mail (email)", "word (password)"),
        "asks": ("email", "password"),
        "pages": (SHOP,),
        "page_count": 1,
    }
    return Form(**(given | fields))


@pytest.mark.parametrize(
    ("fields", "severities"),
    [
        ({}, []),
        ({"action": "http://www.larkspur.example/login"}, ["high"]),
        ({"action": "http://www.larkspur.example/search", "asks": ("search",)}, ["medium"]),
        ({"page_secure": False}, ["high"]),
        ({"page_secure": False, "asks": ("search",)}, []),
        ({"method": "get"}, ["medium"]),
        ({"method": "get", "asks": ("email",)}, ["low"]),
        ({"method": "get", "asks": ("search",)}, []),
        ({"method": "dialog", "action": "http://x.example/"}, []),
        ({"method": "script", "action": "", "host": ""}, []),
        ({"embedded": True, "action": "http://forms.vendor.example/"}, []),
        ({"party": Party.THIRD, "host": "crm.vendor.example", "asks": ("textarea",)}, ["info"]),
        ({"party": Party.THIRD, "host": "search.vendor.example", "asks": ("search",)}, []),
    ],
)
def test_each_problem_is_told_by_what_is_asked(fields: dict[str, Any], severities: list[str]) -> None:
    assert [one.severity for one in find(report(forms=(form(**fields),)))] == severities


def test_the_fix_is_for_this_form_and_escapes_its_address() -> None:
    (finding,) = find(report(forms=(form(action='http://www.larkspur.example/"><script>'),)))
    assert 'action="https://www.larkspur.example/&quot;>&lt;script>"' in finding.fix
    assert finding.evidence["names"] == ["mail (email)", "word (password)"]
