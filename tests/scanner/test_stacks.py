from __future__ import annotations

from scanner.stacks import scripts_of


def test_scripts_are_told_nearest_first_and_once() -> None:
    stack = """Error
        at Object.apply (<anonymous>:85:30)
        at put (https://tags.track.example/inner.js?v=2:1:20)
        at https://tags.track.example/loader.js#x:10:4
        at put (https://tags.track.example/inner.js?v=2:3:1)
        at async https://www.shop.example/:5:9"""
    assert scripts_of(stack) == (
        "https://tags.track.example/inner.js?v=2",
        "https://tags.track.example/loader.js",
        "https://www.shop.example/",
    )


def test_what_is_no_stack_names_nothing_and_a_huge_one_ends() -> None:
    assert scripts_of(None) == ()
    assert scripts_of("nothing") == ()
    assert scripts_of("at https://a.example/x.js:1:1\n" + "x" * 10_000_000) == ("https://a.example/x.js",)
