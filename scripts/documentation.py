"""Build the documentation site: python scripts/documentation.py FOLDER

Stages docs/ and the pages of the top folder into FOLDER/docs, so that every link between them holds, and builds
FOLDER/site by Zensical with the settings of mkdocs.yml. A broken link or anchor ends the program with 1.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOP = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
"""Pages of the top folder and their names on the site."""

FILES = ("sites.example.toml", "LICENSE")
"""What pages of the top folder link to besides."""


def stage(folder: Path) -> None:
    """Lay out the sources of the site in ``folder``, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    docs = folder / "docs"
    shutil.copytree(ROOT / "docs", docs)
    for page in docs.glob("*.md"):
        page.write_text(page.read_text(encoding="utf-8").replace("](../", "]("), encoding="utf-8")
    for name, staged in TOP.items():
        text = re.sub(r"\]\((?:\./)?docs/", "](", (ROOT / name).read_text(encoding="utf-8"))
        text = re.sub(r"\]\((CONTRIBUTING|SECURITY|CHANGELOG)\)", r"](\1.md)", text)
        (docs / staged).write_text(text, encoding="utf-8")
    for name in FILES:
        shutil.copy(ROOT / name, docs / name)
    shutil.copy(ROOT / "mkdocs.yml", folder / "mkdocs.yml")


def build(folder: Path) -> int:
    """Build the staged site; returns the generator's exit code, and tells what it said where that is not 0."""
    zensical = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    done = subprocess.run(zensical, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        print(said.partition("Traceback")[0], file=sys.stderr)
    return done.returncode


def main() -> None:
    folder = Path(sys.argv[1])
    stage(folder)
    code = build(folder)
    if code == 0:
        print(f"{folder / 'site' / 'index.html'}")
    sys.exit(code)


if __name__ == "__main__":
    main()
