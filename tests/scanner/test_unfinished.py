"""A run over many sites is continued site by site."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from scanner.observations import PageVisit
from scanner.partial import FILE_NAME, Jar, Partial, Step, Visited
from scanner.plan import CrawlPlan
from scanner.unfinished import begin_all, continue_all, how_to_continue


@pytest.fixture
def plans(tmp_path: Path) -> dict[Path, CrawlPlan]:
    return {
        tmp_path / name: CrawlPlan(site=name, start_url=f"https://{name}.example/")
        for name in ("one", "two", "three")
    }


async def see_a_page(out: Path, plan: CrawlPlan) -> Partial:
    partial = Partial.resume(out / FILE_NAME, plan)
    visit = PageVisit(url=plan.start_url, state=ConsentState.BEFORE, status="ok")
    await partial.keep(
        Step(state=ConsentState.BEFORE, number=0, learnt={}, jar=Jar(read_s=0), visited=Visited(visit=visit))
    )
    return partial


async def test_finished_sites_keep_their_report_and_the_others_go_on(plans: dict[Path, CrawlPlan]) -> None:
    one, two, three = plans
    three.mkdir()
    (three / "report.json").write_text("{}", encoding="utf-8")  # last week's: this run never came to it
    assert begin_all(plans) == []
    Partial.resume(one / FILE_NAME, plans[one]).discard()
    (one / "report.json").write_text("{}", encoding="utf-8")
    (await see_a_page(two, plans[two])).close()
    assert continue_all(plans) == {one}
    again = Partial.resume(two / FILE_NAME, plans[two])
    assert again.resumed
    again.close()
    fresh = Partial.resume(three / FILE_NAME, plans[three])
    assert not fresh.resumed
    fresh.close()
    for out in (one, three):  # they are no real ones
        (out / "report.json").unlink()


def test_a_site_of_which_nothing_is_left_is_begun_anew(plans: dict[Path, CrawlPlan]) -> None:
    begin_all(plans)
    one = next(iter(plans))
    (one / FILE_NAME).unlink()
    assert continue_all(plans) == set()
    assert (one / FILE_NAME).is_file()


def test_where_nothing_is_unfinished_there_is_nothing_to_continue(plans: dict[Path, CrawlPlan]) -> None:
    with pytest.raises(ConfigError, match="there is no unfinished scan to continue"):
        continue_all(plans)


async def test_a_new_run_says_what_it_puts_aside(plans: dict[Path, CrawlPlan]) -> None:
    begin_all(plans)
    one = next(iter(plans))
    partial = await see_a_page(one, plans[one])
    told = how_to_continue(partial, ["consentry", "scan", "https://one.example/", "--out", "my reports"])
    partial.close()
    assert told.startswith(f"1 page visit is kept in {one / FILE_NAME}")
    assert told.endswith("consentry scan https://one.example/ --out 'my reports' --resume")
    assert begin_all(plans) == [
        f"An unfinished scan was put aside as {one / FILE_NAME}.old; --resume would have continued it."
    ]
