"""What can be wrong with an installation, looked at piece by piece: each function returns checks and raises nothing.

Packages add their own by the entry-point group ``consentry.checks`` (`plugin_checks`); `consentry doctor` prints all.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib.util
import platform
import re
import shlex
import shutil
import sys
import time
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import unquote, urlsplit

from consent import __version__
from consent.model.checks import Check, Outcome
from consent.model.errors import ConsentryError
from consent.model.sites import SMALLEST, Settings, load_sites
from consent.store import open_store

CHECKS = "consentry.checks"
EXTRAS: dict[str, tuple[tuple[str, ...], str]] = {
    "scan": (
        ("defusedxml", "duckduckgo_autoconsent", "playwright", "protego", "trustme"),
        "scanning and the demo",
    ),
    "lists": (("adblock",), "filter lists as further evidence"),
    "postgres": (("asyncpg",), "a consent log in PostgreSQL"),
    "pdf": (("fpdf", "uharfbuzz"), "receipts as PDF without a browser"),
    "timestamps": (("rfc3161_client",), "anchors that a timestamping authority signs"),
    "speed": (("uvloop",), "a quicker server"),
}
"""Each extra of the distribution: the modules that it brings, and what for."""

OLDEST_PYTHON = (3, 11)
FREE_FAILED = 100 << 20
FREE_WARNING = 1 << 30
"""Bytes free on the disk of the log below which it may soon stop (100 MiB), or is worth a look (1 GiB)."""

CLOCK_TOLERANCE_S = 300.0
_PACKAGE = Path(__file__).parent


def check_python() -> Check:
    """Consentry's version and the Python that runs it."""
    version = platform.python_version()
    detail = f"Consentry {__version__} on Python {version}, {platform.system()} {platform.machine()}"
    if sys.version_info[:2] < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        return _failed(
            "python", f"{detail}: expected {wanted} or newer", "make setup PYTHON=/path/to/python3"
        )
    return _ok("python", detail)


def check_extras(database: str) -> list[Check]:
    """Which optional parts are installed; a missing one fails only where the configuration needs it."""
    checks = []
    for extra, (modules, purpose) in EXTRAS.items():
        missing = [module for module in modules if importlib.util.find_spec(module) is None]
        name = f"extra [{extra}]"
        if not missing:
            checks.append(_ok(name, f"installed: {purpose}"))
            continue
        detail = f"not installed ({', '.join(missing)}), needed for {purpose}"
        mend = f"pip install 'consentry[{extra}]'"
        if extra == "postgres" and urlsplit(database).scheme.startswith("postgres"):
            checks.append(_failed(name, detail, mend))
        elif extra == "scan":  # half of the commands need it
            checks.append(Check(name=name, outcome=Outcome.WARNING, detail=detail, mend=mend))
        else:
            checks.append(_ok(name, detail))
    return checks


def check_sites(path: Path, *, required: bool) -> tuple[Check, Settings | None]:
    """Whether sites.toml can be used; a missing file fails only where somebody named it."""
    if not required and not path.exists():
        missing = f"{path}: no such file, so no site can be scanned or served by its id"
        mend = f"printf {shlex.quote(SMALLEST.encode('unicode_escape').decode())} > {shlex.quote(str(path))}"
        return Check(name="sites", outcome=Outcome.WARNING, detail=missing, mend=mend), None
    try:
        settings = load_sites(path)
    except ConsentryError as error:
        return _failed("sites", error.message, error.hint), None
    return _ok("sites", f"{path}: {', '.join(settings.sites)}"), settings


def check_database(url: str) -> Check:
    """Whether the consent log can be opened, read and written; makes no file where there is none yet."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        if file.parent.is_dir():
            return _ok("database", f"{url}: not there yet; `consentry serve` creates it")
        return _failed(
            "database", f"{url}: the folder {file.parent} does not exist", f"mkdir -p {file.parent}"
        )
    try:
        doubts = asyncio.run(_open_and_ping(url))
    except ConsentryError as error:
        return _failed(
            "database",
            error.message,
            error.hint or (f"ls -l {file}*" if file else "consentry doctor --database URL"),
        )
    detail = f"{shown(url)}: opens, reads and writes"
    if doubts:
        mend = "switch it on in the database's configuration, then: SELECT pg_reload_conf()"
        return Check(
            name="database", outcome=Outcome.WARNING, detail=f"{detail}, but {', '.join(doubts)}", mend=mend
        )
    return _ok("database", detail)


def check_disk(folder: Path) -> Check:
    """Whether the disk that holds the log has room; a full one would refuse consents."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    detail = f"{free / (1 << 30):.1f} GiB free for {folder}"
    mend = f"df -h {folder}    (then make room, or move the database)"
    if free < FREE_FAILED:
        return _failed("disk", detail, mend)
    if free < FREE_WARNING:
        return Check(name="disk", outcome=Outcome.WARNING, detail=detail, mend=mend)
    return _ok("disk", detail)


def check_clock(files: Iterable[Path] = (), *, now: float | None = None) -> Check:
    """Whether the clock can be right: not before this program, or the log, was last written.

    A record's time is evidence (GDPR Art. 7(1)). ``now`` is seconds since 1970, for tests.
    """
    now = time.time() if now is None else now
    shown_now = dt.datetime.fromtimestamp(now, dt.UTC).isoformat(" ", "seconds")
    mend = "timedatectl set-ntp true    (or set the clock of this machine)"
    for file in (_PACKAGE / "__init__.py", *files):
        if file.exists() and (written := file.stat().st_mtime) > now + CLOCK_TOLERANCE_S:
            then = dt.datetime.fromtimestamp(written, dt.UTC).isoformat(" ", "seconds")
            return _failed("clock", f"it reads {shown_now}, but {file} was written at {then}", mend)
    return _ok("clock", shown_now)


def plugin_checks() -> list[Check]:
    """The checks of other packages; one that breaks is itself a failed check."""
    checks: list[Check] = []
    for point in sorted(entry_points(group=CHECKS), key=lambda point: point.name):
        try:
            checks.extend(point.load()())
        except ConsentryError as error:
            checks.append(_failed(point.name, error.message, error.hint))
        except Exception as error:  # noqa: BLE001 - a plug-in's fault must not hide what the other checks found
            text = f"the check itself failed: {type(error).__name__}: {error}"
            checks.append(_failed(point.name, text, "pip install --force-reinstall consentry"))
    return checks


def sqlite_file(url: str) -> Path | None:
    """The file that a sqlite:/// URL names, else None."""
    parts = urlsplit(url)
    path = unquote(parts.path.removeprefix("/"))
    return Path(path) if parts.scheme == "sqlite" and not parts.netloc and path else None


def shown(url: str) -> str:
    """A database URL without its password, wherever in it that stands."""
    parts = urlsplit(url)
    if parts.password:
        url = url.replace(f":{parts.password}@", ":…@")
    return re.sub(r"([?&](?:ssl)?password=)[^&]*", r"\1…", url)


async def _open_and_ping(url: str) -> list[str]:
    store = await open_store(url)  # takes part in a writing transaction, so a read-only log shows here
    try:
        await store.ping()
        return await store.doubts()
    finally:
        await store.close()


def _ok(name: str, detail: str) -> Check:
    return Check(name=name, outcome=Outcome.OK, detail=detail)


def _failed(name: str, detail: str, mend: str) -> Check:
    return Check(name=name, outcome=Outcome.FAILED, detail=detail, mend=mend)
