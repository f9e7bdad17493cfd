from __future__ import annotations

import msgspec
import pytest

from consent.model.rights import NewRequest, cleaned


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "forget"},
        {"kind": "object", "message": "x" * 2_001},
        {"kind": "object", "contact": "x" * 201},
        {"kind": "object", "state": "done"},
        {"kind": "object", "site": "a b"},
        {},
    ],
)
def test_a_wish_of_another_form_is_refused(wish: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wish, NewRequest)


def test_what_cannot_be_seen_but_acts_on_a_reader_is_taken_out() -> None:
    assert cleaned(" a\r\nb\rc\x00\x1b[31m\u202egnp\ud800\ufeff \n") == "a\nb\nc[31mgnp"
    assert cleaned("\u0645\u0631\u062d\u0628\u0627 \U0001f33f") == "\u0645\u0631\u062d\u0628\u0627 \U0001f33f"
