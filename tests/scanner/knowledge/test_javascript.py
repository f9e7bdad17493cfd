from __future__ import annotations

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge import javascript
from scanner.knowledge.javascript import Pattern, names_of_pattern, objects_of


def test_literals_are_read_and_whatever_would_have_to_run_is_not() -> None:
    text = """
    import { x } from './x.js';
    const a = {
      plain: 'it\\'s \\u0041', "quoted": `templ`, 3: 1_000, yes: true, no: !1, // a comment
      list: [/^_ga(_.*)?$/i, , null, -1],
      inner: { deep: { er: "x", }, },
      run() { return evil() }, arrow: () => ({ name: 'inside' }), call: evil('x'), mixed: `a${x}`, ...x,
    };
    run({ second: "2" });
    """
    first, second = objects_of(text)
    assert first["plain"] == "it's A"
    assert first["quoted"] == "templ"
    assert first["3"] == 1000
    assert first["yes"] is True
    assert first["list"][0] == Pattern("^_ga(_.*)?$")
    assert first["inner"] == {"deep": {"er": "x"}}
    assert (first["run"], first["arrow"], first["call"], first["mixed"]) == (None, None, None, None)
    assert second == {"second": "2"}


def test_an_object_alone_is_an_object_and_broken_text_still_gives_what_can_be_read() -> None:
    assert objects_of("{ a: 1, }") == [{"a": 1.0}]
    assert objects_of("var c = { a: 'x' }; }}} ((") == [{"a": "x"}]
    assert objects_of("nothing here") == []


def test_depth_and_number_of_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "x = {a:" + "[" * 5_000 + "]" * 5_000 + "}"
    value = objects_of(deep)[0]["a"]
    levels = 0
    while value:
        value, levels = value[0], levels + 1
    assert levels <= javascript.DEEPEST
    monkeypatch.setattr(javascript, "MOST_VALUES", 100)
    with pytest.raises(ConfigError, match="more than 100 values"):
        objects_of("x = [" + "{a: 1}," * 200 + "]")


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("^_ga", ("_ga*",)),
        ("^_ga$", ("_ga",)),
        ("_gid", ("*_gid*",)),
        ("^(_ga|_gid)", ("_ga*", "_gid*")),
        ("^(?:_ga|_gid)$", ("_ga", "_gid")),
        ("^_ga(_.*)?$", ("_ga*",)),
        (r"^_pk_(id|ses)\..*$", ("_pk_*.*",)),
        (r"^wp-settings-\d+$", ("wp-settings-*",)),
        ("^[a-z]{2,}_x$", ("*_x",)),
        ("^ab+c", ("a*c*",)),
        ("_ga|_gid", ("*_ga*", "*_gid*")),
        ("^_ga|_gid$", ()),
        (".*", ("*",)),
        ("^((a|b)_){2}x$", ("*x",)),
        ("(a|b(a|b", ()),
        (r"^a\(b$", ()),
    ],
)
def test_a_regular_expression_becomes_names_without_being_run(pattern: str, names: tuple[str, ...]) -> None:
    assert names_of_pattern(pattern) == names


def test_a_hostile_expression_is_only_read() -> None:
    assert len(names_of_pattern("^(" + "a+" * 100_000 + ")+$")) <= 1
