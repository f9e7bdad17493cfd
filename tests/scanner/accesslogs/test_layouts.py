from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.model.errors import ConfigError
from scanner.accesslogs.layouts import ColumnLayout, from_template, named
from tests.scanner.accesslogs import samples

MARK = {"address": lambda _: b"A", "user": lambda _: b"U", "request": lambda _: b"R"}


@pytest.mark.parametrize(
    "template",
    [
        '$remote_addr [$time_local] "$request" $status $request_time',
        '%h %t \\"%r\\" %>s %D',
        '%a %{X}i %t "%r" %s %%',
    ],
)
def test_a_servers_own_words_describe_a_format(template: str) -> None:
    layout = from_template(template, name="custom")
    line = b'192.0.2.1 [02/Mar/2026:09:14:05 +0000] "GET / HTTP/1.1" 200 0.1'
    if "%%" in template:
        line = b'192.0.2.1 x [02/Mar/2026:09:14:05 +0000] "GET / HTTP/1.1" 200 %'
    changed = layout.rewrite(line, MARK)  # type: ignore[arg-type] - only some roles
    assert changed is not None
    assert changed.startswith(b"A ")
    assert b'"R"' in changed


def test_quotes_inside_a_field_are_part_of_it() -> None:
    line = samples.COMBINED.replace("/reset", '/re\\"set').encode()
    changed = named("combined").rewrite(line, MARK)  # type: ignore[arg-type] - only some roles
    assert changed is not None
    assert b'"R" 200' in changed


def test_columns_follow_the_last_line_that_names_them() -> None:
    layout = ColumnLayout(())
    assert layout.rewrite(b"#Fields: c-ip cs-username", {}) is not None
    assert layout.rewrite(b"192.0.2.1 ana", MARK) == b"A U"  # type: ignore[arg-type] - only some roles
    assert layout.rewrite(b"192.0.2.1", MARK) is None  # type: ignore[arg-type] - only some roles


@pytest.mark.parametrize("name", ["combine", "$status $msec", "%s"])
def test_what_is_no_format_of_an_access_log_is_refused(name: str) -> None:
    with pytest.raises(ConfigError):
        named(name)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_a_line_that_fits_comes_back_whole(line: bytes) -> None:
    for name in ("common", "combined", "nginx"):
        assert named(name).rewrite(line, {}) in {None, line}
