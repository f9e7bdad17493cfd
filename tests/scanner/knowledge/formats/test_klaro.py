from __future__ import annotations

from scanner.knowledge.formats import Document, klaro

CONFIG = r"""
// written by a site
var klaroConfig = {
  version: 1,
  services: [
    { name: 'teapot', title: 'Teapot Analytics', purposes: ['analytics'], description: 'Counts visits.',
      cookies: [/^_tp_.*$/, ['tp_id', '/', '.teapot.example'], 'tp_plain', 7],
      callback: function (consent) { console.log(consent); } },
    { name: 'basket', purposes: ['functional'], required: true, cookies: ['lk_basket'] },
    { name: 'no cookies', purposes: ['marketing'] },
    'nonsense',
  ],
};
"""


def test_each_cookie_of_each_service_is_a_fact() -> None:
    document = Document("klaro.js", CONFIG.encode())
    assert klaro.recognises(document)
    found = {fact.name: fact for fact in klaro.facts(document)}
    assert list(found) == ["_tp_*", "tp_id", "tp_plain", "lk_basket"]
    assert {found[name].category for name in ("_tp_*", "tp_id", "tp_plain")} == {"performance"}
    assert found["tp_id"].hosts == ("teapot.example",)
    assert found["tp_id"].service == "Teapot Analytics"
    assert (found["lk_basket"].category, found["lk_basket"].filed) == (
        "necessary",
        "functional (required)",
    )


def test_the_older_word_for_services_is_read_too() -> None:
    document = Document("c.js", b"export default {apps: [{name: 'x', purposes: ['ads'], cookies: ['abcd']}]}")
    assert [fact.category for fact in klaro.facts(document)] == ["advertising"]


def test_another_file_is_not_taken_for_one() -> None:
    assert not klaro.recognises(Document("c.json", b'{"services": ["a"]}'))
    assert not klaro.recognises(Document("c.csv", b"a,b"))
