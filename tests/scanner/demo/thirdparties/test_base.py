"""Answers of the usual kinds."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from scanner.demo.thirdparties import base
from scanner.identifiers import is_identifying


def cookies_of(response: web.Response) -> list[str]:
    return response.headers.getall("Set-Cookie", [])


def test_a_cookie_has_the_attributes_that_were_asked_for() -> None:
    response = base.pixel()
    base.set_cookie(response, "a", "1", domain=".x.test", max_age=60, http_only=True, partitioned=True)
    base.set_cookie(response, "b", "2", same_site=None)
    assert cookies_of(response) == [
        "a=1; Path=/; Secure; Domain=.x.test; Max-Age=60; HttpOnly; SameSite=None; Partitioned",
        "b=2; Path=/; Secure",
    ]


def test_a_kept_cookie_is_not_set_again() -> None:
    response = base.pixel()
    base.keep(make_mocked_request("GET", "/", headers={"Cookie": "a=1"}), response, "a", "2")
    assert cookies_of(response) == []


def test_a_script_is_a_function_with_the_servers_values() -> None:
    response = base.script("gtag", values={"id": 'G-"1'})
    assert response.text is not None
    assert response.text.startswith('(() => {\nconst server = {"id": "G-\\"1"};\n')
    assert response.text.endswith("})();\n")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_frames_values_are_filled_in() -> None:
    text = base.frame("youtube_embed", values={"video": "abc"}).text
    assert text is not None
    assert "https://i.ytimg.com/vi/abc/hqdefault.jpg" in text
    assert "{{" not in text


def test_a_pixel_is_a_whole_gif() -> None:
    body = base.pixel().body
    assert isinstance(body, bytes)
    assert body.startswith(b"GIF89a\x01\x00\x01\x00")
    assert body.endswith(b"\x3b")


@pytest.mark.parametrize(
    ("headers", "allowed"), [({}, None), ({"Origin": "https://a.test"}, "https://a.test")]
)
def test_a_beacons_answer_can_be_read_by_the_page_that_sent_it(
    headers: dict[str, str], allowed: str | None
) -> None:
    response = base.no_content(make_mocked_request("POST", "/", headers=headers))
    assert response.status == 204
    assert response.headers.get("Access-Control-Allow-Origin") == allowed


def test_identifiers_have_their_length_and_differ() -> None:
    assert len(base.number(13)) == len(base.token(13)) == 13
    assert base.number(13) != base.number(13)
    assert base.token(13) != base.token(13)
    assert all(is_identifying(base.token(size), strict=True) for size in (16, 27, 58) for _ in range(300))
    assert is_identifying(base.hexadecimal(), strict=True)
