"""How tests are spread over the processors: file by file, but a folder whose tests look at one scan stays together.

A fixture of the session is made anew on each worker. Where the files of such a folder went to two, its scan, the longest of
all fixtures and made to take the whole machine, ran twice at once and starved itself and its neighbours.
"""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

SCANNED_ONCE = ("tests/scanner/banners/", "tests/scanner/demo/", "tests/scanner/hostile/")
"""Folders whose ``conftest.py`` scans or visits once for all of their files."""


def unit_of(nodeid: str) -> str:
    """Return what a test is to stay together with: its folder, if that is one of those, or else its file."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in SCANNED_ONCE if file.startswith(folder)), file)


class Spreading(LoadFileScheduling):
    """xdist's spreading by file, with `unit_of`."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
