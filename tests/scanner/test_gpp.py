from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.gpp import NOT_OPTED_OUT, OPTED_OUT, decode
from tests.scanner.test_tcf import core


@pytest.mark.parametrize(
    ("header", "sections"),
    [("DBABM", ["tcfeuv2"]), ("DBACNY", ["tcfeuv2", "uspv1"]), ("DBABjw", ["tcfcav1", "uspv1"])],
)
def test_the_headers_of_the_specification_name_their_sections(header: str, sections: list[str]) -> None:
    parts = {"tcfeuv2": core(purposes=1 << 23), "uspv1": "1YNN", "tcfcav1": "BPX"}
    decoded = decode("~".join([header, *(parts[name] for name in sections)]))
    assert list(decoded) == sections
    if "tcfeuv2" in decoded:
        assert decoded["tcfeuv2"]["purposes"] == (1,) or decoded["tcfeuv2"]["purposes"] == [1]
    if "uspv1" in decoded:
        assert decoded["uspv1"] == {"text": "1YNN"}
    assert decoded.get("tcfcav1", {}) == {}


def test_a_national_section_says_its_choices_and_the_browsers_signal() -> None:
    said = decode("DBABLA~BVQqAAAAAgA.QA")["usnat"]
    assert said["version"] == 1
    assert said["sale_notice"] == "notice given"
    assert (said["sale"], said["sharing"], said["targeted_advertising"]) == (NOT_OPTED_OUT,) * 3
    assert said["gpc"] is False
    opted = decode("DBABLA~BVQVAAAAAgA.YA")["usnat"]
    assert (opted["sale"], opted["sharing"], opted["targeted_advertising"]) == (OPTED_OUT,) * 3
    assert opted["gpc"] is True


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "too early"),
        ("CPXxRfAPXxRfA", "GPP header"),
        ("DBABLA", "names 1 sections, and 0 follow"),
        ("DBABLA~", "too early"),
        ("DBABLA~!!", "base64url"),
        ("DB" + "_" * 40, "too early|too many|too large"),
        ("D" * 9_000, "longer than"),
    ],
)
def test_what_is_no_gpp_string_is_told_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        decode(text)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz0189-_.~", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(decode(text), dict)
