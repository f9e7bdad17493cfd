"""docs/tutorial.md, done as it says: its shell blocks, its sites.toml and its two lines, on the demo shop.

What the test does otherwise: the first three lines of "Install" are left out, since the suite runs in an environment that has
the program; `consentry scan` also gets where the shop's hosts are (`--resolve`, `--alias`, and its own certificates), and
leaves out the audit of the banner, which the journey of the demo has;
`consentry serve` takes a free port, behind the demo's TLS front, and is ended at the end.
"""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from scanner.demo.front import DemoWorld
from scanner.demo.truth import CNAMES
from scanner.report import load_report

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("python3 -m venv", ". .venv/bin/activate", "pip install")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
pytestmark = pytest.mark.timeout(300)


async def started(*arguments: str, cwd: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "consent.cli", *arguments, cwd=cwd, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


class Reader:
    """Somebody who does what the tutorial says, in ``folder``; ``said`` has what each command printed last."""

    def __init__(self, folder: Path, world: DemoWorld) -> None:
        self.folder = folder
        self.world = world
        self.done: list[str] = []
        self.said: dict[str, str] = {}
        self.server: asyncio.subprocess.Process | None = None
        self.here = [part for one in world.resolve for part in ("--resolve", one)]
        self.here += [part for host, name in CNAMES.items() for part in ("--alias", f"{host}={name}")]

    async def follow(self, kind: str, block: str) -> None:
        if kind == "toml":
            (self.folder / "sites.toml").write_text(block, encoding="utf-8")
        elif kind == "html":
            assert block.strip() in self.said["widget publish"]
            self.world.protect(block)
        else:
            for line in block.splitlines():
                if not line.startswith(LEFT_OUT):
                    await self.type(line)

    async def type(self, line: str) -> None:
        program, *arguments = shlex.split(line)
        assert program == "consentry", line
        name = " ".join(arguments[: 1 if arguments[0] in {"scan", "doctor", "serve"} else 2])
        self.done.append(name)
        if name == "serve":
            await self.serve(*arguments)
            return
        if name == "scan":
            arguments += ["--ignore-certificate-errors", "--no-banner-audit", *self.here]
        process = await started(*arguments, cwd=self.folder)
        output, _ = await process.communicate()
        self.said[name] = output.decode()
        assert process.returncode == 0, f"{line}\n{self.said[name]}"

    async def serve(self, *arguments: str) -> None:
        self.server = await started(*arguments, "--listen", "127.0.0.1:0", cwd=self.folder)
        assert self.server.stdout is not None
        async for output in self.server.stdout:
            if found := ADDRESS.search(output.decode()):
                self.world.consent_upstream = found[0]
                return

    async def end(self) -> None:
        if self.server is not None and self.server.returncode is None:
            self.server.terminate()
            await self.server.communicate()


async def test_who_follows_the_tutorial_has_a_protected_site_and_the_proof(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    async with DemoWorld() as world:
        reader = Reader(tmp_path, world)
        try:
            for kind, block in re.findall(r"```(sh|toml|html)\n(.*?)```", text, re.DOTALL):
                await reader.follow(kind, block)
            await reader.type("consentry log verify --json")
        finally:
            await reader.end()
    assert reader.done == [
        "doctor", "scan", "knowledge decide", "knowledge decide", "widget publish", "serve", "scan",
        "log verify", "log verify",
    ]  # fmt: skip
    bare = load_report(tmp_path / "reports/larkspur/report.json")
    protected = load_report(tmp_path / "reports/protected/report.json")
    assert [one for one in bare.findings if one.rule == "before-consent"]
    assert [one.state for one in protected.passes if one.applied] == ["before", "reject", "accept"]
    assert not [one for one in protected.findings if one.rule in {"before-consent", "after-reject"}]
    assert json.loads(reader.said["log verify"])["data"]["records"] >= 2, "a refusal and an acceptance"
