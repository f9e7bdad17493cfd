"""The file of an unfinished scan: what is kept is there after a crash, and nothing of the user's secrets is."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, ScanError
from scanner.observations import PageVisit, StatePass
from scanner.partial import FILE_NAME, Acted, Jar, Partial, Step, Visited, settings_of
from scanner.plan import CrawlPlan
from scanner.small_files import Answer

START = "https://www.shop.example/"
BEFORE, REJECT = ConsentState.BEFORE, ConsentState.REJECT


def plan(**changes: Any) -> CrawlPlan:
    return CrawlPlan(**({"site": "shop", "start_url": START} | changes))


def step(number: int, state: ConsentState = BEFORE, **changes: Any) -> Step:
    url = f"{START}{number}"
    told: dict[str, Any] = {
        "state": state,
        "number": number,
        "learnt": {number: {"beacons": [[url, "pixel"]]}},
        "jar": Jar(read_s=100.0 + number, cookies=({"name": "n", "value": str(number)},)),
        "visited": Visited(
            visit=PageVisit(url=url, state=state, status="ok"), links=(f"{url}/next",), base=url
        ),
        "notes": (f"note of {number}", "a note of all"),
    }
    return Step(**(told | changes))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


async def kept(path: Path, *steps: Step, **changes: Any) -> None:
    partial = Partial.begin(path, plan(**changes), started="2026-01-01T00:00:00Z")
    for one in steps:
        await partial.keep(one)
    partial.close()


async def test_what_was_kept_is_there_when_the_scan_is_continued(path: Path) -> None:
    how = StatePass(state=REJECT, applied=True, banner_found=True, method="own_widget")
    done = Acted(state_pass=how, acting=(1.0, 2.5))
    await kept(path, step(0), step(1), step(0, REJECT, visited=None, acted=done), step(0, REJECT, learnt={}))
    again = Partial.resume(path, plan())
    assert (again.started, again.resumed, again.count) == ("2026-01-01T00:00:00Z", True, 3)
    assert {number: one.visit.url for number, one in again.visits(BEFORE).items()} == {
        0: f"{START}0",
        1: f"{START}1",
    }
    assert again.visits(BEFORE)[1].links == (f"{START}1/next",)
    assert again.acted(BEFORE) is None
    assert again.acted(REJECT) == done
    assert again.jar(BEFORE).cookies == ({"name": "n", "value": "1"},)
    assert again.jar(ConsentState.GPC).cookies == ()
    assert again.notes(BEFORE) == ["note of 0", "a note of all", "note of 1"]
    learnt = [(number, msgspec.json.decode(found["beacons"])) for number, found in again.learnt(BEFORE)]
    assert learnt == [(0, [[f"{START}0", "pixel"]]), (1, [[f"{START}1", "pixel"]])]
    again.close()


async def test_files_that_decide_the_plan_are_remembered_also_where_there_was_no_answer(path: Path) -> None:
    partial = Partial.begin(path, plan(), started="")
    await partial.keep_file("https://a.example/robots.txt", Answer(status=200, body=b"User-agent: *\n"))
    await partial.keep_file("https://b.example/robots.txt", Answer(status=None))
    partial.close()
    again = Partial.resume(path, plan())
    assert again.file("https://a.example/robots.txt") == Answer(status=200, body=b"User-agent: *\n")
    assert again.file("https://b.example/robots.txt") == Answer(status=None)
    assert again.file("https://c.example/robots.txt") is None
    assert not again.resumed, "no page was seen before the break"
    again.close()


async def test_a_write_that_was_cut_off_costs_only_itself(path: Path, tmp_path: Path) -> None:
    partial = Partial.begin(path, plan(), started="")
    await partial.keep(step(0))
    await partial.keep(step(1))
    copy = tmp_path / "copy" / FILE_NAME  # as the disk has it while the scan runs: the power goes now
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    log = Path(f"{path}-wal").read_bytes()
    Path(f"{copy}-wal").write_bytes(log[:-1500])
    partial.close()
    again = Partial.resume(copy, plan())
    assert list(again.visits(BEFORE)) == [0]
    assert again.jar(BEFORE).read_s == 100.0
    await again.keep(step(1))
    assert list(again.visits(BEFORE)) == [0, 1]
    again.close()


async def test_another_plan_is_refused_with_what_differs(path: Path) -> None:
    await kept(path, step(0))
    with pytest.raises(ConfigError) as told:
        Partial.resume(path, plan(pages=50, exclude=("/private/*",), headers=(("X-Staging", "secret"),)))
    assert "exclude was empty, is now /private/*" in told.value.message
    assert "headers was empty, is now X-Staging" in told.value.message
    assert "pages was 20, is now 50" in told.value.message
    assert "Leave out --resume to scan anew" in told.value.hint
    assert "secret" not in str(told.value)


async def test_the_pace_may_change_over_a_break(path: Path, tmp_path: Path) -> None:
    await kept(path, step(0))
    Partial.resume(path, plan(concurrency=1, delay_s=2.0, screenshots=tmp_path)).close()


async def test_nothing_that_the_user_gave_in_confidence_is_in_the_file(path: Path, tmp_path: Path) -> None:
    secret = "Zm9vOmJhcg"
    given = plan(headers=(("Authorization", f"Basic {secret}"),), storage_state=tmp_path / f"{secret}.json")
    assert settings_of(given)["headers"] == ["Authorization"]
    await kept(path, step(0), headers=given.headers, storage_state=given.storage_state)
    assert secret.encode() not in path.read_bytes()
    assert secret not in str(settings_of(given))
    assert path.stat().st_mode & 0o077 == 0


async def test_two_scans_never_write_into_one_folder(path: Path) -> None:
    partial = Partial.begin(path, plan(), started="")
    for attempt in (lambda: Partial.begin(path, plan(), started=""), lambda: Partial.resume(path, plan())):
        with pytest.raises(ScanError, match="another scan is writing into this folder"):
            attempt()
    partial.close()


async def test_a_new_scan_puts_an_unfinished_one_aside_and_its_end_removes_both(path: Path) -> None:
    await kept(path, step(0))
    partial = Partial.begin(path, plan(), started="")
    assert partial.aside == path.with_name("scan.partial.old")
    assert partial.count == 0
    old = sqlite3.connect(partial.aside)
    assert old.execute("SELECT count(*) FROM visits").fetchone() == (1,)
    old.close()
    partial.discard()
    assert list(path.parent.iterdir()) == []


async def test_a_file_that_holds_no_visit_is_not_put_aside(path: Path) -> None:
    await kept(path)
    partial = Partial.begin(path, plan(), started="")
    assert partial.aside is None
    partial.discard()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 4096])
def test_a_file_that_is_no_unfinished_scan_is_named(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"scan\.partial"):
        Partial.resume(path, plan())


def test_where_there_is_nothing_to_continue_that_is_said(path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no unfinished scan to continue"):
        Partial.resume(path, plan())


async def test_text_that_no_file_can_hold_is_kept_all_the_same(path: Path) -> None:
    await kept(path, step(0, learnt={0: {"beacons": [["half \ud83d pair", "pixel"]]}}, notes=("\udc00",)))
    again = Partial.resume(path, plan())
    (_, found), *_ = again.learnt(BEFORE)
    assert msgspec.json.decode(found["beacons"]) == [["half \ufffd pair", "pixel"]]
    again.close()
