from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from scanner.reports.templates import environment_of


def shown(folder: Path, template: str, **values: object) -> str:
    (folder / "page.j2").write_text(template, encoding="utf-8")
    return environment_of(folder).get_template("page.j2").render(**values)


def test_what_a_page_wrote_is_escaped_whatever_the_template_is_called(tmp_path: Path) -> None:
    assert shown(tmp_path, "{{ name }}", name="<img src=x>") == "&lt;img src=x&gt;"


def test_a_character_that_turns_the_text_around_is_made_visible(tmp_path: Path) -> None:
    assert "\u202e" not in shown(tmp_path, "{{ name }}", name="gpj.\u202eexe")


def test_our_own_mark_up_stays_mark_up(tmp_path: Path) -> None:
    assert shown(tmp_path, "{{ ours }}", ours=Markup("<b>1</b>")) == "<b>1</b>"


def test_a_name_that_nothing_was_given_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(jinja2.UndefinedError):
        shown(tmp_path, "{{ nothing }}")
