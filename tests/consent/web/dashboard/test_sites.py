from __future__ import annotations

from tests.consent.web.dashboard.signing_in import Desk


async def test_a_person_sees_their_sites_and_no_others(nobody: Desk) -> None:
    await nobody.sign_in("ada")
    text = await nobody.page("/admin/sites")
    assert "www.larkspur.example" in text
    assert "thyme.example" in text
    await nobody.sign_out()
    await nobody.sign_in("cy")
    text = await nobody.page("/admin/sites")
    assert "larkspur" not in text
    assert "thyme.example" in text
