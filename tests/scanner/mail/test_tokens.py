from __future__ import annotations

from scanner.mail.masking import Secrets
from scanner.mail.tokens import Words, addresses_in, common_words, places_of
from tests.scanner.mail.letters import READER

ONE, TWO = "Kx7Qm2Zt9LpB4wYs8RnD", "Zz1Yy2Xx3Ww4Vv5Uu6Tt"


def test_words_are_told_by_their_place() -> None:
    found = places_of(f"https://x.example/{ONE}?t={TWO}&utm_campaign=Ab1Cd2Ef3Gh4Ij5Kl6Mn#{ONE}")
    assert found == {ONE: {"path", "fragment"}, TWO: {"parameter t"}}


def test_words_as_people_write_them_are_no_tokens() -> None:
    assert places_of("https://x.example/spring-teas-2026/Green-and-white_2025") == {}


def test_of_a_plain_link_only_what_others_share_counts() -> None:
    alone, shared = f"https://x.example/a?t={ONE}", f"https://x.example/b?t={TWO}"
    words = Words([alone, shared, f"https://y.example/{TWO}"])
    assert words.of(alone, counter=False) == ()
    assert words.of(alone, counter=True) == ("parameter t",)
    assert words.of(shared, counter=False) == ("parameter t",)


def test_a_parameter_that_names_the_reader_counts_by_its_name() -> None:
    url = "https://www.larkspur.example/?_hsenc=short"
    assert Words([url]).of(url, counter=False) == ("parameter _hsenc",)


def test_of_a_counter_shorter_tokens_are_enough() -> None:
    url = "https://l.example/open.php?e=1a2b3c4d5e&utm_id=1a2b3c4d5e"
    assert Words([url]).of(url, counter=True) == ("parameter e",)


def test_shared_words_are_told_once_with_a_salted_hash() -> None:
    words = Words([f"https://x.example/a?t={ONE}", f"https://x.example/b?t={ONE}", "https://x.example/c"])
    (found,) = words.shared(b"salt")
    assert (found.addresses, found.where, found.hosts) == (2, ("parameter t",), ("x.example",))
    assert ONE not in found.value_hash
    assert found.value_hash != words.shared(b"other")[0].value_hash


def test_what_messages_to_two_readers_share_is_the_mailings() -> None:
    urls = [f"https://x.example/?c={ONE}&r={TWO}", f"https://x.example/?c={ONE}"]
    common = common_words(
        [(urls, frozenset({"a@x.example"})), ([f"https://x.example/?c={ONE}"], frozenset({"b@x.example"}))]
    )
    assert common == {ONE}
    assert Words(urls, common=common).of(urls[0], counter=False) == ()
    assert (
        common_words([(urls, frozenset({"a@x.example"})), (urls, frozenset({"a@x.example"}))]) == frozenset()
    )


def test_the_readers_address_is_told_by_encoding() -> None:
    found = addresses_in(
        [f"https://x.example/?m={READER}", f"https://y.example/{READER.encode().hex()}"], Secrets([READER])
    )
    assert [(one.kind, one.encoding, one.hosts) for one in found] == [
        ("address", "hex", ("y.example",)),
        ("address", "plain", ("x.example",)),
    ]
