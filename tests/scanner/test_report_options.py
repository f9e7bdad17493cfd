from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from consent.model.errors import ConfigError
from scanner.report_options import report_options, settings_of, site_of


@click.command()
@report_options
def program(**options: Any) -> None:
    click.echo(f"{options['formats']} {options['threshold']} {options['fail_on']} {options['as_json']}")


def test_the_options_have_the_values_that_a_scan_begins_with() -> None:
    assert CliRunner().invoke(program).output == "('json', 'html') 0.5 None False\n"


def test_formats_are_a_list_without_doubles_and_an_unknown_one_is_told_with_those_there_are() -> None:
    assert "('csv', 'md')" in CliRunner().invoke(program, ["--format", "csv, md,csv"]).output
    said = CliRunner().invoke(program, ["--format", "docx"]).output
    assert "'docx' is no report format; expected some of csv" in said


def test_a_url_that_the_sites_file_names_is_that_site_and_another_gets_an_id_of_its_host(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sites.toml"
    file.write_text('[sites.larkspur]\nurl = "https://www.larkspur.example"\n')
    settings = settings_of(file)
    assert site_of("https://www.larkspur.example/", settings).id == "larkspur"
    assert site_of("larkspur", settings).url == "https://www.larkspur.example"
    assert site_of("https://shop.example/sale", settings).id == "shop-example"


@pytest.mark.parametrize("target", ["ftp://shop.example", "shop.example", "https://"])
def test_what_is_neither_address_nor_site_is_told(target: str) -> None:
    with pytest.raises(ConfigError):
        site_of(target, None)


def test_without_a_sites_file_there_are_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings_of(None) is None
