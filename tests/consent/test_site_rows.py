from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from consent.site_rows import COLUMNS, read_rows


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "sites.csv"
    path.write_bytes(text.encode(encoding))
    return path


def mistakes(path: Path, **options: object) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read_rows(path, **options)  # type: ignore[arg-type]  # ids of sites and groups
    assert "no site was added" in refused.value.message
    return [line.strip() for line in refused.value.message.splitlines()[1:]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_what_a_spreadsheet_writes_is_read(tmp_path: Path, separator: str, encoding: str) -> None:
    heads = ["ID", " url", "group", "languages", "controller", "controller_contact", "accent"]
    rows = [
        heads,
        [
            "thyme",
            "https://thyme.example/",
            "teas",
            "en de",
            '"Thyme, Rose; Co"',
            "a@thyme.example",
            "#0a7d4f",
        ],
        [""] * len(heads),
        ["mint", "https://mint.example/"] + [""] * (len(heads) - 2),
    ]
    path = written(tmp_path, "\r\n".join(separator.join(row) for row in rows), encoding)
    assert read_rows(path, groups=("teas",)) == {
        "thyme": {
            "url": "https://thyme.example/",
            "group": "teas",
            "languages": ["en", "de"],
            "controller": {"name": "Thyme, Rose; Co", "contact": "a@thyme.example"},
            "banner": {"accent": "#0a7d4f"},
        },
        "mint": {"url": "https://mint.example/"},
    }


def test_every_mistake_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    text = (
        "id,url,group,accent,controller_contact\n"
        "Thyme,ftp://x,tea,blue,\n"
        "larkspur,https://l.example/,,,\n"
        "mint,https://mint.example/,,,\n"
        "mint,https://mint.example/,,,\n"
        "rose,https://rose.example/,,,a@rose.example\n"
        "one,https://o.example/,,,,more\n"
    )
    found = mistakes(written(tmp_path, text), known={"larkspur"}, groups={"teas"})
    assert [line.partition(": ")[0] for line in found] == [
        "row 2, id",
        "row 2, group",
        "row 2, url",
        "row 2, accent",
        "row 3, id",
        "row 5, id",
        "row 6, controller",
        "row 7",
    ]
    assert "Did you mean 'teas'?" in found[1]
    assert "missing" in found[6]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "column 'id': missing"),
        ("id\nx\n", "column 'url': missing"),
        ("id,url,grup\n", "column 'grup': unknown; expected one of id, url, group"),
        ("id,url,url\n", "column 'url': stands there twice"),
        ("id,url\n", "row 2: expected a site"),
        ('id,url\nx,"https://x.example/" y\n', "cannot be read"),
    ],
)
def test_a_file_that_is_no_list_of_sites_is_told(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in line for line in mistakes(written(tmp_path, text)))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_rows(tmp_path / "none.csv")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        read_rows(written(tmp_path, "id,url\nthé,x\n", "latin-1"))


def test_every_column_is_a_key_of_a_site() -> None:
    assert set(COLUMNS) >= {"id", "url", "group", "languages", "controller"}
