"""Find a Chromium that runs on this machine; `scanner.browser.install` brings one where there is none.

In order: the program named in ``CONSENTRY_BROWSER``; Chromium or Chrome on the PATH; Playwright's own download; the
Chromium unpacked from the npm package ``@sparticuz/chromium``. A candidate counts only if it answers ``--version``:
Ubuntu's ``chromium-browser`` may be a notice without a browser, and a download may lack the libraries it needs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from consent.model.errors import BrowserNotFound

BROWSER_VARIABLE = "CONSENTRY_BROWSER"
MEND = "python -m scanner.browser.install"

PROGRAMS = (
    "chromium-headless-shell",  # first: the quickest, and it accepts third-party cookies as visitors' browsers do
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
APPLICATIONS = (  # macOS keeps them off the PATH
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
SPARTICUZ_VERSION = "153.0.0"

_VERSION = re.compile(r"\d+\.\d+\.\d+(\.\d+)?")
_VERSION_TIMEOUT_S = 30.0

Kind = Literal["headless-shell", "chromium", "playwright", "sparticuz"]


class FoundBrowser(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that runs.

    ``path`` is None for Playwright's own, which Playwright finds by itself. ``version`` is Chromium's, such as
    ``156.0.8078.79``. ``library_path`` is a folder that the dynamic linker needs in LD_LIBRARY_PATH, or empty.
    """

    path: str | None
    kind: Kind
    version: str
    library_path: str = ""

    def environment(self) -> dict[str, str]:
        """The whole environment to start it in: this process's own with what this browser needs on top."""
        environment = dict(os.environ)
        if self.library_path:
            inherited = environment.get("LD_LIBRARY_PATH")
            environment["LD_LIBRARY_PATH"] = ":".join(filter(None, (self.library_path, inherited)))
            environment["FONTCONFIG_FILE"] = str(Path(self.library_path).parent / "fonts.conf")
        return environment


def find_browser() -> FoundBrowser:
    """Return the first browser that runs; raises `BrowserNotFound` whose hint is the command that brings one."""
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        found = _probe(shutil.which(named) or named)
        if found is None:
            raise BrowserNotFound(
                f"{BROWSER_VARIABLE}={named} is not a Chromium that runs.",
                hint=f"Name another program, or let Consentry search: unset {BROWSER_VARIABLE}",
            )
        return found
    for found in _candidates():
        if found is not None:
            return found
    raise BrowserNotFound("No Chromium that runs was found.", hint=MEND)


def sparticuz_folder() -> Path:
    """Where the Chromium of the npm package is unpacked: in the user's cache, by version."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "consentry" / f"sparticuz-chromium-{SPARTICUZ_VERSION}"


def playwright_browser() -> FoundBrowser | None:
    """Playwright's own download, if it is complete and runs on this machine."""
    found = next(iter(map(_probe, playwright_programs())), None)
    return msgspec.structs.replace(found, path=None, kind="playwright") if found else None


def playwright_programs() -> list[str]:
    """The downloaded program that Playwright would start headless, as a list of none or one."""
    asked = _run([sys.executable, "-m", "playwright", "install", "--dry-run", "chromium-headless-shell"])
    folder = re.search(r"Install location:\s+(\S.*headless\S*)", asked or "")
    if folder is None:
        return []
    programs = (*Path(folder[1]).glob("*/chrome-headless-shell"), *Path(folder[1]).glob("*/headless_shell"))
    return [str(program) for program in programs][:1]


def _candidates() -> Iterator[FoundBrowser | None]:
    """Probe one place after the other; later ones are not touched once a caller stops."""
    for name in (*PROGRAMS, *APPLICATIONS):
        path = shutil.which(name)
        yield _probe(path) if path else None
    yield playwright_browser()
    folder = sparticuz_folder()
    if (folder / "chromium").is_file():
        found = _probe(str(folder / "chromium"), library_path=str(folder / "lib"))
        yield msgspec.structs.replace(found, kind="sparticuz") if found else None


def _probe(path: str, *, library_path: str = "") -> FoundBrowser | None:
    """Ask the program for its version; None where it does not run."""
    kind: Kind = "headless-shell" if "headless" in Path(path).name else "chromium"
    found = FoundBrowser(path=path, kind=kind, version="", library_path=library_path)
    answer = _run([path, "--version"], environment=found.environment())
    version = _VERSION.search(answer or "")
    return msgspec.structs.replace(found, version=version[0]) if version else None


def _run(command: list[str], environment: dict[str, str] | None = None) -> str | None:
    """Standard output of a command that ended well; else None."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_VERSION_TIMEOUT_S,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
