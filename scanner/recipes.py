"""How each consent state is reached: the choices that are made, and what is sent with each request."""

from __future__ import annotations

import msgspec

from consent.model.categories import ConsentState
from scanner.consent_actions import Choice

_GPC_SCRIPT = """(() => {
  const getter = { get globalPrivacyControl() { return true; } };
  const descriptor = Object.getOwnPropertyDescriptor(getter, "globalPrivacyControl");
  Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { ...descriptor, enumerable: true });
})();"""
"""Global Privacy Control, section 3.2: ``navigator.globalPrivacyControl`` is true where the signal is sent."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How a state is reached: the choices made on the first page, in order, and what is sent with each request."""

    choices: tuple[Choice, ...] = ()
    headers: dict[str, str] = {}
    script: str = ""


RECIPES: dict[ConsentState, Recipe] = {
    ConsentState.BEFORE: Recipe(),
    ConsentState.REJECT: Recipe(choices=("reject",)),
    ConsentState.ACCEPT: Recipe(choices=("accept",)),
    ConsentState.WITHDRAW: Recipe(choices=("accept", "withdraw")),
    ConsentState.GPC: Recipe(headers={"Sec-GPC": "1"}, script=_GPC_SCRIPT),
}
