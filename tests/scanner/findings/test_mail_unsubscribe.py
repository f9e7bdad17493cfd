from __future__ import annotations

from scanner.findings.mail_unsubscribe import find
from tests.scanner.findings.mails import link, mailed, message

OUT = link(tracked="", unsubscribe=True)


def told(*messages: object) -> list[tuple[str, str]]:
    return [(one.subject, one.severity) for one in find(mailed(*messages))]  # type: ignore[arg-type] - messages of the factory


def test_a_mailing_without_any_way_out_is_medium() -> None:
    assert told(message(bulk=("header List-Id",))) == [("none", "medium")]
    assert told(message(links=(link(),))) == [("none", "medium")]


def test_a_way_out_for_programs_alone_or_not_by_one_click_is_low() -> None:
    header = ("https://www.larkspur.example/",)
    assert told(message(bulk=("x",), unsubscribe_header=header, one_click=True)) == [("header only", "low")]
    assert told(message(bulk=("x",), links=(OUT,))) == [("not by one click", "low")]


def test_the_fix_has_the_headers_of_the_senders_own_domain() -> None:
    (found,) = find(mailed(message(bulk=("x",), links=(OUT,))))
    assert "List-Unsubscribe: <https://www.larkspur.example/out/TOKEN>" in found.fix


def test_a_mailing_with_both_and_a_message_to_one_person_are_in_order() -> None:
    good = message(
        bulk=("x",), links=(OUT,), unsubscribe_header=("https://www.larkspur.example/",), one_click=True
    )
    assert told(good, message(page="b.eml")) == []
    assert told(message(bulk=("x",), notes=("its text could not be read",), one_click=True)) == []
