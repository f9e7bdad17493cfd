from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.cli import cli
from consent.model.errors import ConfigError

GOOD = 'name,host,site,note\n_ga,larkspur.example,www.larkspur.example,first\nIDE,.doubleclick.net,www.larkspur.example,\nzzq9,larkspur.example,www.larkspur.example,"a,b"\n'


def run(*args: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["classify", *args], input=stdin, catch_exceptions=True)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_same_rows_come_out_with_five_columns_more(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(GOOD, encoding="utf-8")
    result = run(str(source))
    assert result.exit_code == 0
    found = rows(result.stdout)
    assert list(found[0]) == [
        "name",
        "host",
        "site",
        "note",
        "category",
        "vendor",
        "service",
        "confidence",
        "reason",
    ]
    assert [row["category"] for row in found] == ["performance", "advertising", "unclassified"]
    assert found[0]["vendor"] == "Google LLC"
    assert [row["note"] for row in found] == ["first", "", "a,b"]


def test_standard_input_out_file_and_other_delimiters_work(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = run("-", "--out", str(out), stdin=GOOD.replace('"a,b"', "x").replace(",", ";"))
    assert result.exit_code == 0
    assert [row["category"] for row in rows(out.read_text(encoding="utf-8"))][:2] == [
        "performance",
        "advertising",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_json_is_one_object_a_line() -> None:
    result = run("-", "--json", stdin=GOOD)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["category"] for one in found] == ["performance", "advertising", "unclassified"]
    assert found[0]["confidence"] == 0.92
    assert found[2]["note"] == "a,b"


def test_a_category_column_of_the_input_is_kept_under_another_name() -> None:
    found = rows(run("-", stdin="name,host,category\n_ga,larkspur.example,necessary\n").stdout)
    assert found[0]["given_category"] == "necessary"
    assert found[0]["category"] == "performance"


def test_value_kind_and_site_are_used() -> None:
    text = "name,host,value,kind\nzzq9,larkspur.example,de,cookie\nrc::a,www.google.com,x,local_storage\n"
    found = rows(run("-", "--site", "www.larkspur.example", stdin=text).stdout)
    assert [row["category"] for row in found] == ["functionality", "necessary"]


def test_a_host_may_be_written_as_an_address_or_a_domain_with_its_dot() -> None:
    text = "name,host,site\nmy_basket,.shop.example,https://www.shop.example/en\nmy_basket,shop.example,www.shop.example/en\n"
    found = rows(run("-", stdin=text).stdout)
    assert [row["category"] for row in found] == ["necessary", "necessary"]
    assert found[0]["host"] == ".shop.example"


def test_the_threshold_is_heeded() -> None:
    found = rows(run("-", "--threshold", "0.95", stdin="name,host\n_ga,larkspur.example\n").stdout)
    assert found[0]["category"] == "unclassified"


def test_blank_lines_and_short_rows_are_no_mistake() -> None:
    found = rows(run("-", stdin="host,name,note\nlarkspur.example,_ga\n\nlarkspur.example,_gid,x\n").stdout)
    assert [row["category"] for row in found] == ["performance", "performance"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"name,domain\n_ga,x\n", "line 1: there is no column 'host'; it has 'name', 'domain'."),
        (b"", "line 1: there is no column 'name'; it has nothing."),
        (b"name,host,name\na,b,c\n", "line 1: the column 'name' is there twice."),
        (b"name,host\n_ga,x\na,b,c\n", "line 3 has 3 columns, the first line has 2."),
        (b"name,host\n_ga,x\nb\xe4r,y\n", "line 3, column 'name': is not UTF-8."),
        (
            b"name,host,kind\n_ga,x,biscuit\n",
            "line 2, column 'kind': 'biscuit' is none of cookie, local_storage",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told_with_line_and_column(tmp_path: Path, text: bytes, told: str) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text)
    result = run(str(source), "--out", str(out))
    assert isinstance(result.exception, ConfigError)
    assert told in result.exception.message
    assert str(source) in result.exception.message
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_missing_file_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    missing = run(str(tmp_path / "none.csv"))
    assert isinstance(missing.exception, ConfigError)
    assert "No such file" in missing.exception.message
    nowhere = run("-", "--out", str(tmp_path / "none" / "out.csv"), stdin=GOOD)
    assert isinstance(nowhere.exception, ConfigError)
    assert "cannot be written" in nowhere.exception.message


def test_a_long_list_streams_and_keeps_its_order() -> None:
    text = "name,host\n" + "".join(f"_ga_{number},larkspur.example\n" for number in range(20_000))
    found = rows(run("-", stdin=text).stdout)
    assert [row["name"] for row in found] == [f"_ga_{number}" for number in range(20_000)]
    assert {row["category"] for row in found} == {"performance"}


def test_the_notes_of_a_csv_report_are_passed_through(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "kind,name,host,reason\ncookie,_ga,shop.example,x\nnote,limit,,only this\n", encoding="utf-8"
    )
    result = CliRunner().invoke(cli, ["classify", str(path)])
    assert result.exit_code == 0, result.output
    ga, note = result.output.splitlines()[1:]
    assert ga.startswith("cookie,_ga,shop.example,x,performance")
    assert note.startswith("note,limit,,only this,,,,0.00,")
