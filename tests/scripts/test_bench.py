from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("consentry_bench", ROOT / "scripts" / "bench.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kept() -> dict[str, list[str]]:
    """The tables of each file of results."""
    files = sorted((ROOT / "benchmarks" / "results").glob("*.json"))
    return {path.stem: list(json.loads(path.read_text(encoding="utf-8"))) for path in files}


def keep(folder: Path, code: str) -> None:
    """Run ``code`` as a benchmark would run, with a folder for its results."""
    command = [sys.executable, "-c", f"from benchmarks.stored import keep; {code}"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"CONSENTRY_RESULTS": str(folder)}, check=True)


def test_the_page_tells_what_is_kept(bench: ModuleType) -> None:
    text = bench.PAGE.read_text(encoding="utf-8")
    assert bench.page(text) == text, "run: make bench ARGS=--page"


def test_every_table_that_is_kept_is_on_the_page_once(bench: ModuleType) -> None:
    slots = " ".join(
        re.findall(r"<!-- measured: ([^>]*?) -->", bench.PAGE.read_text(encoding="utf-8"))
    ).split()
    assert len(slots) == len(set(slots))
    assert {f"{file}/{table}" for file, tables in kept().items() for table in tables} <= set(slots)


def test_every_benchmark_is_run_and_every_result_has_its_benchmark(bench: ModuleType) -> None:
    programs = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"stored"}
    assert set(bench.PROGRAMS) == programs
    assert set(kept()) <= programs


def test_every_row_has_its_date_and_a_cell_for_each_column() -> None:
    for file, tables in kept().items():
        for name in tables:
            table = json.loads((ROOT / "benchmarks" / "results" / f"{file}.json").read_text("utf-8"))[name]
            assert table["command"].startswith(f"python benchmarks/{file}.py"), (file, name)
            assert table["machine"], (file, name)
            for row in table["rows"]:
                assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["measured"]), (file, name)
                assert len(row["cells"]) == len(table["columns"]), (file, name)


def test_a_row_measured_again_takes_the_place_of_the_old_one_and_the_others_stay(tmp_path: Path) -> None:
    keep(tmp_path, "keep('tea', 'speed', [{'what': 'green', 'ms': 3}, {'what': 'black', 'ms': 4}])")
    keep(tmp_path, "keep('tea', 'speed', [{'what': 'black', 'ms': 5}, {'what': 'white', 'ms': 6}])")
    keep(tmp_path, "keep('tea', 'size', [{'what': 'leaf', 'bytes': 1}])")
    file = json.loads((tmp_path / "tea.json").read_text(encoding="utf-8"))
    assert [row["cells"] for row in file["speed"]["rows"]] == [["green", 3], ["black", 5], ["white", 6]]
    assert file["size"]["columns"] == ["what", "bytes"]
    assert [path.name for path in tmp_path.iterdir()] == ["tea.json"]


def test_other_columns_begin_the_table_anew(tmp_path: Path) -> None:
    keep(tmp_path, "keep('tea', 'speed', [{'what': 'green', 'ms': 3}])")
    keep(tmp_path, "keep('tea', 'speed', [{'what': 'black', 'us': 4_000}])")
    [row] = json.loads((tmp_path / "tea.json").read_text(encoding="utf-8"))["speed"]["rows"]
    assert row["cells"] == ["black", 4000]


def test_nothing_is_written_where_no_folder_for_results_is_named(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CONSENTRY_RESULTS"}
    code = "from benchmarks.stored import keep; keep('tea', 'speed', [{'what': 'green', 'ms': 3}])"
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert list(tmp_path.iterdir()) == []


def test_a_page_is_filled_from_two_tables_with_what_was_measured_and_when(
    bench: ModuleType, tmp_path: Path
) -> None:
    keep(tmp_path, "keep('tea', 'one', [{'what': 'a|b', 'ms': 1234}], versions={'kettle': '1.2'})")
    keep(tmp_path, "keep('tea', 'two', [{'what': 'c', 'ms': None}])")
    slot = "before\n<!-- measured: tea/one tea/two -->\nold\n<!-- end of what was measured -->\nafter\n"
    filled = bench.page(slot, tmp_path)
    assert "| what | ms |\n|---|---|\n| a/b | 1,234 |\n| c | - |\n\nMeasured 20" in filled
    assert "Versions: kettle 1.2." in filled
    assert "old" not in filled
    assert filled.endswith("<!-- end of what was measured -->\nafter\n")
    assert bench.page(filled, tmp_path) == filled
    assert "\nNot measured yet.\n" in bench.page(slot.replace("tea/", "coffee/"), tmp_path)


def test_a_name_that_no_benchmark_has_is_refused_with_those_that_there_are() -> None:
    command = [sys.executable, "scripts/bench.py", "--quick", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no benchmark is called nothing; there are classify, collectors" in done.stderr


def test_a_benchmark_runs_in_its_quick_form_and_leaves_the_page_alone(bench: ModuleType) -> None:
    before = bench.PAGE.read_text(encoding="utf-8"), kept()
    done = subprocess.run(
        [sys.executable, "scripts/bench.py", "--quick", "logs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "MB/min of one core" in done.stdout
    assert (bench.PAGE.read_text(encoding="utf-8"), kept()) == before
