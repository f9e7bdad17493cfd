"""The worker as a process of its own, and beside the server, with a real browser on the demo shop."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent.model.errors import ConfigError
from consent.scans import inventory_of_scan, new_run
from consent.store import Store, open_store
from scanner.commands.work import command
from scanner.demo.front import DemoWorld
from tests.scanner.worker.made import becomes


@pytest.fixture
async def world() -> AsyncIterator[DemoWorld]:
    async with DemoWorld() as opened:
        yield opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


def sites_file(folder: Path, world: DemoWorld, schedule: str = "") -> Path:
    path = folder / "sites.toml"
    path.write_text(
        f'[sites.larkspur]\nurl = "{world.url}"\n'
        '[sites.larkspur.controller]\nname = "Larkspur & Co Ltd"\n'
        "[sites.larkspur.scan]\npages = 1\nignore_certificate_errors = true\n"
        f"resolve = {json.dumps(list(world.resolve))}\n{schedule}"
    )
    return path


async def started(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "consent.cli", *words,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_a_server_scans_by_its_schedule_in_a_process_beside_it_with_a_real_browser(
    world: DemoWorld, store: Store, tmp_path: Path
) -> None:
    schedule = '[sites.larkspur.schedule]\nevery = "7 days"\nstates = ["before", "reject"]\n'
    words = [
        "--sites",
        str(sites_file(tmp_path, world, schedule)),
        "--database",
        f"sqlite:///{tmp_path}/log.db",
    ]
    process = await started("serve", "--listen", "127.0.0.1:0", *words)

    async def is_over() -> bool:
        runs = await store.scans("larkspur", limit=1)
        return bool(runs) and runs[0].status in {"finished", "failed"}

    await becomes(is_over, within_s=100)
    process.send_signal(signal.SIGTERM)
    _, said = await process.communicate()
    assert process.returncode == 0, said
    [run] = await store.scans("larkspur", limit=5)
    assert (run.status, run.message, run.verdict, run.trigger) == ("finished", "", "violations", "schedule")
    assert run.items > 3
    assert run.findings.high > 0
    items = await store.scan_items(run.scan_id, limit=200)
    assert "_ga" in {item.name for item in items}
    assert all(item.set_by or item.party for item in items)
    report = json.loads(await store.scan_artefact(run.scan_id, "report.json") or b"")
    assert report["scan_id"] == run.scan_id
    assert set(report["summary"]["states"]) == {"before", "reject"}
    assert (await store.scan_artefact(run.scan_id, "report.html") or b"").startswith(b"<!doctype html>")
    assert (await inventory_of_scan(store, run)).items
    assert b"larkspur: violations" in said


async def test_a_worker_ends_when_the_server_that_holds_its_input_is_gone(
    world: DemoWorld, store: Store, tmp_path: Path
) -> None:
    del store
    words = ["--sites", str(sites_file(tmp_path, world)), "--database", f"sqlite:///{tmp_path}/log.db"]
    process = await started("work", *words, "--of-server")
    assert process.stdin is not None
    assert process.stderr is not None
    assert b"scans what waits in sqlite:///" in await process.stderr.readline()
    process.stdin.close()
    await asyncio.wait_for(process.wait(), 60)
    assert process.returncode == 0


async def test_a_worker_does_what_waits_until_it_is_told_to_end(store: Store, tmp_path: Path) -> None:
    (tmp_path / "sites.toml").write_text('[sites.gone]\nurl = "http://127.0.0.1:1/"\n')
    await store.queue_scan(new_run("larkspur", trigger="api"))  # which the settings do not have
    database = f"sqlite:///{tmp_path}/log.db"
    process = await started("work", "--sites", str(tmp_path / "sites.toml"), "--database", database)

    async def failed() -> bool:
        return (await store.scans("larkspur", limit=1))[0].status == "failed"

    await becomes(failed)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.wait(), 60)
    assert process.returncode == 0
    assert "has no site 'larkspur'" in (await store.scans("larkspur", limit=1))[0].message


def test_without_a_sites_file_it_says_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--sites", str(tmp_path / "none.toml")])
    assert isinstance(result.exception, ConfigError)
    assert "no such file" in str(result.exception)
