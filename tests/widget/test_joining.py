"""The scripts as they are joined of modules, before a site's values are in them."""

from __future__ import annotations

import re
from pathlib import Path

from widget import joining
from widget.optional import OPTIONAL, OPTIONAL_LATER

SRC = Path(joining.__file__).parent / "src"


def test_all_parts_together_have_every_module_once_after_those_that_it_imports() -> None:
    first = joining.modules(*OPTIONAL, "main.js")
    further = {part: joining.further_modules(part, *OPTIONAL_LATER.get(part, ())) for part in joining.PARTS}
    assert first[-1] == "main.js"
    assert all(names[-1] == f"{part}.js" for part, names in further.items())
    shared = {"details.js", "fill.js", "dates.js", "trusted.js"}  # small, and in each part that needs them
    own = [name for names in (first, *further.values()) for name in names if name not in shared]
    assert sorted((*own, *shared, "imports.js")) == sorted(path.name for path in SRC.glob("*.js"))


def test_what_a_site_has_no_use_for_is_left_out() -> None:
    without, with_databases = joining.further("more"), joining.further("more", "clean-databases.js")
    assert "deleteDatabase" not in without
    assert "deleteDatabase" in with_databases
    assert set(joining.further_modules("more")) < set(joining.further_modules("more", "clean-databases.js"))


def test_a_further_part_takes_what_it_uses_in_the_order_in_which_the_first_hands_it_over() -> None:
    names = joining.shared_names()
    assert list(names) == sorted(set(names))
    taken = re.match(r"export default\(?\(?\[([^\]]*)\]\)?=>", joining.further("held"))
    assert taken is not None
    assert len(taken[1].split(",")) <= len(names)


def test_top_level_names_are_unique_over_all_modules() -> None:
    names: dict[str, str] = {}
    declared = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)
    for path in sorted(SRC.glob("*.js")):
        for name in declared.findall(path.read_text(encoding="utf-8")):
            assert name not in names, f"{name} is declared in {names[name]} and {path.name}"
            names[name] = path.name


def test_no_declaration_is_taken_apart_right_after_it_was_made() -> None:
    """The minifier moves a destructuring before the constant that it takes apart, when one follows the other."""
    trap = re.compile(r"^\s*const (\w+) = [^;]+;\n\s*const [\[{][^=]+= [^;]*\b\1\b", re.MULTILINE)
    for path in sorted(SRC.glob("*.js")):
        assert not trap.search(path.read_text(encoding="utf-8")), path.name


def test_the_properties_of_inner_objects_are_single_letters_wherever_they_are_used() -> None:
    names = joining.inner_names()
    assert {"granted", "decision", "guards"} <= set(names)
    assert len({*names.values()}) == len(names)
    code = [
        joining.first(*OPTIONAL),
        *(joining.further(part, *OPTIONAL_LATER.get(part, ())) for part in joining.PARTS),
    ]
    for name, letter in names.items():
        assert re.fullmatch("[a-z]", letter)
        if name not in {"id", "once", "policy", "shown"}:  # which others have too
            assert not re.search(rf"\b[\w$]\.{name}\b(?!:)", "".join(code)), name
    for path in SRC.glob("*.js"):
        taken_apart = re.search(
            r"\} = (state|optional)\b(?!\.)|assign\((state|optional)\b(?!\.)|\.\.\.(state|optional)\b(?!\.)",
            path.read_text(encoding="utf-8"),
        )
        assert not taken_apart, f"{path.name}: a property would keep its long name there"
