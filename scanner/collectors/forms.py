"""Forms of a page: where they are sent to, how, and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scanner.browser.worlds import FrameAnswer
from scanner.collectors import BaseCollector, Scene, Watched
from scanner.observations import Observation
from scanner.parties import host_of

_MAX_FORMS = 40
_MAX_KEPT = 4_000

_LOOK = """(() => {
  const ASKED = new Set(["text", "email", "tel", "password", "search", "url", "number", "date", "file", "textarea", "select-one"]);
  const found = [];
  const fieldsOf = (elements) => {
    const fields = [];
    for (const field of elements) {
      if (fields.length >= 30) break;
      const type = String(field.type ?? "").toLowerCase();
      if (ASKED.has(type)) fields.push([type, String(field.name || field.id || "").slice(0, 60)]);
    }
    return fields;
  };
  for (const form of [...document.forms].slice(0, MAX_FORMS)) {
    const action = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, "action").get.call(form);
    const elements = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, "elements").get.call(form);
    const submit = [...elements].find((one) => one.formAction && one.hasAttribute("formaction"));
    found.push({
      action: String(submit ? submit.formAction : action).slice(0, 2000),
      // With neither, the browser would send it to the page itself: scripts do the sending.
      method: String((submit && submit.formMethod) || form.getAttribute("method")
        || (form.hasAttribute("action") ? "get" : "script")).toLowerCase(),
      fields: fieldsOf(elements),
    });
  }
  const loose = [...document.querySelectorAll("input[type=password]")].filter((field) => !field.form);
  if (loose.length) found.push({ action: "", method: "script", fields: fieldsOf(loose) });
  return found;
})()""".replace("MAX_FORMS", str(_MAX_FORMS))

Key = tuple[int, bool, str, str, str]


class FormsCollector(BaseCollector):
    """One observation per form of a page, of its own document and of frames."""

    id = "forms"
    look = _LOOK
    entry = Observation

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._forms: dict[Key, Observation] = {}

    def apply(self, page: int, entry: Observation) -> None:
        """Remember one form, each once a page."""
        self._forms.setdefault(_key(page, entry), entry)

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        """Keep the forms."""
        page = self.scene.page_url(watched.number)
        for answer in answers:
            for form in answer.value if isinstance(answer.value, list) else ():
                if not isinstance(form, dict) or len(self._forms) >= _MAX_KEPT:
                    continue
                action, method = str(form.get("action", "")), str(form.get("method", ""))[:10]
                fields = [[str(kind), str(name)] for kind, name in _pairs(form.get("fields"))]
                form_seen = Observation(
                    kind="form",
                    name=action,
                    host=host_of(action),
                    state=self.scene.state,
                    page=page,
                    time_ms=watched.elapsed_ms(),
                    after_action=self.scene.acted,
                    details={
                        "method": method,
                        "fields": fields,
                        "frame": answer.url,
                        "embedded": not answer.main,
                    },
                )
                if _key(watched.number, form_seen) not in self._forms:
                    self.learn(watched.number, form_seen)

    async def finish(self) -> list[Observation]:
        """Return the forms."""
        return list(self._forms.values())


def _key(page: int, form: Observation) -> Key:
    return page, form.after_action, form.name, form.details["frame"], repr(form.details["fields"])


def _pairs(fields: Any) -> list[tuple[Any, Any]]:
    if not isinstance(fields, list):
        return []
    return [(one[0], one[1]) for one in fields if isinstance(one, list) and len(one) == 2]
