from __future__ import annotations

from typing import Any

from consent.model.categories import ConsentState, Party
from scanner.classify import Classifier
from scanner.forms import forms_of
from scanner.knowledge import Knowledge
from scanner.observations import Observation
from scanner.parties import host_of
from tests.scanner.factories import SHOP

CLASSIFIER = Classifier(Knowledge.load(), site_host="www.larkspur.example")
LOGIN = [["email", "mail"], ["password", "word"]]


def seen(action: str, fields: list[list[str]], page: str = SHOP, **details: Any) -> Observation:
    given = {"method": "post", "fields": fields, "frame": page, "embedded": False}
    return Observation(
        kind="form",
        name=action,
        host=host_of(action),
        state=ConsentState.BEFORE,
        page=page,
        details=given | details,
    )


def test_equal_forms_of_several_pages_are_one_and_those_that_ask_nothing_none() -> None:
    (form,) = forms_of(
        [
            seen(f"{SHOP}login?next=/a", LOGIN),
            seen(f"{SHOP}login?next=/b", LOGIN, page=f"{SHOP}teas"),
            seen(f"{SHOP}language", []),
        ],
        CLASSIFIER,
        site_host="www.larkspur.example",
    )
    assert (form.action, form.page_count, form.asks) == (f"{SHOP}login", 2, ("email", "password"))
    assert form.fields == ("mail (email)", "word (password)")
    assert (form.party, form.page_secure) == (Party.FIRST, True)


def test_a_form_without_an_address_is_the_pages_own() -> None:
    (form,) = forms_of(
        [seen("", [["password", ""]], method="script")], CLASSIFIER, site_host="www.larkspur.example"
    )
    assert (form.party, form.fields, form.method) == (Party.FIRST, ("without a name (password)",), "script")
