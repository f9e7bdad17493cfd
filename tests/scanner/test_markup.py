"""What report.json tells of forms and heads survives its own encoding."""

from __future__ import annotations

import msgspec

from consent.model.categories import Party
from scanner.markup import Form, Head, HeadElement


def test_forms_and_heads_are_read_back_as_they_were_written() -> None:
    form = Form(
        action="https://www.shop.example/send", host="www.shop.example", party=Party.FIRST, method="post"
    )
    head = Head(
        elements=(HeadElement(kind="script", url="https://t.example/t.js"),), page="https://www.shop.example/"
    )
    for told in (form, head):
        assert msgspec.json.decode(msgspec.json.encode(told), type=type(told)) == told
    assert (form.page_secure, form.embedded, head.elements[0].consent_tool) == (True, False, False)
