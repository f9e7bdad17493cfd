"""What a notice looked like: pictures of the banner on a desktop and a phone, made when it is published.

Drawing takes a browser, which this package knows nothing of: whoever can draw says so by an entry point of the group
``consentry.pictures``. The SHA-256 of each picture is sealed in the log with the notice's and the widget's; where no picture
could be made, that and the reason are sealed. Publishing never fails for want of a picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

import msgspec

from consent.model.errors import ConsentryError
from consent.store import Store
from consent.store.entries import PictureRow
from consent.store.notes import AuditNote, audit_note

GROUP = "consentry.pictures"
ACTION = "notice.pictures"
_PAGE = 500


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drawn: a page at ``url`` with the widget ``script``, which loads ``parts`` (by URL) on demand."""

    url: str
    language: str
    script: str
    parts: dict[str, str]


Draw = Callable[[Scene], Mapping[str, bytes]]
"""From a scene to its pictures (PNG) by form, ``desktop`` and ``phone``; raises `ConsentryError` where it cannot."""


def drawer() -> Draw | None:
    """Return what draws, None where no installed package can."""
    for point in entry_points(group=GROUP):
        draw: Draw = point.load()
        return draw
    return None


async def keep(
    store: Store,
    *,
    actor: str,
    site: str,
    notice_version: str,
    scene: Scene,
    pictures: Mapping[str, bytes] | str,
) -> Mapping[str, str]:
    """Store pictures and seal their hashes; where there are none, ``pictures`` is the reason, which is sealed.

    Returns what was sealed: ``notice``, ``widget``, and the hash of each form or the reason as ``none``.
    """
    widget = hashlib.sha256(scene.script.encode()).hexdigest()
    details = {"notice": notice_version, "widget": widget}
    if isinstance(pictures, str):
        details["none"] = pictures
    else:
        for form, content in sorted(pictures.items()):
            details[form] = hashlib.sha256(content).hexdigest()
            await store.add_picture(PictureRow(details[form], notice_version, form, widget, content))
    await store.append([audit_note(actor=actor, action=ACTION, site=site, details=details)])
    return details


def drawn(scene: Scene, draw: Draw | None) -> Mapping[str, bytes] | str:
    """Return the pictures of a scene, or the reason why there are none."""
    if draw is None:
        return "nothing that is installed can draw: the extra [scan] brings a browser"
    try:
        return draw(scene)
    except ModuleNotFoundError as error:
        return f"{error.name} is not installed: the extra [scan] brings it"
    except ConsentryError as error:
        return error.message


async def is_known(store: Store, notice_version: str, scene: Scene) -> bool:
    """Whether there are pictures of this notice, drawn by this build of the widget."""
    widget = hashlib.sha256(scene.script.encode()).hexdigest()
    return any(row.widget_sha256 == widget for row in await store.pictures(notice_version))


async def sealed(store: Store, notice_version: str) -> list[dict[str, str]]:
    """Return what the log says of a notice's pictures, the latest first."""
    found: list[dict[str, str]] = []
    before: bytes | None = None
    while page := await store.audit(before=before, limit=_PAGE):
        before = page[-1].record_id
        for entry in page:
            note = _note(entry.payload)
            if note is not None and note.action == ACTION and note.details.get("notice") == notice_version:
                found.append(note.details)
    return found


def _note(payload: bytes | None) -> AuditNote | None:
    try:
        return msgspec.json.decode(payload or b"", type=AuditNote)
    except msgspec.DecodeError:
        return None  # damaged: `log verify` tells of it
