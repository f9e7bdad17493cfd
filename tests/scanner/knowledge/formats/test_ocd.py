from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge.formats import Document, ocd, read_source
from scanner.knowledge.imported import Fact

HEAD = (
    "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,"
    "User Privacy & GDPR Rights Portals,Wildcard match"
)


def facts(*rows: str) -> dict[str, Fact]:
    document = Document("list.csv", "\r\n".join((HEAD, *rows)).encode())
    assert ocd.recognises(document)
    return {fact.name: fact for fact in ocd.facts(document)}


def test_each_word_of_the_database_is_read_and_functional_says_no_category() -> None:
    found = facts(
        "1,Teapot,Marketing,tp_ad,,Shows offers,1 year,Teapot Inc.,,0",
        "2,Teapot,Analytics,tp_n,,,,,,0",
        "3,Teapot,Functional,tp_f,,,,,,0",
        "4,Teapot,Security,tp_s,,,,,,0",
        "5,Teapot,Personalization,tp_p,,,,,,0",
        "6,Teapot,Something,tp_x,,,,,,0",
    )
    assert {name: fact.category for name, fact in found.items()} == {
        "tp_ad": "advertising",
        "tp_n": "performance",
        "tp_f": "",
        "tp_s": "necessary",
        "tp_p": "functionality",
        "tp_x": "",
    }
    assert found["tp_ad"].vendor == "Teapot Inc."
    assert found["tp_ad"].lifetime == "1 year"
    assert found["tp_f"].filed == "Functional"


def test_the_domain_column_names_hosts_the_sites_own_or_both() -> None:
    found = facts(
        "1,T,Marketing,aaaa,.teapot.example,,,,,0",
        '2,T,Marketing,bbbb,"teapot.example (3rd party) or advertiser\'s website domain (1st party)",,,,,0',
        "3,T,Marketing,cccc,advertiser's website domain (1st party),,,,,0",
        "4,T,Marketing,dddd,,,,,,1",
    )
    assert (found["aaaa"].hosts, found["aaaa"].own) == (("teapot.example",), False)
    assert (found["bbbb"].hosts, found["bbbb"].own) == (("teapot.example",), True)
    assert (found["cccc"].hosts, found["cccc"].own) == ((), True)
    assert found["dddd*"].hosts == ()


def test_rows_without_a_usable_name_are_left_out_and_the_licence_is_known(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"{HEAD}\n1,T,Marketing,*,,,,,,0\n2,T,Marketing,good,,,,,,0\nshort\n", encoding="utf-8")
    source = read_source(file)
    assert [fact.name for fact in source.facts] == ["good"]
    assert source.id == "open-cookie-database"
    assert source.licence.startswith("Apache-2.0")


def test_a_file_with_other_columns_is_told() -> None:
    document = Document("x.csv", b"name,host\na,b\n")
    assert not ocd.recognises(document)
    with pytest.raises(ConfigError, match="expected the columns"):
        list(ocd.facts(document))
