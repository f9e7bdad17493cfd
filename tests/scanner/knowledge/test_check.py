from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge.check import check_rules
from scanner.knowledge.index import RULES

HEAD = 'vendor = "Teapot Inc."\nsource = "https://teapot.example/cookies"\n'
BOTH = 'matches = ["_tp"]\nignores = ["_tpx"]\n'


def service(body: str = "", *, ident: str = "tea", category: str = "performance") -> str:
    return f'\n[[service]]\nid = "{ident}"\nname = "Tea"\ncategory = "{category}"\npurpose = "Counts cups."\n{body}\n'


def item(names: str, category: str = "performance", more: str = "") -> str:
    return f'\n[[service.item]]\nnames = {names}\ncategory = "{category}"\npurpose = "Counts cups."\n{more}\n'


def problems(folder: Path, **files: str) -> str:
    for stem, text in files.items():
        (folder / f"{stem}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        check_rules(folder)
    return caught.value.message


def test_every_shipped_rule_file_claims_its_examples_and_no_two_rules_disagree() -> None:
    knowledge = check_rules()
    assert {path.stem for path in RULES.glob("*.toml")} == set(knowledge.vendors)


def test_a_good_file_passes(tmp_path: Path) -> None:
    (tmp_path / "teapot.toml").write_text(HEAD + BOTH + service(item('["_tp"]')), encoding="utf-8")
    assert check_rules(tmp_path).service("teapot.tea").items[0].id == "teapot.tea._tp"


def test_a_missing_example_of_a_file_is_told(tmp_path: Path) -> None:
    assert "expected matches and ignores" in problems(tmp_path, teapot=HEAD + service(item('["_tp"]')))


def test_a_match_that_no_rule_claims_is_told(tmp_path: Path) -> None:
    text = HEAD + 'matches = ["_other"]\nignores = ["x"]\n' + service(item('["_tp"]'))
    assert "matches '_other': no rule claims it" in problems(tmp_path, teapot=text)


def test_an_ignored_name_that_a_rule_claims_is_told(tmp_path: Path) -> None:
    text = HEAD + 'matches = ["_tp_1"]\nignores = ["_tp_2"]\n' + service(item('["_tp_*"]'))
    assert "ignores '_tp_2': teapot.tea._tp_* claims it" in problems(tmp_path, teapot=text)


def test_two_vendors_that_disagree_about_a_name_are_refused(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        kettle=HEAD + BOTH.replace('"_tp"', '"_k"') + service(item('["_k", "_tp"]', "advertising")),
        teapot=HEAD + BOTH + service(item('["_tp"]')),
    )
    assert "item '_tp' is performance, but kettle.tea._tp takes it as advertising" in told


def test_two_vendors_may_use_one_name_on_their_own_hosts(tmp_path: Path) -> None:
    for stem, category in (("kettle", "advertising"), ("teapot", "performance")):
        more = item('["uid"]', category, 'on = "vendor"')
        examples = f'matches = ["uid@{stem}.example"]\nignores = ["uid@other.example"]\n'
        text = HEAD + examples + service(f'hosts = ["{stem}.example"]\n{more}', category=category)
        (tmp_path / f"{stem}.toml").write_text(text, encoding="utf-8")
    check_rules(tmp_path)


def test_a_host_that_two_services_claim_differently_is_refused(tmp_path: Path) -> None:
    hosts = 'hosts = ["tea.example"]'
    text = HEAD + service(hosts) + service(hosts, ident="ads", category="advertising")
    assert "host tea.example: teapot.tea (performance) and teapot.ads (advertising)" in problems(
        tmp_path, teapot=text
    )


def test_a_request_example_is_run(tmp_path: Path) -> None:
    body = '\n[[service.request]]\npaths = ["/tea/"]\ncategory = "performance"\nmatches = ["https://a.test/coffee/"]\n'
    assert "https://a.test/coffee/: expected teapot.tea, found nothing" in problems(
        tmp_path, teapot=HEAD + service(body)
    )


def test_a_regular_expression_needs_examples(tmp_path: Path) -> None:
    text = HEAD + 'matches = ["_tp1"]\nignores = ["_tpx"]\n' + service(item("['^_tp[0-9]$']"))
    assert "needs matches and ignores" in problems(tmp_path, teapot=text)


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, one=HEAD + service(item('["_tp"]')), two="vendor = 3\n")
    assert "2 problem(s)" in told
    assert "one.toml" in told
    assert "two.toml" in told
