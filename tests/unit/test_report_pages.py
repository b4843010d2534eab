"""Pages open without a network, show what they hold, and take no text for markup."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from chronotope import pages
from chronotope.client import (
    Area,
    Communities,
    Community,
    Flow,
    Flows,
    Gap,
    Gaps,
    Hotspot,
    Hotspots,
    Overview,
    Proposal,
    Site,
    Trait,
    Turn,
)
from chronotope.client.values import Location
from chronotope.errors import InputError
from chronotope.pages import figures
from chronotope.pages.page import Figure, Rows, Section, Step

pytest.importorskip("plotly", reason="needs the extra pages")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

BAD = "<script>alert(1)</script>&\"'<b>"
CELLS = ("872a1072cffffff", "872a100d2ffffff")
AT = datetime(2026, 3, 2, tzinfo=UTC)


def overview() -> Overview:
    people = tuple(5 + hour if hour > 6 else None for hour in range(24))
    return Overview(
        at=AT,
        request={"minUsers": 5, "days": 90.0},
        interest=None,
        people=30,
        events=100,
        week=(people,) * 7,
        interests=(Turn(id="i", name=BAD, people=9, hours=(1 / 24,) * 24),),
        rows=tuple(
            Area(id=cell, name=BAD, location=Location(40.0, -73.0), people=people) for cell in CELLS
        ),
    )


def communities() -> Communities:
    trait = Trait(kind="interest", id="i", name=BAD, location=None, share=0.5, everyone=0.1,
                  lift=5.0, people=9)  # fmt: skip
    one = Community(id="community:1", size=9, within=0.5, traits=(trait,), members=None)
    return Communities(
        at=AT, request={}, events=100, people=30, tied=20, ties=50, modularity=0.5, sampled=20,
        bonds=(), key_people=None, written=False, rows=(one,),
    )  # fmt: skip


def city(language: str = "en") -> str:
    known = pages.city_sections(overview(), communities(), cast("Any", language))
    return pages.render(BAD, language, [*known, *places(language)])


def places(language: Any = "en") -> list[Section]:
    """Return hotspots, flows and gaps on the two cells, each named as badly as can be."""
    here, there = Location(40.75, -73.98), Location(40.77, -73.95)
    hot = [
        Hotspots(
            at=AT, request={}, interest=None, resolution=7, events=90, cells=2, hidden=0,
            rows=tuple(
                Hotspot(cell=cell, location=here, events=9, users=5, expected=3.0, excess=3.5,
                        z=z * sign, p=0.001, q=0.01, hot=z * sign > 2, names=(BAD,))
                for cell, z in zip(CELLS, (3.0, -1.0), strict=True)
            ),
        )
        for sign in (-1, 1)
    ]  # fmt: skip
    hours = tuple(7 if hour == 8 else None for hour in range(24))
    flow = Flow(origin=CELLS[0], destination=CELLS[1], origin_location=here,
                destination_location=there, kilometres=3.2, steps=9, users=6,
                hours=hours)  # fmt: skip
    flows = Flows(at=AT, request={"minUsers": 5}, interest=None, resolution=7, rows=(flow,))
    site = Site(cell=CELLS[0], location=here, visits=7.0)
    proposal = Proposal(objective="p-median", metres=9.0, covered=7.0, share=0.7, gap=0.0,
                        rows=(site,))  # fmt: skip
    lacking = [
        Gaps(
            at=AT, request={}, interest={"id": "i", "name": name}, resolution=7, within=900.0,
            halfway=400.0, demand=30, hidden=0, supply=2, proposals=(proposal,),
            assumptions=(BAD, "b"),
            rows=(Gap(cell=CELLS[0], location=here, demand=30, users=6, metres=400.0, supply=0,
                      nearest=None, access=0.0, unmet=10.0),),
        )
        for name in (BAD, "Bar")
    ]  # fmt: skip
    return [
        pages.hotspot_section(list(zip(("morning", "evening"), hot, strict=True)), language),
        pages.flow_section(flows, language),
        pages.gap_section(lacking, language),
    ]


def test_hotspots_are_marked_and_begin_where_there_are_most() -> None:
    section, *_ = places()
    drawn, table = section.parts
    assert isinstance(drawn, Figure)
    assert isinstance(table, Rows)
    assert [step.name for step in drawn.steps] == ["morning (6–11)", "evening (19–24)"]
    assert drawn.begin == 1
    assert drawn.data[0]["z"] == [-1.0, 3.0]  # in the order of the cells
    assert len(drawn.data[1]["lat"]) == 1
    assert drawn.steps[0].change["lat"] == [None, []]
    assert table.rows == [("evening (19–24)", BAD, "9", "3.0", "3.0", "0.01")]


def test_arrows_lead_from_cell_to_cell_at_their_hours() -> None:
    drawn, table = places()[1].parts
    assert isinstance(drawn, Figure)
    assert isinstance(table, Rows)
    (arrow,) = drawn.data
    assert (arrow["lat"][0], arrow["lon"][-1]) == (40.75, -73.95)
    assert 20 < arrow["marker"]["angle"][-1] < 90  # to the north-east, bent to the right
    assert [bool(step.change["visible"][0]) for step in drawn.steps[:11]] == [
        hour in (-1, 8) for hour in range(-1, 10)
    ]
    assert table.rows[0][2:] == ("3.2", "9", "6", "8:00")


def test_gaps_of_an_interest_are_chosen_from_a_list() -> None:
    drawn, table = places()[2].parts
    assert isinstance(drawn, Figure)
    assert isinstance(table, Rows)
    assert drawn.choice
    assert [step.change["visible"] for step in drawn.steps] == [
        [True, True, False, False],
        [False, False, True, True],
    ]
    assert table.rows[0][1:] == ("30", "2", "10", "shortest ways: 1", "70%", "0.00%")
    page = pages.render("t", "zh", places("zh"))
    assert '<option value="0" selected>&lt;script&gt;' in page
    assert "路程最短" in page


def test_no_text_of_the_graph_is_markup() -> None:
    page = city()
    own = page.replace(re.findall(r"<script>/\*\*.*?</script>", page, re.DOTALL)[0], "")
    assert "<script>alert" not in own
    assert own.count("alert(1)") >= 8
    for data in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', own, re.DOTALL):
        assert not re.search(r"[<>&]", data)
        # Plotly takes tags of texts for markup: what it gets has none but its own.
        told = json.loads(data)
        drawn = [told["data"], told["layout"], [step["change"] for step in told["steps"]]]
        assert "<" not in re.sub("</?extra>|<br>", "", json.dumps(drawn))


def test_a_page_names_no_other_machine_but_in_plotly_and_forbids_to_ask_one() -> None:
    page = city()
    scripts = re.findall(r"<script>/\*\*.*?</script>", page, re.DOTALL)
    own = page.replace(scripts[0], "")
    assert not re.search(r"https?:|//\w+\.\w", own)
    assert "default-src 'none'" in own
    assert 'name="viewport"' in own


def test_pages_speak_english_and_chinese() -> None:
    assert "When people are out" in city()
    chinese = city("zh")
    assert 'lang="zh"' in chinese
    assert "人们何时活动" in chinese
    assert "When people are out" not in chinese


def test_a_slider_can_be_told_by_those_who_do_not_see() -> None:
    page = city()
    assert 'type="range"' in page
    assert 'aria-valuetext="23:00"' in page  # the busiest hour is where it begins


def test_what_is_too_small_is_not_drawn() -> None:
    (drawn,) = [
        part
        for section in pages.city_sections(overview(), None, "en")
        for part in section.parts
        if isinstance(part, Figure) and part.steps
    ]
    assert drawn.steps[0].change["customdata"] == [[None, None]]
    assert drawn.steps[9].change["customdata"] == [[14, 14]]


def test_named_places_alone_have_no_map() -> None:
    assert figures.cells("", ["place:Harbour"], ["Harbour"], [("8", [1.0])]) is None
    assert figures.dots("", [], [], []) is None


def test_an_evaluation_is_shown_with_its_intervals_and_what_parts_add(tmp_path: Path) -> None:
    value = {"value": 0.2, "ci95": [0.18, 0.22]}
    report = {
        "task": "next", "cut": "c", "until": "u", "model": BAD, "seed": 0, "users": 3,
        "instances": 9, "metrics": {"mrr": value}, "baselines": {"popularity": {"mrr": 0.05}},
        "ratios": {"popularity": {"mrr": {"value": 4.0, "ci95": [3.6, 4.4]}}},
        "ablation": {"without T": {"mrr": value}},
    }  # fmt: skip
    (tmp_path / "e.json").write_text(json.dumps({"report": report}))
    read = pages.read_evaluation(tmp_path / "e.json")
    sections = list(pages.evaluation_sections(read, "en"))
    assert [section.title for section in sections][1:] == [
        "Metrics with their 95 % intervals",
        "How many times as good as baselines",
        "Without a part",
    ]
    table = sections[1].parts[-1]
    assert isinstance(table, Rows)
    assert table.rows[0] == ("mrr", "chronotope", "0.2000", "0.1800 – 0.2200")
    assert table.rows[1] == ("mrr", "popularity", "0.0500", "—")
    for text in ("{}", "nonsense", "[1]"):
        (tmp_path / "e.json").write_text(text)
        with pytest.raises(InputError, match="is no evaluation"):
            pages.read_evaluation(tmp_path / "e.json")
    with pytest.raises(InputError, match="cannot be read"):
        pages.read_evaluation(tmp_path / "gone.json")


def test_a_page_is_written_into_a_folder_and_never_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = Section("t", ("n",), (Rows(("a",), [("b",)]),))
    pages.check(tmp_path / "new", overwrite=False)
    place = pages.write(tmp_path / "new", "title", "en", [section])
    assert place == tmp_path / "new" / "index.html"
    assert "plotly" not in place.read_text(encoding="utf-8")  # nothing is drawn
    with pytest.raises(InputError, match="exists already"):
        pages.check(tmp_path / "new", overwrite=False)
    pages.check(tmp_path / "new", overwrite=True)
    monkeypatch.setattr("chronotope.pages.page.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"chronotope\[pages\]"):
        pages.check(tmp_path / "new", overwrite=True)


PROBE = """<script>
setTimeout(() => {
  const figures = [...document.querySelectorAll(".figure")], map = figures[0];
  const hexagons = () => [...map.querySelectorAll(".choroplethlayer path")];
  const stars = () => document.querySelectorAll(".figure")[3].querySelectorAll(".point").length;
  const sliders = document.querySelectorAll("input[type=range]"), hot = stars();
  sliders[1].value = 0; sliders[1].dispatchEvent(new Event("input"));
  const list = document.querySelector("select"), lacks = figures[5];
  list.value = 1; list.dispatchEvent(new Event("input"));
  const colours = () => hexagons().map(path => path.getAttribute("fill")).join();
  const before = colours(), slider = document.querySelector("input[type=range]");
  slider.focus(); slider.value = 8; slider.dispatchEvent(new Event("input"));
  setTimeout(() => {
    document.title = JSON.stringify({hexagons: hexagons().length, changed: before !== colours(),
      said: slider.getAttribute("aria-valuetext"), focused: document.activeElement === slider,
      cells: document.querySelectorAll(".hm image").length,
      areas: document.querySelectorAll(".scatterlayer .js-fill").length,
      stars: [hot, stars()], arrows: figures[4].querySelectorAll(".js-line").length,
      missing: lacks.querySelectorAll(".choroplethlayer path").length,
      drawn: figures.every(figure => figure.querySelector(".main-svg")),
      prints: (dispatchEvent(new Event("beforeprint")),
        [...document.querySelectorAll(".main-svg")].every(svg => svg.hasAttribute("viewBox"))),
      fits: document.documentElement.scrollWidth <= innerWidth});
  }, 1500);
}, 3000);
</script></body>"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_a_browser_draws_all_of_it_and_asks_no_machine(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(city().replace("</body>", PROBE), encoding="utf-8")
    done = subprocess.run(
        [
            str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--window-size=500,900", "--virtual-time-budget=15000",
            "--enable-logging=stderr",
            f"--user-data-dir={tmp_path / 'browser'}", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert "CONSOLE" not in done.stderr  # neither an error nor what the policy forbade
    title = re.search(r"<title>(.*?)</title>", done.stdout)
    assert title is not None
    found = json.loads(title[1].replace("&quot;", '"'))
    assert found == {"hexagons": 2, "changed": True, "said": "8:00", "focused": True, "cells": 1,
                     "areas": 1, "fits": True, "stars": [1, 0], "arrows": 1, "missing": 1,
                     "drawn": True, "prints": True}  # fmt: skip


def test_steps_are_told_as_plotly_takes_them() -> None:
    step = Step("8", {"z": [[1, None]]})
    page = pages.render("t", "en", [Section("s", (), (Figure("f", [], {}, (step, step)),))])
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert json.loads(data)["steps"][0] == {"name": "8", "change": {"z": [[1, None]]}}
