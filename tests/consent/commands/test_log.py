from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.commands.log import command
from consent.model.errors import ConfigError, HeldError, IntegrityError, NotFoundError
from consent.model.records import ConsentRecord
from tests.consent.authority import Authority, needs_openssl
from tests.consent.commands.test_serve import SITES
from tests.consent.factories import database, fill, opened_log
from tests.consent.test_log import id_at


@pytest.fixture
async def records(tmp_path: Path) -> list[ConsentRecord]:
    """Three visitors' records in tmp_path; the first one's consent has run out long ago."""
    (tmp_path / "sites.toml").write_text(SITES, encoding="utf-8")
    async with opened_log(tmp_path, new_id=lambda: id_at(1_600_000_000_000)) as (log, version):
        [old] = await fill(log, version, 1)
    async with opened_log(tmp_path) as (log, version):
        return [old, *await fill(log, version, 2)]


def run(folder: Path, *words: str) -> Result:
    options = ["--sites", str(folder / "sites.toml"), "--database", database(folder)]
    path = 2 if words[0] == "hold" else 1
    return CliRunner().invoke(command, [*words[:path], *options, *words[path:]])


def spoil(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "consentry.db", isolation_level=None)) as connection:
        connection.execute("UPDATE entry SET site = 'thyme' WHERE position = 2")


def test_an_intact_log_is_told_with_its_counts(tmp_path: Path, records: list[ConsentRecord]) -> None:
    result = run(tmp_path, "verify")
    assert result.exit_code == 0, result.output
    assert "The log is intact: 3 records and 0 erased ones in 3 batches" in result.output
    assert "No anchor was compared" in result.output


