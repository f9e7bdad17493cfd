"""What this installation knows beyond the shipped rules: imported facts and filter lists, both ranking below them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scanner.knowledge.filter_lists import FilterLists
from scanner.knowledge.imported import Imported


class LocalKnowledge:
    """Either part is None where nothing of it is stored."""

    def __init__(self, *, imported: Imported | None = None, lists: FilterLists | None = None) -> None:
        self.imported = imported
        self.lists = lists

    @classmethod
    def load(cls, folder: Path | None = None) -> LocalKnowledge | None:
        """Return what is in the user's data folder; None where it holds nothing that can be used."""
        imported, lists = Imported.load(folder), FilterLists.load(folder)
        return cls(imported=imported, lists=lists) if imported or lists else None

    def described(self) -> list[dict[str, Any]]:
        """Return what was used, for a report: title, version or date, licence."""
        used: list[dict[str, Any]] = [
            {"title": one.title, "date": one.imported, "licence": one.licence, "sha256": one.sha256}
            for one in (self.imported.sources if self.imported else ())
        ]
        used.extend(
            {
                "title": one.title,
                "version": one.version,
                "date": one.updated,
                "licence": one.licence,
                "sha256": one.sha256,
            }
            for one in (self.lists.infos if self.lists else ())
        )
        return used
