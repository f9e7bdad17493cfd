from __future__ import annotations

import base64
import json

import msgspec
import pytest

from consent.model.errors import ConfigError
from scanner.mail import read as reading
from tests.scanner.mail import letters
from tests.scanner.mail.letters import READER, TOKEN, letter, page, read, told


def test_sendgrid_counts_openings_clicks_and_the_way_out() -> None:
    message = told(letters.sendgrid())
    (pixel,) = message.remotes
    assert (pixel.service, pixel.size, pixel.identifiers) == ("Twilio SendGrid", "1x1", ("parameter upn",))
    assert "counts openings" in pixel.pixel
    assert [(one.tracked != "", one.unsubscribe) for one in message.links] == [(True, True), (True, False)]
    assert message.identifiers[0].addresses == 3
    assert not message.one_click


def test_constant_contact_has_its_pixel_fonts_and_a_straight_way_out() -> None:
    message = told(letters.constant_contact())
    assert [(one.kind, bool(one.pixel)) for one in message.remotes] == [
        ("image", True),
        ("stylesheet", False),
        ("image", False),
    ]
    (out,) = [one for one in message.links if one.unsubscribe]
    assert out.tracked == ""
    assert message.one_click
    assert message.unsubscribe_header == ("https://visitor.constantcontact.com/",)


def test_hubspot_is_known_under_the_senders_own_host_too() -> None:
    message = told(letters.hubspot())
    assert (message.remotes[0].host, message.remotes[0].service) == (
        "email.larkspur.example",
        "HubSpot e-mail",
    )
    assert [one.service for one in message.links if one.tracked] == ["HubSpot e-mail"]
    assert message.unsubscribe_header == ("mailto:…@bf01x.hubspotemail.net",)


def test_what_microsoft_365_rewrote_for_the_reader_is_no_doing_of_the_sender() -> None:
    (link,) = told(letters.microsoft()).links
    assert (link.url, link.tracked, link.gateway) == (
        "https://www.larkspur.example/teas/assam", "", "Microsoft Defender Safe Links",
    )  # fmt: skip


def test_mailchimp_carries_a_target_in_base64_and_a_hash_of_the_reader() -> None:
    message = told(letters.mailchimp())
    targets = {one.target: one.encoding for one in message.links if one.target}
    assert targets == {"https://www.larkspur.example/teas": "base64"}
    (hashed,) = [one for one in message.remotes if one.host == "pics.example"]
    assert hashed.recipient == "md5"
    assert not hashed.pixel
    assert ("address", "md5") in [(one.kind, one.encoding) for one in message.identifiers]


def test_a_message_that_tracks_nobody_has_nothing() -> None:
    message = told(letters.plain())
    assert message.remotes == ()
    assert [one.tracked for one in message.links] == [""]
    assert (message.identifiers, message.bulk, message.notes) == ((), (), ())


def test_nothing_in_it_names_the_reader_or_holds_a_token() -> None:
    secret = base64.b64encode(json.dumps({"to": READER}).encode()).decode().rstrip("=")
    data = letter(
        page(
            f'<a href="https://ct.example/r?to=https%3A%2F%2Fwww.larkspur.example%2F%3Fm%3D{READER}&t={TOKEN}">Ana</a>',
            f'<img src="https://ct.example/p/{secret}" width="1" height="1">',
        ),
        headers={
            "List-Unsubscribe": f"<mailto:out+{TOKEN}@larkspur.example?subject={READER}>, <https://x.example/{TOKEN}>"
        },
    )
    for one in (data, letters.sendgrid(), letters.mailchimp()):
        encoded = msgspec.json.encode(told(one)).decode()
        for word in (READER, "brewer", "Brewer", TOKEN, TOKEN[5:], secret[:30]):
            assert word not in encoded


def test_copies_to_two_readers_tell_whose_tokens_are_whose() -> None:
    other = "u001.Qq1Ww2Ee3Rr4Tt5Yy6Uu7"
    campaign = "Cc9Bb8Vv7Xx6Zz5Aa4Ss3"
    html = '<a href="https://a.example/x?c={c}&r={r}">a</a><a href="https://a.example/y?c={c}&r={r}">b</a>'
    first, second = read(
        letter(page(html.format(c=campaign, r=TOKEN))),
        letter(page(html.format(c=campaign, r=other)), to="bo@reader.example"),
    )
    assert first.message.links[0].identifiers == second.message.links[0].identifiers == ("parameter r",)
    assert [one.where for one in first.message.identifiers] == [("parameter r",)]


def test_links_of_plain_text_count_where_there_is_no_html() -> None:
    message = told(letter(text=f"Teas: https://u1.ct.sendgrid.net/ls/click?upn={TOKEN} and more."))
    assert message.links[0].service == "Twilio SendGrid"


def test_a_long_list_is_cut_after_the_pixels_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LISTED", 3)
    pictures = "".join(f'<img src="https://p.example/{n}.png" width="9" height="9">' for n in range(9))
    (one,) = read(letter(page(pictures, f'<img src="https://u1.ct.sendgrid.net/wf/open?upn={TOKEN}">')))
    assert len(one.message.remotes) == len(one.addresses) == 3
    assert one.message.remotes[0].pixel
    assert one.message.notes == ("7 more things loaded are counted and not listed",)


def test_a_date_is_told_and_none_where_it_is_broken() -> None:
    assert told(letters.plain()).date == "2026-03-02T09:14:05+00:00"
    assert told(b"From: a@b.example\r\nDate: whenever\r\n\r\nHello").date == ""


def test_what_is_no_message_is_refused_by_its_name() -> None:
    with pytest.raises(ConfigError, match=r"1\.eml"):
        read(b"no message")
