from __future__ import annotations

from scanner.knowledge.formats import Document, cookieconsent

THIRD = r"""
import 'cookieconsent.js';
CookieConsent.run({
  categories: {
    necessary: { readOnly: true },
    analytics: {
      autoClear: { cookies: [{ name: /^_tp/ }, { name: 'tp_id', domain: 'teapot.example' }] },
      services: { teapot: { label: 'Teapot', onAccept: () => {}, cookies: [{ name: /^(ta_x|tb_x)$/ }] } },
    },
  },
  language: { default: 'en', translations: { en: { preferencesModal: { sections: [
    { title: 'Needed', linkedCategory: 'necessary', cookieTable: { headers: { name: 'Cookie' },
      body: [{ name: 'lk_basket', domain: 'Our shop', description: 'Keeps the basket.', expiration: 'Session' }] } },
    { title: 'no table' } ] } } } },
});
"""
SECOND = r"""
cc.run({ languages: { en: { settings_modal: {
  cookie_table_headers: [{ col1: 'Name' }, { col2: 'Domain' }, { col3: 'Expiration' }, { col4: 'Description' }],
  blocks: [ { title: 'x', toggle: { value: 'targeting', enabled: false },
    cookie_table: [ { col1: '^_tp', col2: 'teapot.example', col3: '2 years', col4: 'Offers.', is_regex: true } ] },
    { title: 'y', toggle: { value: 'needed', readonly: true }, cookie_table: [ { col1: 'lk_basket' } ] } ],
} } } });
"""


def test_version_3_gives_its_tables_and_what_it_clears() -> None:
    document = Document("c.js", THIRD.encode())
    assert cookieconsent.recognises(document)
    found = {fact.name: fact for fact in cookieconsent.facts(document)}
    assert {name: fact.category for name, fact in found.items()} == {
        "lk_basket": "necessary",
        "_tp*": "performance",
        "tp_id": "performance",
        "ta_x": "performance",
        "tb_x": "performance",
    }
    assert found["lk_basket"].service == "Our shop"  # no host, though it stands in the column of the domain
    assert found["lk_basket"].hosts == ()
    assert found["lk_basket"].lifetime == "Session"
    assert (found["tp_id"].hosts, found["ta_x"].service) == (("teapot.example",), "Teapot")


def test_version_2_gives_its_tables_by_the_titles_of_their_columns() -> None:
    document = Document("c.js", SECOND.encode())
    assert cookieconsent.recognises(document)
    found = {fact.name: fact for fact in cookieconsent.facts(document)}
    assert found["_tp*"].category == "advertising"
    assert found["_tp*"].hosts == ("teapot.example",)
    assert (found["_tp*"].lifetime, found["_tp*"].purpose) == ("2 years", "Offers.")
    assert found["lk_basket"].category == "necessary"


def test_another_file_is_not_taken_for_one() -> None:
    assert not cookieconsent.recognises(Document("c.json", b'{"categories": {"a": {}}}'))
    assert not cookieconsent.recognises(Document("c.json", b'{"languages": {"en": 1}}'))
