from __future__ import annotations

from scanner.reports.request_rows import MAX_IN_GROUP, MAX_ROWS, request_groups
from tests.scanner.factories import ACCEPT, BEFORE, SHOP, huge_report, report, request


def test_addresses_that_differ_in_their_query_are_one_row_with_the_line_that_sent_it() -> None:
    (group,) = request_groups(
        report(
            requests=(
                request("https://px.ads.example/p?n=1", count=2, initiators=(SHOP,)),
                request(
                    "https://px.ads.example/p?n=2",
                    state=ACCEPT,
                    page=f"{SHOP}teas",
                    stack=("https://t.ads.example/a.js:3:7", "async https://t.ads.example/b.js:1:1"),
                ),
            )
        )
    )
    (row,) = group.rows
    assert (row.count, row.addresses, row.pages, row.states) == (3, 2, 2, (BEFORE, ACCEPT))
    assert row.caused_by == "https://t.ads.example/a.js:3:7"
    assert row.bad


def test_lists_are_bounded_and_say_what_they_left_out() -> None:
    requests = tuple(request(f"https://px.ads.example/{number}") for number in range(99))
    (group,) = request_groups(report(requests=requests))
    assert (len(group.rows), group.left_out, group.count) == (MAX_IN_GROUP, 99 - MAX_IN_GROUP, 99)
    groups = request_groups(huge_report(items=1, requests=8_000, hosts=2_000))
    assert sum(len(group.rows) for group in groups) <= MAX_ROWS


def test_addresses_with_parameters_or_long_numbers_are_alike() -> None:
    (group,) = request_groups(
        report(
            requests=(
                request("https://ad.ads.example/activity;src=92;ord=77?_dc=1"),
                request("https://ad.ads.example/activity;src=92;ord=78?_dc=1"),
                request("https://ad.ads.example/u/123456789/p"),
                request("https://ad.ads.example/u/987654321/p"),
                request("https://ad.ads.example/v2/p"),
                request("https://ad.ads.example/v3/p"),
            )
        )
    )
    assert [row.count for row in group.rows] == [2, 2, 1, 1]
