from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge.load import read_file, services_of

GOOD = """vendor = "Teapot Inc."
source = "https://teapot.example/cookies"

[[service]]
id = "tea"
name = "Tea"
category = "performance"
purpose = "Counts cups."
"""


def failure(folder: Path, text: str) -> str:
    path = folder / "teapot.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        list(services_of("teapot", read_file(path)))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            GOOD + 'hots = ["tea.example"]\n',
            "teapot.toml: service[0].hots: unknown key; expected one of id, name",
        ),
        (GOOD + 'hots = ["tea.example"]\n', "Did you mean 'hosts'?"),
        (GOOD.replace("performance", "statistics"), "service[0].category: Invalid enum value 'statistics'"),
        (GOOD.replace('id = "tea"', 'id = "Tea!"'), "service[0].id"),
        (GOOD.replace("[[service]]", "[[service]"), "is not valid TOML"),
        (
            GOOD + '[[service.item]]\nname = "_tp"\n',
            "item[0].name: unknown key; expected one of category, purpose, names",
        ),
        (
            GOOD
            + '[[service.item]]\nnames = ["_tp"]\ncategory = "performance"\npurpose = "x"\nlifetime = "long"\n',
            'service[0].item[0].lifetime: expected "session"',
        ),
        (
            GOOD
            + '[[service.item]]\nnames = ["_tp"]\ncategory = "performance"\npurpose = "x"\non = "vendor"\n',
            'service[0].item[0].on: "vendor" needs a host',
        ),
        (
            GOOD + '[[service.item]]\nnames = [\'^_tp($\']\ncategory = "performance"\npurpose = "x"\n',
            "is no regular expression",
        ),
        (
            GOOD
            + '[[service.item]]\nnames = ["_tp"]\ncategory = "performance"\npurpose = "x"\ncriterion = "A"\n',
            "service[0].item[0].criterion: only something necessary is exempt",
        ),
        (GOOD + '[[service.request]]\ncategory = "performance"\n', "expected hosts, paths or both"),
        (
            GOOD + '[[service.request]]\ncategory = "necessary"\npaths = ["/x"]\n',
            "a signature makes nothing necessary",
        ),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    assert told in failure(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_file(tmp_path / "none.toml")


def test_names_share_their_table_and_get_an_id_each(tmp_path: Path) -> None:
    path = tmp_path / "teapot.toml"
    path.write_text(
        GOOD
        + '[[service.item]]\nnames = ["_tp", "_tp_*"]\ncategory = "performance"\npurpose = "x"\nlifetime = "13 months"\n',
        encoding="utf-8",
    )
    (service,) = services_of("teapot", read_file(path))
    assert [rule.id for rule in service.items] == ["teapot.tea._tp", "teapot.tea._tp_*"]
    assert service.items[0].lifetime_s == 13 * 30 * 86400
    assert service.items[0].confidence > service.items[1].confidence
