"""Every consent state is reached in its own way."""

from __future__ import annotations

from consent.model.categories import ConsentState
from scanner.recipes import RECIPES


def test_every_state_has_a_recipe() -> None:
    assert set(RECIPES) == set(ConsentState)


def test_only_the_signal_is_sent_with_each_request_and_only_choices_are_clicked() -> None:
    assert {state for state, recipe in RECIPES.items() if recipe.headers} == {ConsentState.GPC}
    assert RECIPES[ConsentState.WITHDRAW].choices == ("accept", "withdraw")
    assert RECIPES[ConsentState.BEFORE].choices == ()
