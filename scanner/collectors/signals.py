"""What the page tells its vendors about consent: Google Consent Mode, IAB TCF and GPP, Microsoft, Meta.

The interfaces are the page's own objects, so that they are asked where the page lives, in its main world, as any vendor's
script would ask. What they answer is the page's word and is reported as that; what vendors were told is in the requests.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from scanner.browser.targets import TargetGone
from scanner.collectors import BaseCollector, Scene, Watched
from scanner.observations import Observation
from scanner.parties import host_of

_MAX_CALLS = 40
_MAX_ANSWER = 65_536

_ASK = """(async () => {
  const found = {};
  const cut = (value, size = 60) => String(value).slice(0, size);
  const flat = (value) => {
    const out = {};
    if (typeof value !== "object" || value === null) return out;
    for (const key of Object.keys(value).slice(0, 40)) {
      const inner = value[key];
      if (["string", "number", "boolean"].includes(typeof inner)) out[cut(key, 40)] = typeof inner === "string" ? cut(inner, 80) : inner;
      else if (Array.isArray(inner)) out[cut(key, 40)] = inner.slice(0, 40).map((one) => cut(one, 20));
    }
    return out;
  };
  const attempt = (name, read) => { try { const value = read(); if (value) found[name] = value; } catch { /* the page's own fault */ } };
  const soon = (ask) => Promise.race([
    new Promise((resolve) => { try { ask(resolve); } catch { resolve(null); } }),
    new Promise((resolve) => setTimeout(resolve, 600, null)),
  ]);

  const layerNames = () => {
    const names = new Set(["dataLayer"]);
    for (const script of document.querySelectorAll('script[src*="googletagmanager.com"]')) {
      names.add(new URL(script.src).searchParams.get("l") || "dataLayer");
    }
    return [...names].slice(0, 5);
  };
  attempt("layer", () => {
    const layers = layerNames().filter((name) => Array.isArray(globalThis[name]));
    const events = {};
    const keys = new Set();
    for (const name of layers) {
      for (const entry of Array.prototype.slice.call(globalThis[name], 0, 400)) {
        if (typeof entry !== "object" || entry === null || typeof entry[0] === "string") continue;
        for (const key of Object.keys(entry).slice(0, 40)) if (keys.size < 60) keys.add(cut(key, 40));
        const event = typeof entry.event === "string" ? cut(entry.event) : "";
        if (event && (event in events || Object.keys(events).length < 60)) events[event] = (events[event] ?? 0) + 1;
      }
    }
    return layers.length ? { layers, events, keys: [...keys].sort() } : null;
  });
  attempt("google", () => {
    const calls = [];
    for (const name of layerNames()) {
      const layer = globalThis[name];
      if (!Array.isArray(layer)) continue;
      for (let i = 0; i < Math.min(layer.length, 400) && calls.length < 60; i += 1) {
        const entry = layer[i];
        if (typeof entry !== "object" || entry === null) continue;
        if (typeof entry[0] === "string") {
          if (entry[0] === "consent") calls.push([cut(entry[0]), cut(entry[1]), flat(entry[2])]);
          else if (entry[0] === "config" || entry[0] === "event") calls.push([cut(entry[0]), "", {}]);
        } else if (entry.event === "gtm.js") calls.push(["gtm.js", "", {}]);
      }
    }
    const state = {};
    const entries = globalThis.google_tag_data?.ics?.entries;
    if (entries) for (const type of Object.keys(entries).slice(0, 12)) state[cut(type, 40)] = flat(entries[type]);
    return calls.length || entries ? { calls, state } : null;
  });
  attempt("uet", () => {
    const queue = globalThis.uetq;
    if (!queue) return null;
    const consent = queue.uetConfig?.consent;
    return { calls: [], state: flat(consent), loaded: !Array.isArray(queue) };
  });
  attempt("meta", () => globalThis.fbq ? { loaded: typeof globalThis.fbq.callMethod === "function", version: cut(globalThis.fbq.version ?? "") } : null);
  attempt("clarity", () => globalThis.clarity ? { loaded: Boolean(globalThis.clarity.v), version: cut(globalThis.clarity.v ?? "") } : null);
  const waits = [];
  if (typeof globalThis.__tcfapi === "function") waits.push((async () => {
    const ping = await soon((done) => globalThis.__tcfapi("ping", 2, (answer) => done(answer)));
    const data = await soon((done) => globalThis.__tcfapi("addEventListener", 2, (answer, ok) => {
      done(ok ? answer : null);
      if (answer?.listenerId !== undefined) globalThis.__tcfapi("removeEventListener", 2, () => {}, answer.listenerId);
    }));
    found.tcf = { ping: flat(ping), data: flat(data), string: typeof data?.tcString === "string" ? data.tcString.slice(0, 20001) : "" };
  })());
  if (typeof globalThis.__gpp === "function") waits.push((async () => {
    const ping = await soon((done) => globalThis.__gpp("ping", (answer) => done(answer)));
    found.gpp = { ping: flat(ping), string: typeof ping?.gppString === "string" ? ping.gppString.slice(0, 2000) : "" };
  })());
  if (typeof globalThis.__uspapi === "function") waits.push((async () => {
    const data = await soon((done) => globalThis.__uspapi("getUSPData", 1, (answer) => done(answer)));
    found.usp = { string: cut(data?.uspString ?? "", 20) };
  })());
  await Promise.all(waits);
  return JSON.stringify(found).slice(0, MAX_ANSWER);
})()""".replace("MAX_ANSWER", str(_MAX_ANSWER))


class _Answer(msgspec.Struct, frozen=True, tag="answer"):
    """What the page's interfaces answered at one time."""

    acted: bool
    time_ms: float
    answers: dict[str, Any]


