"""Write the names of deploy/names.toml, and the version of pyproject.toml, into the files of deploy/ (`make names`)."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "deploy/names.toml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
"""An image's registry and path, or a repository's owner and name: nothing that means something in YAML."""


class Place(NamedTuple):
    """Where a name stands: what is before it, and the name itself with `{images}`, `{repository}` and `{version}`."""

    file: str
    before: str
    name: str


PLACES = (
    Place("deploy/kubernetes/server.yaml", "image: ", "{images}/consentry:{version}"),
    Place("deploy/kubernetes/worker.yaml", "image: ", "{images}/consentry-scan:{version}"),
    Place("deploy/ci/gitlab.yml", "CONSENTRY_IMAGE: ", "{images}/consentry-scan:{version}"),
    Place("deploy/ci/gitlab.yml", "include: ", "{{project: {repository}, ref: v{version}, file: deploy/ci/gitlab.yml}}"),
    Place("deploy/ci/workflow.example.yml", "uses: (?=.*/deploy/ci/)", "{repository}/deploy/ci/github-action@v{version}"),
)  # fmt: skip


def names() -> dict[str, str]:
    """The names, by how they are called in `PLACES`; ends the program where one could not stand in a file."""
    given = tomllib.loads((ROOT / SETTINGS).read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for key in ("images", "repository"):
        if not isinstance(given.get(key), str) or not NAME.fullmatch(given[key]):
            sys.exit(f"{SETTINGS}: {key} must be a name such as your-organisation/consentry, in quotes")
    return given | {"version": project["version"].partition(".dev")[0]}


def written(file: str, text: str, known: dict[str, str]) -> str:
    """The text of a file with the names in it; ends the program where a place is gone, so that none is forgotten."""
    for place in PLACES:
        if place.file != file:
            continue
        name = place.name.format(**known)
        text, count = re.subn(rf"(?m)({place.before})\S.*$", lambda match, name=name: match[1] + name, text)
        if count != 1:
            sys.exit(f"{file}: `{place.before}` stands there {count} times, and not once")
    return text


def main() -> None:
    known = names()
    for file in dict.fromkeys(place.file for place in PLACES):
        path = ROOT / file
        text = path.read_text(encoding="utf-8")
        if (new := written(file, text, known)) != text:
            path.write_text(new, encoding="utf-8")
            print(file)


if __name__ == "__main__":
    main()
