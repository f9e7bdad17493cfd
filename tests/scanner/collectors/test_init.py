"""Collectors are found by their file, share one page script, and fail alone."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from scanner.collectors import collector_types, page_script
from scanner.collectors.storage import StorageCollector
from scanner.observations import Crawl
from tests.scanner.conftest import Site, observed

Run = Callable[..., Awaitable[Crawl]]


def test_each_collector_is_named_as_its_file() -> None:
    folder = Path(__file__).parents[3] / "scanner" / "collectors"
    files = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    assert [kind.id for kind in collector_types()] == files


def test_the_page_script_is_one_valid_program(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    path = tmp_path / "page.js"
    path.write_text(page_script("_binding"), encoding="utf-8")
    assert subprocess.run([node, "--check", str(path)], check=False).returncode == 0


async def test_a_collector_that_fails_costs_only_its_own_data(
    site: Site, run_crawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: StorageCollector, watched: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(StorageCollector, "settled", fail)
    site.page("/", "<script>localStorage.setItem('a', '1')</script>", Set_Cookie="c=1")
    crawl = await run_crawl()
    assert observed(crawl, "cookie", "c")
    assert crawl.visits[0].status == "ok"
    assert crawl.tool["notes"] == ["storage on https://www.shop.example/: RuntimeError: boom"]