def test_a_log_that_was_tampered_with_names_the_record_and_ends_with_1(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    spoil(tmp_path)
    result = run(tmp_path, "verify")
    assert isinstance(result.exception, IntegrityError)
    assert result.exception.exit_code == 1
    assert records[1].record_id in result.exception.message
    assert "is NOT intact" in result.output
    data = json.loads(run(tmp_path, "verify", "--json").output)["data"]
    assert (data["intact"], data["problem"]["fault"], data["problem"]["position"]) == (False, "altered", 2)


def test_an_anchor_shows_a_cut_tail(tmp_path: Path, records: list[ConsentRecord]) -> None:
    assert run(tmp_path, "verify", "--write-anchor", f"{tmp_path}/anchor.json").exit_code == 0
    exported = run(tmp_path, "export", "--format", "anchor")
    anchor = json.loads((tmp_path / "anchor.json").read_text(encoding="utf-8"))
    assert json.loads(exported.output)["chains"] == anchor["chains"]
    checked = run(tmp_path, "verify", "--anchor", f"{tmp_path}/anchor.json")
    assert checked.exit_code == 0
    assert "No anchor" not in checked.output
    with closing(sqlite3.connect(tmp_path / "consentry.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM entry WHERE position = 3")
        connection.execute("DELETE FROM seal WHERE number = 3")
    assert run(tmp_path, "verify").exit_code == 0
    cut = run(tmp_path, "verify", "--anchor", f"{tmp_path}/anchor.json")
    assert "cut off" in str(cut.exception)


def test_no_anchor_is_written_of_a_log_that_does_not_verify(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    spoil(tmp_path)
    run(tmp_path, "verify", "--write-anchor", f"{tmp_path}/anchor.json")
    assert not (tmp_path / "anchor.json").exists()


def test_records_are_exported_as_json_and_csv(tmp_path: Path, records: list[ConsentRecord]) -> None:
    wanted = [one.record_id for one in records]
    assert [one["record_id"] for one in json.loads(run(tmp_path, "export").output)["data"]] == wanted
    rows = csv.DictReader(io.StringIO(run(tmp_path, "export", "--format", "csv").output))
    assert [row["record_id"] for row in rows] == wanted
    recent = run(tmp_path, "export", "--since", "2021-01-01", "--site", "larkspur")
    assert [one["record_id"] for one in json.loads(recent.output)["data"]] == wanted[1:]
    old = run(tmp_path, "export", "--until", "2021-01-01T00:00:00Z")
    assert [one["record_id"] for one in json.loads(old.output)["data"]] == wanted[:1]


def test_an_export_to_a_file_appears_whole_or_not_at_all(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    assert run(tmp_path, "export", "--out", f"{tmp_path}/out.json").output == ""
    assert len(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["data"]) == 3
    assert not list(tmp_path.glob("*.part"))
    failed = run(tmp_path, "export", "--out", f"{tmp_path}/none/out.json")
    assert isinstance(failed.exception, ConfigError)
    assert "cannot be written" in failed.exception.message


def test_a_receipt_is_written_as_json_and_as_a_page(tmp_path: Path, records: list[ConsentRecord]) -> None:
    visitor = records[1].consent_id
    data = json.loads(run(tmp_path, "receipt", "--", visitor).output)["data"]
    assert [entry["record"]["record_id"] for entry in data["records"]] == [records[1].record_id]
    page = run(tmp_path, "receipt", "--format", "html", "--", visitor).output
    assert page.startswith("<!doctype html>")
    assert visitor in page
    assert isinstance(run(tmp_path, "receipt", "A" * 22).exception, NotFoundError)


def test_an_erasure_is_told_and_the_log_still_verifies(tmp_path: Path, records: list[ConsentRecord]) -> None:
    visitor = records[1].consent_id
    assert run(tmp_path, "erase", "--", visitor).output == "Erased 1 record(s).\n"
    assert isinstance(run(tmp_path, "erase", "--", visitor).exception, NotFoundError)
    assert "2 records and 1 erased ones" in run(tmp_path, "verify").output


def test_a_purge_erases_what_has_run_out_long_enough_ago(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    assert json.loads(run(tmp_path, "purge", "--keep-days", "36500", "--json").output)["data"]["erased"] == 0
    assert json.loads(run(tmp_path, "purge", "--keep-days", "30", "--json").output)["data"]["erased"] == 1
    told = run(tmp_path, "verify").output
    assert "2 records and 1 erased ones in 6 batches, 1 erasures" in told
    assert "2 entries of what administrators did" in told


def test_how_long_records_are_kept_is_never_guessed(tmp_path: Path, records: list[ConsentRecord]) -> None:
    result = run(tmp_path, "purge")
    assert isinstance(result.exception, ConfigError)
    assert "--keep-days" in result.exception.hint


def test_each_site_has_its_own_time_for_which_records_are_kept(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    with (tmp_path / "sites.toml").open("a", encoding="utf-8") as file:
        file.write("\n[sites.larkspur.log]\nkeep_days = 30\n")
    assert json.loads(run(tmp_path, "purge", "--json").output)["data"]["erased"] == 1
    assert "is intact: 2 records and 1 erased ones" in run(tmp_path, "verify").output


@pytest.mark.parametrize("whole_site", [True, False])
def test_a_hold_keeps_records_until_it_is_released(
    tmp_path: Path, records: list[ConsentRecord], whole_site: bool
) -> None:
    old = records[0].consent_id
    placed = run(
        tmp_path, "hold", "add", "--reason", "case 7", "--json", "--", "larkspur" if whole_site else old
    )
    hold = json.loads(placed.output)["data"]["hold"]
    assert old not in placed.output
    assert "case 7" in run(tmp_path, "hold", "list").output
    assert json.loads(run(tmp_path, "purge", "--keep-days", "30", "--json").output)["data"]["erased"] == 0
    refused = run(tmp_path, "erase", "--", old)
    assert isinstance(refused.exception, HeldError)
    assert (refused.exception.exit_code, "legal hold" in refused.exception.message) == (2, True)
    other = run(tmp_path, "erase", "--", records[1].consent_id)
    assert isinstance(other.exception, HeldError) if whole_site else other.exit_code == 0
    assert run(tmp_path, "hold", "release", "--reason", "closed", hold["hold_id"]).exit_code == 0
    assert run(tmp_path, "hold", "list").output == "Nothing is held.\n"
    assert json.loads(run(tmp_path, "purge", "--keep-days", "30", "--json").output)["data"]["erased"] == 1
    audit = run(tmp_path, "audit").output
    assert ("log.hold.place" in audit, "log.hold.release" in audit) == (True, True)
    assert run(tmp_path, "verify").exit_code == 0


def test_what_nobody_has_can_be_neither_held_nor_released(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    assert isinstance(run(tmp_path, "hold", "add", "--reason", "x", "nosite").exception, NotFoundError)
    assert isinstance(run(tmp_path, "hold", "release", "--reason", "x", "7").exception, NotFoundError)


@pytest.mark.parametrize(
    "words", [("verify",), ("export",), ("erase", "A" * 22), ("purge", "--keep-days", "1")]
)
def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(tmp_path, *words)
    assert isinstance(result.exception, ConfigError)
    assert "no such database" in result.exception.message
    assert not (tmp_path / "consentry.db").exists()


def test_records_are_exported_in_the_form_of_each_standard(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    iso = json.loads(run(tmp_path, "export", "--format", "iso27560").output)["data"]
    kantara = json.loads(run(tmp_path, "export", "--format", "kantara").output)["data"]
    wanted = [one.record_id for one in records]
    assert [one["header"]["record_id"] for one in iso] == wanted
    assert [one["consentReceiptID"] for one in kantara] == wanted


@pytest.mark.parametrize("words", [("export",), ("purge", "--keep-days", "1")])
def test_a_site_that_nobody_knows_is_an_error_and_no_empty_result(
    tmp_path: Path, records: list[ConsentRecord], words: tuple[str, ...]
) -> None:
    result = run(tmp_path, *words, "--site", "nosite")
    assert isinstance(result.exception, NotFoundError)
    assert result.exception.exit_code == 2
    assert "known: larkspur" in result.exception.message


def test_what_administrators_do_with_the_log_is_on_record_and_names_no_visitor(
    tmp_path: Path, records: list[ConsentRecord]
) -> None:
    run(tmp_path, "export", "--site", "larkspur")
    run(tmp_path, "erase", records[0].consent_id)
    run(tmp_path, "purge", "--keep-days", "36500")
    output = run(tmp_path, "audit", "--json").output
    actions = json.loads(output)["data"]
    assert [one["action"] for one in actions] == ["log.purge", "log.erase", "log.export"]
    assert {one["actor"].partition(":")[0] for one in actions} == {"cli"}
    assert actions[1]["details"] == {"record": records[0].record_id}
    assert records[0].consent_id not in output
    assert run(tmp_path, "audit", "--limit", "1").output.count("\n") == 1


@needs_openssl
def test_an_anchor_is_timestamped_and_its_timestamp_checked(
    tmp_path: Path, records: list[ConsentRecord], authority: Authority
) -> None:
    (tmp_path / "roots.pem").write_bytes(authority.roots)
    anchor = f"{tmp_path}/anchor.json"
    assert run(tmp_path, "verify", "--write-anchor", anchor, "--tsa", authority.url).exit_code == 0
    unchecked = run(tmp_path, "verify", "--anchor", anchor)
    assert "was not checked" in unchecked.output
    checked = run(tmp_path, "verify", "--anchor", anchor, "--tsa-roots", f"{tmp_path}/roots.pem")
    assert (checked.exit_code, "The anchor existed at 20" in checked.output) == (0, True)
    with Path(anchor).open("a", encoding="utf-8") as file:
        file.write(" ")
    changed = run(tmp_path, "verify", "--anchor", anchor, "--tsa-roots", f"{tmp_path}/roots.pem")
    assert isinstance(changed.exception, IntegrityError)
