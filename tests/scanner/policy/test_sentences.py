from __future__ import annotations

from scanner.policy.sentences import LONGEST_SENTENCE, blocks_of, plain, quote, sentences_of
from tests.scanner.policy.texts import document, sentences


def said(text: str) -> list[str]:
    return [one.plain for one in sentences(text)][:-1]  # without the filler


def test_abbreviations_end_no_sentence() -> None:
    text = "We work with Acme Inc. and others, e.g. carriers (Art. 6 GDPR, No. 5). You may object."
    assert said(text) == [
        "We work with Acme Inc. and others, e.g. carriers (Art. 6 GDPR, No. 5).",
        "You may object.",
    ]


def test_a_company_may_end_a_sentence() -> None:
    assert said("Mails are sent by Acme Inc. We keep them for a year.") == [
        "Mails are sent by Acme Inc.",
        "We keep them for a year.",
    ]


def test_lines_that_were_only_wrapped_are_joined() -> None:
    lines = [
        "We use your address to send the parcels that you have ordered",
        "from us, and for nothing else.",
    ] * 6
    found = said("\n".join(lines))
    assert (
        found[0]
        == "We use your address to send the parcels that you have ordered from us, and for nothing else."
    )
    assert len(found) == 6


def test_a_company_that_begins_small_begins_a_line() -> None:
    assert said("Legal Disclosure\niTechno may have to disclose data.")[0] == "Legal Disclosure"


def test_bullets_alone_on_a_line_belong_to_the_next() -> None:
    found = sentences("Cookies\n-\nA cookie is a small file.\n-\nWe use two of them.")
    assert [(one.plain, one.kind) for one in found[:3]] == [
        ("Cookies", "heading"),
        ("A cookie is a small file.", "item"),
        ("We use two of them.", "item"),
    ]
    assert found[1].heading == "Cookies"


def test_list_items_know_the_line_that_they_follow() -> None:
    found = sentences("We do not use cookies to:\n- Collect personal data\n- Show advertisements")
    assert [one.lead for one in found[1:3]] == ["We do not use cookies to:"] * 2


def test_tables_are_rows_with_cells_and_rules_are_none() -> None:
    text = "Name | Purpose | Kept\n--- | --- | ---\n_ga | Counts visits | 2 years"
    rows = [block for block in blocks_of(text) if block.kind == "row"]
    assert [[text[a:b] for a, b in row.cells] for row in rows] == [
        ["Name", "Purpose", "Kept"],
        ["_ga", "Counts visits", "2 years"],
    ]
    assert len({row.table for row in rows}) == 1


def test_every_quote_stands_at_its_position() -> None:
    read = document(
        "We  use\u00a0“cookies”.\nThey stay for two\u2011 to three years.\n\n1. Contact\nWrite to us."
    )
    for sentence in sentences_of(read):
        said_ = quote(read, sentence)
        assert " ".join(read.text[said_.start : said_.end].split()) == said_.text
        assert read.text.count("\n", 0, said_.start) + 1 == said_.line


def test_typographic_and_lookalike_characters_are_made_plain_without_moving_anything() -> None:
    text = "“Fаcebook’s” – а ®"  # noqa: RUF001 - Cyrillic letters on purpose
    assert plain(text).startswith('"Facebook\'s" -')
    assert len(plain(text)) == len(text)


def test_an_endless_sentence_is_cut() -> None:
    assert max(len(one) for one in said("word " * 5_000)) <= LONGEST_SENTENCE


def test_two_cells_make_a_row_where_bars_are_about() -> None:
    text = "Subprocessor | Does |\nSlack | Messages |\nStripe | Payments |"
    assert [block.kind for block in blocks_of(text)] == ["row", "row", "row"]
    assert [block.kind for block in blocks_of("Privacy | Larkspur & Co")] == ["heading"]
