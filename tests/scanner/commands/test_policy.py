from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent.model.errors import ConfigError, ScanError
from scanner.commands.policy import command
from scanner.report import encode_report
from tests.scanner.factories import HOSTILE, judged, report, shop_report
from tests.scanner.policy.texts import FILLER, SAMPLES

AGENCY = str(SAMPLES / "agency.txt")
GOOD = str(SAMPLES / "saas.txt")


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_a_policy_is_audited_and_findings_end_with_1() -> None:
    code, output = run(AGENCY)
    assert code == 1
    assert "Takes the browser's settings for consent" in output
    assert "Crazy Egg" in output


def test_a_policy_without_grave_findings_ends_with_0() -> None:
    assert run(GOOD)[0] == 0
    assert run("audit", GOOD)[0] == 0


def test_a_rule_or_a_severity_decides_when_it_fails() -> None:
    assert run(GOOD, "--fail-on", "low")[0] in {0, 1}
    assert run(AGENCY, "--fail-on", "policy-privacy-shield")[0] == 1
    assert run(GOOD, "--fail-on", "policy-privacy-shield")[0] == 0
    for unknown in ("policy-nothing", "grave"):
        with pytest.raises(ConfigError, match=unknown):
            run(GOOD, "--fail-on", unknown)


def test_json_is_one_object_with_quotes() -> None:
    code, output = run(AGENCY, "--json")
    done = json.loads(output)
    assert code == 1
    assert done["vendors"][0]["mentions"][0]["start"] >= 0
    assert all(one["evidence"]["quote"] for one in done["findings"])


def test_a_report_is_set_against_it_and_files_are_written(tmp_path: Path) -> None:
    seen = tmp_path / "report.json"
    seen.write_bytes(encode_report(shop_report()))
    code, output = run(GOOD, "--report", str(seen), "--out", str(tmp_path / "out"))
    assert code == 1
    assert "Not declared" in output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "policy.html",
        "policy.json",
        "policy.md",
        "policy.txt",
    ]
    done = json.loads((tmp_path / "out" / "policy.json").read_text(encoding="utf-8"))
    text = (tmp_path / "out" / "policy.txt").read_bytes().decode("utf-8")
    said = done["vendors"][0]["mentions"][0]
    assert " ".join(text[said["start"] : said["end"]].split()) == said["text"]


def test_a_hostile_policy_reaches_the_terminal_only_in_the_open(tmp_path: Path) -> None:
    path = tmp_path / "policy.txt"
    path.write_text(
        f"[bold]\x1b]0;owned\x07{HOSTILE[:-1]}\n\nBy using our site you agree to cookies [red]\x1b[31m.{FILLER}",
        encoding="utf-8",
    )
    _, output = run(str(path))
    assert "\x1b" not in output
    assert "\u202e" not in output
    assert "[red]" in output


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        run(str(tmp_path / "none.txt"))
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"{}")
    with pytest.raises(ConfigError, match="is not a report"):
        run(GOOD, "--report", str(bad))
    with pytest.raises(ScanError, match="private network"):
        run("http://127.0.0.1:9/privacy")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match="cannot be written"):
        run(GOOD, "--out", str(tmp_path / "file" / "x"))


def test_sections_are_generated(tmp_path: Path) -> None:
    seen = tmp_path / "report.json"
    seen.write_bytes(encode_report(shop_report()))
    code, output = run("generate", "--report", str(seen))
    assert code == 0
    assert "## Cookies and similar storage" in output
    code, output = run(
        "generate", "--report", str(seen), "--format", "html", "--out", str(tmp_path / "s.html")
    )
    assert code == 0
    assert "<table>" in (tmp_path / "s.html").read_text(encoding="utf-8")


def test_a_notice_is_written_from_words_or_from_two_reports(tmp_path: Path) -> None:
    code, output = run("notice", "--from", "2026-11-24", "--change", "New letters.")
    assert code == 0
    assert "24 December 2026" in output
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(encode_report(judged(report())))
    new.write_bytes(encode_report(shop_report()))
    assert "- New:" in run("notice", "--old", str(old), "--new", str(new))[1]
    with pytest.raises(ConfigError, match="belong together"):
        run("notice", "--old", str(old))
    with pytest.raises(ConfigError, match="nothing to announce"):
        run("notice")
