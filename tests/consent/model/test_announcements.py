from __future__ import annotations

from consent.model.announcements import AnnouncedText, Announcement


def test_a_text_falls_into_paragraphs_and_lists() -> None:
    text = "From May on,\nas told.\n- One\n- Two\n  goes on\n\n\nThe end - nearly."
    assert AnnouncedText(text=text).blocks() == (
        "From May on, as told.",
        ("One", "Two goes on"),
        "The end - nearly.",
    )
    assert AnnouncedText(text="\n \n").blocks() == ()


def test_what_a_browser_remembers_changes_with_all_that_is_announced() -> None:
    def made(**changes: str) -> str:
        text = AnnouncedText(text=changes.pop("text", "One."))
        values = {"until": "2026-12-25", "since": "2026-11-25T10:00:00.000Z", **changes}
        return Announcement(texts={"en": text}, **values).id  # type: ignore[arg-type]  # strings all of them

    assert len(made()) == 8
    assert made() == made()
    assert len({made(), made(text="Two."), made(until="2026-12-26"), made(link="https://a.example/")}) == 4
