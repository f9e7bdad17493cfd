from __future__ import annotations

import re

from consent.cookie_policy import cookie_policy
from consent.declaration import Published, declaration_of
from consent.declaration_changes import Change
from consent.declaration_markdown import escaped, markdown
from tests.consent.factories import inventory, site
from tests.consent.test_declaration import item


def test_there_is_a_table_for_each_category_with_something_in_it() -> None:
    text = markdown(declaration_of(site(), inventory(), "v"))
    assert text.startswith("# Cookie declaration\n\n")
    assert "## Necessary\n" in text
    assert text.count("|---|---|---|---|---|---|---|") == 2
    assert (
        "| IDE | Google (doubleclick.net) | Measures advertisements. | 13 months | Cookie | Yes: Google | United States |"
        in text
    )
    assert (
        "[You can see and change your choice on every page of Larkspur \\& Co.](https://www.larkspur.example/)"
        in text
    )


def test_what_was_scanned_never_becomes_mark_up() -> None:
    hostile = item(
        name="a|b`c\n# d", purpose="<script>alert(1)</script> [x](javascript:1) *y*", vendor="&amp;"
    )
    text = markdown(declaration_of(site(), inventory(items=(hostile,)), "v"))
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 8 for row in rows)
    assert not re.search(r"(?<!\\)<", text)
    assert "\\[x\\](javascript:1)" in text
    assert escaped("a_b") == "a\\_b"


def test_changes_and_the_policy_around_it() -> None:
    published = Published(
        notice_version="v",
        first="2026-01-02T00:00:00Z",
        changes=(Change("2026-03-04T00:00:00Z", (item(),), (), ()),),
    )
    declared = declaration_of(site(), inventory(), published)
    text = markdown(declared, cookie_policy(site(), declared))
    assert text.startswith("# Cookie policy of Larkspur \\& Co\n")
    assert "## Your rights" in text
    assert "### Necessary" in text
    assert (
        "- March 4, 2026: New: \\_ga (Cookie, Google, Performance)\n- First published: January 2, 2026"
        in text
    )
