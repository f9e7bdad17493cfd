from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.mail import html_content
from scanner.mail.html_content import content_of, web_address


def loaded(html: str) -> list[tuple[str, str]]:
    return [(one.url, one.kind) for one in content_of(html).loaded]


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ('<img src="https://x.example/a">', "image"),
        ('<img srcset="https://x.example/a 2x">', "image"),
        ('<table background="https://x.example/a"></table>', "image"),
        ("<div style=\"background-image:url('https://x.example/a')\"></div>", "image"),
        ('<input type="image" src="https://x.example/a">', "image"),
        ('<v:fill src="https://x.example/a"></v:fill>', "image"),
        ('<!--[if mso]><img src="https://x.example/a"><![endif]-->', "image"),
        ('<link rel="stylesheet" href="https://x.example/a">', "stylesheet"),
        ("<style>@import url(https://x.example/a);</style>", "stylesheet"),
        ('<style>@import url("https://x.example/a");</style>', "stylesheet"),
        ('<style>@import "https://x.example/a";</style>', "stylesheet"),
        ("<style>@font-face { font-family: T; src: url('https://x.example/a') }</style>", "font"),
        ('<link rel="preconnect" href="https://x.example/a">', "hint"),
        ('<iframe src="https://x.example/a"></iframe>', "frame"),
        ('<video poster="https://x.example/a"></video>', "image"),
        ('<img src="//x.example/a">', "image"),
    ],
)
def test_everything_that_a_mail_program_loads_is_found(html: str, kind: str) -> None:
    assert loaded(html) == [("https://x.example/a", kind)]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<!--[if !mso]><!-->", "<!--<![endif]-->"),
        ("<!--[if !mso]><!-- -->", "<!-- <![endif]-->"),
        ("<!--[if !mso]>-->", "<!--<![endif]-->"),
        ("<!--[if (gte mso 9)|(IE)]>", "<![endif]-->"),
        ("<![if !mso]>", "<![endif]>"),
        ("<!--[if mso]>", ""),
    ],
)
def test_what_stands_in_and_behind_a_conditional_comment_is_found(begin: str, end: str) -> None:
    found = content_of(
        f'{begin}<img src="https://x.example/a">{end}<a href="https://x.example/out">out</a><!-- end --><img src="https://x.example/b">'
    )
    assert [one.url for one in found.loaded] == ["https://x.example/a", "https://x.example/b"]
    assert found.links == [("https://x.example/out", "out")]


@pytest.mark.parametrize(
    "piece", ["<!--[if mso]>", "<style>@font-face{", "<style>url(", "<style>@import url('"]
)
def test_what_is_opened_without_end_is_read_once(piece: str) -> None:
    bare = piece.removeprefix("<style>")
    found = content_of(piece + bare * (html_content.MAX_URL * 60 // len(bare)))
    assert found.loaded == []


@pytest.mark.parametrize(
    "address", ["cid:pot", "data:image/gif;base64,R0l", "mailto:a@b.example", "/relative", "javascript:1", ""]
)
def test_what_leads_to_no_host_is_left_out(address: str) -> None:
    assert web_address(address) == ""


@pytest.mark.parametrize(
    ("attributes", "size", "hidden"),
    [
        ('width="1" height="1"', "1x1", ""),
        ('width="1px" height="0"', "1x0", ""),
        ('width="600" height="1" style="width:1px !important;height:1px"', "1x1", ""),
        ('width="100%" height="1"', "", ""),
        ('style="display:none !important"', "", "display: none"),
        ("hidden", "", "hidden"),
        ('style="max-height:0px; overflow:hidden"', "", "max-height: 0px"),
    ],
)
def test_size_and_hiding_are_read_as_written(attributes: str, size: str, hidden: str) -> None:
    (one,) = content_of(f'<img src="https://x.example/a" {attributes}>').loaded
    assert (one.size, one.hidden) == (size, hidden)


def test_what_is_inside_something_hidden_is_hidden() -> None:
    (one,) = content_of('<div style="opacity:0"><span><img src="https://x.example/a"></span></div>').loaded
    assert one.hidden == "opacity: 0"


def test_links_have_their_words_areas_and_forms_included() -> None:
    found = content_of(
        '<a href="https://x.example/out"><b>No more</b> mail</a><map><area href="https://x.example/b" title="Pot"></map>'
        '<form action="https://x.example/form"></form><a href="mailto:a@b.example">write</a>'
    )
    assert found.links == [
        ("https://x.example/out", "No more mail"),
        ("https://x.example/b", "Pot"),
        ("https://x.example/form", ""),
    ]


def test_more_elements_than_are_looked_at_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_content, "MAX_ELEMENTS", 10)
    found = content_of("".join(f'<img src="https://x.example/{n}">' for n in range(50)))
    assert found.cut
    assert len(found.loaded) == 10


def test_depth_does_not_matter() -> None:
    found = content_of("<div>" * 20_000 + '<img src="https://x.example/a">')
    assert len(found.loaded) == 1


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="<>/=\"' aimgsrcstylehref:;url()@importdivbackgroundhttps!-[]if", max_size=200))
def test_no_markup_breaks_the_reader(html: str) -> None:
    for one in content_of(html).loaded:
        assert one.url.startswith("http")
