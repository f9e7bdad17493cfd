"""All that is to be read of a settled page, read by one question to each of its frames.

Each collector has an expression of its own, and one that fails costs only its own answer. Asked one by one they would
cost a page a round trip for each of them and frame, and the list of frames as often.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scanner.browser.worlds import FrameAnswer, ask_frames
from scanner.collectors import BaseCollector, Watched

_TIMEOUT_S = 6.0
"""For all of it, of a page that tells its frames at once: one of ten thousand forms needs seconds on a busy machine."""


async def look_at(watched: Watched, collectors: Iterable[BaseCollector], page: str = "") -> Any:
    """Give each collector what its ``look`` answered in each frame, and return what ``page`` answered in the page's own.

    None stands for no answer.
    """
    asking = [collector for collector in collectors if collector.looks_here(watched)]
    questions = {collector.id: collector.look for collector in asking}
    if page:
        questions["page"] = page
    answers = await ask_frames(watched.targets, joined(questions), timeout_s=_TIMEOUT_S)
    for collector in asking:
        try:
            collector.looked(watched, list(_part(answers, collector.id)))
        except Exception as error:  # noqa: BLE001 - a collector costs only its own data
            watched.scene.note(f"{collector.id} on {watched.page.url}: {type(error).__name__}: {error}"[:300])
    return next((part.value for part in _part(answers, "page") if part.main), None)


def joined(questions: Mapping[str, str]) -> str:
    """Return the expression that answers all of ``questions`` at once, as an object by their names.

    An expression that may be a promise. ``page`` is answered by the topmost document alone.
    """
    parts = ",\n".join(
        f"ask({json.dumps(name)}, () => {expression})" for name, expression in questions.items()
    )
    return f"""(async () => {{
  const found = {{}};
  const ask = async (name, look) => {{
    if (name === "page" && globalThis.top !== globalThis) return;
    try {{ found[name] = (await look()) ?? null; }} catch {{ found[name] = null; }}
  }};
  await Promise.all([{parts}]);
  return found;
}})()"""


def _part(answers: Iterable[FrameAnswer], name: str) -> Iterable[FrameAnswer]:
    for answer in answers:
        if isinstance(answer.value, dict) and answer.value.get(name) is not None:
            yield msgspec.structs.replace(answer, value=answer.value[name])
