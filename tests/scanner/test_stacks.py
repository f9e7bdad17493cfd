from __future__ import annotations

from scanner.stacks import MAX_FRAMES, places_of, scripts_of


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


def test_places_have_line_and_column_and_say_what_lies_behind_an_await() -> None:
    stack = """Error
        at put (https://tags.track.example/inner.js?v=2:1:20)
        at https://tags.track.example/loader.js:10:4
        at async run (https://www.shop.example/a.js:5:9)"""
    assert places_of(stack) == (
        "https://tags.track.example/inner.js?v=2:1:20",
        "https://tags.track.example/loader.js:10:4",
        "async https://www.shop.example/a.js:5:9",
    )
    assert len(places_of("\n".join(f"at https://a.example/{n}.js:1:1" for n in range(99)))) == MAX_FRAMES
    assert places_of(None) == ()