class _Call(msgspec.Struct, frozen=True, tag="call"):
    """One call of an interface whose queue was seen."""

    api: str
    words: str


class SignalsCollector(BaseCollector):
    """One observation per page and interface that is there; two where the consent action was done on the page."""

    id = "signals"
    script = "signals.js"
    entry = _Answer | _Call

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._calls: dict[int, dict[str, list[str]]] = {}
        self._seen: list[tuple[int, _Answer]] = []

    def apply(self, page: int, entry: _Answer | _Call) -> None:
        """Remember an answer or a call."""
        if isinstance(entry, _Answer):
            self._seen.append((page, entry))
        else:
            self._calls.setdefault(page, {}).setdefault(entry.api, []).append(entry.words)

    def watch(self, watched: Watched) -> None:
        """Listen to queues that were seen whole."""
        watched.on_record("consent_call", lambda record: self._called(watched, record))

    async def settled(self, watched: Watched) -> None:
        """Ask the interfaces of the page's own document."""
        if watched.targets.hung:
            return
        try:
            answer = await watched.targets.send(
                "Runtime.evaluate",
                {"expression": _ASK, "awaitPromise": True, "returnByValue": True, "timeout": 2000},
                timeout_s=2.5,
            )
        except TargetGone:
            return
        told = answer.get("result", {}).get("value")
        if isinstance(told, str) and told != "{}":
            try:
                found = json.loads(told)
            except ValueError:
                self.scene.note(f"signals on {self.scene.page_url(watched.number)}: the answer is too long")
                return
            if isinstance(found, dict):
                self.learn(watched.number, _Answer(self.scene.acted, watched.elapsed_ms(), found))

    async def finish(self) -> list[Observation]:
        """Return what was answered."""
        names = {
            "google": "google_consent_mode",
            "layer": "data_layer",
            "uet": "microsoft_uet",
            "meta": "meta_pixel",
            "clarity": "microsoft_clarity",
            "tcf": "tcf",
            "gpp": "gpp",
            "usp": "us_privacy",
        }
        found = []
        for number, seen in self._seen:
            page = self.scene.page_url(number)
            for key, name in names.items():
                details = seen.answers.get(key)
                if isinstance(details, dict):
                    calls = self._calls.get(number, {}).get(name, [])
                    if calls:
                        details = details | {"queued": list(calls)}
                    found.append(
                        Observation(
                            kind="signal",
                            name=name,
                            host=host_of(page),
                            state=self.scene.state,
                            page=page,
                            time_ms=seen.time_ms,
                            after_action=seen.acted,
                            details=msgspec.to_builtins(details),
                        )
                    )
        return found

    def _called(self, watched: Watched, record: dict[str, Any]) -> None:
        api, words = str(record.get("api", ""))[:40], str(record.get("words", ""))[:800]
        calls = self._calls.get(watched.number, {}).get(api, [])
        if len(calls) < _MAX_CALLS and words not in calls:
            self.learn(watched.number, _Call(api, words))
