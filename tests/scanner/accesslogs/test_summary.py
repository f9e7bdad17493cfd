from __future__ import annotations

from scanner.accesslogs.addresses import Addresses
from scanner.accesslogs.record import Record
from scanner.accesslogs.summary import policy_of, summary_of


def record() -> Record:
    one = Record(Addresses())
    one.address(b"203.0.113.77")
    one.time(b"02/Mar/2026:09:14:05 +0000")
    one.time(b"09/Mar/2026:09:14:05 +0000")
    return one


def test_figures_and_days_are_told() -> None:
    found = summary_of(record(), file="a.log", format_name="common", lines=1, unread=0, size=10)
    assert (found.first, found.last, found.days, found.addresses) == ("2026-03-02", "2026-03-09", 8, 1)
    assert [(kind.kind, kind.share) for kind in found.kinds] == [("address v4", 1.0)]


def test_the_paragraph_names_what_the_log_holds_and_nothing_else() -> None:
    one = record()
    text = policy_of(one)
    assert "the IP address, the date and time and the page or file" in text
    assert "browser and operating system" not in text
    assert "clickstream" in text
    one.agent(b"curl/8")
    one.target(b"/?email=ana@reader.example")
    text = policy_of(one, has_copy=True, way="truncate")
    assert "browser and operating system" in text
    assert "shortened to the part" in text
    assert "Mend first" in text


def test_a_log_that_is_shortened_already_is_told_as_such() -> None:
    one = Record(Addresses())
    one.address(b"203.0.113.0")
    assert "a shortened IP address" in policy_of(one)
