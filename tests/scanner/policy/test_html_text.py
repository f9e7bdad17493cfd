from __future__ import annotations

from scanner.policy.html_text import document_of
from scanner.policy.sentences import sentences_of
from tests.scanner.policy.texts import page


def test_the_page_s_furniture_is_left_out() -> None:
    found = page(
        "<header><nav><a href='/'>Home</a></nav></header><div class='cookie-banner'>We use Acme cookies</div>"
        "<main><h1>Privacy</h1><p>We keep your address to send what you ordered, and delete it after a year.</p></main>"
        "<footer>Follow us on Facebook</footer>"
    )
    assert "Privacy" in found.text
    assert not {"Home", "Acme", "Facebook"} & set(found.text.split())


def test_scripts_and_styles_are_no_text() -> None:
    found = page(
        "<script>alert('Hotjar')</script><style>p{color:red}</style><template>Criteo</template><p>Hello.</p>"
    )
    assert "Hotjar" not in found.text
    assert "color" not in found.text
    assert "Criteo" not in found.text


def test_tables_become_rows_and_tables_for_layout_do_not() -> None:
    found = page(
        "<table><tr><th>Name<th>Kept</tr><tr><td><code>_ga</code><td>2 years</table><table><tr><td><h2>One</h2></td><td><p>Two</p></td></tr></table>"
    )
    rows = [[found.text[a:b] for a, b in block.cells] for block in found.blocks if block.kind == "row"]
    assert rows == [["Name", "Kept"], ["_ga", "2 years"]]
    assert "One\n" in found.text


def test_links_stand_where_their_text_stands() -> None:
    found = page("<p>See <a href='https://stripe.com/privacy'>Stripe's&nbsp;notice</a>.</p>")
    link = found.links[0]
    assert found.text[link.start : link.end].strip() == "Stripe's notice"
    assert link.url == "https://stripe.com/privacy"


def test_headings_lists_and_breaks_are_blocks() -> None:
    found = page("<h2>Cookies</h2><p>One<br>Two</p><ul><li>Three</li></ul>")
    assert [(one.plain, one.kind) for one in sentences_of(found)][:4] == [
        ("Cookies", "heading"),
        ("One", "paragraph"),
        ("Two", "paragraph"),
        ("Three", "item"),
    ]


def test_a_name_is_whole_again_without_its_hidden_characters() -> None:
    assert "Facebook" in page("<p>Face\u00adbo\u200bok</p>").text


def test_ten_thousand_nested_elements_are_read() -> None:
    assert "deep" in document_of("<div>" * 10_000 + "deep", "policy.html").text


def test_a_page_without_a_body_is_empty() -> None:
    assert document_of("", "policy.html").text.strip() == ""
