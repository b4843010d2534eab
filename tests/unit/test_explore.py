"""The live page: who may come in, what it says, and that no name becomes markup."""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chronotope.cli.main import main
from chronotope.client import (
    Area,
    Found,
    Kind,
    Kinds,
    Named,
    Overview,
    Place,
    Recommendation,
    Recommendations,
    Recorded,
    Term,
    Tried,
    Turn,
    User,
    Users,
)
from chronotope.client.values import Location
from chronotope.errors import InputError, UnavailableError

pytest.importorskip("starlette", reason="needs the extra pages")
pytest.importorskip("uvicorn", reason="needs the extra pages")
pytest.importorskip("httpx2", reason="needs the extra dev")

from starlette.testclient import TestClient

from chronotope.explore import check, routes
from chronotope.explore.door import Door
from chronotope.explore.routes import Room, application
from chronotope.explore.words import words

serving = import_module("chronotope.explore.serve")  # the package has a function of that name
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

DATA = Path(__file__).resolve().parents[1] / "data"

BAD = "<script>alert(1)</script>&\"'<b>"
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CELLS = ("872a1072cffffff", "872a100d2ffffff")
QUESTION = {"user": "ann", "at": "2026-03-02T08:00", "task": "next"}
EVENT = {**QUESTION, "item": "b", "kind": "visit"}
OTHERS_TOKEN = "x" * 43


def recommendations(*ids: str) -> Recommendations:
    rows = tuple(
        Recommendation(
            id=id_, name=BAD, category=BAD, location=Location(40.0, -73.0), score=1.0, base=0.5,
            terms=(Term(feature="popularity", value=1.0, share=0.75),
                   Term(feature="hour", value=1.0, share=-0.5)),
            rest=0.25, because=(), features={},
        )
        for id_ in ids
    )  # fmt: skip
    return Recommendations(
        user=BAD, known=True, at=AT, as_of=AT, partial=False, model="next", learned_from=None,
        request={}, rows=rows, remarks=(BAD,),
    )  # fmt: skip


class Canned:
    """Answers as a client does, with a name that would be markup everywhere."""

    def __init__(self) -> None:
        self.recorded: list[tuple[Any, ...]] = []
        self.asked: list[dict[str, Any]] = []

    def run(self, name: str) -> list[dict[str, Any]]:
        assert name == "doctor.describe_graph"
        return [{"newest": AT}]

    def kinds(self) -> Kinds:
        return Kinds(rows=(Kind(name=BAD, weight=1.0, goal=True, consumes=True),))

    def find_users(self, begins: str, *, after: str | None, k: int) -> Users:
        rows = (User(id=BAD),) if after is None else (User(id="zoe"),)
        return Users(request={"begins": begins, "k": k}, more=after is None, rows=rows)

    def find_items(self, text: str, *, k: int) -> Found:
        return Found(request={"k": k}, rows=(Named(id=text, name=BAD, category=BAD),))

    def overview(self, *, at: datetime, min_users: int) -> Overview:
        people = tuple(5 + hour if hour > 6 else None for hour in range(24))
        other = tuple(40 - hour if hour > 6 else None for hour in range(24))
        rows = tuple(
            Area(id=cell, name=f"{BAD} {n}", location=Location(40.0, -73.0 + n), people=counts)
            for n, (cell, counts) in enumerate(zip(CELLS, (people, other), strict=True))
        )
        mix = Turn(id="i", name=BAD, people=9, hours=tuple(hour / 24 for hour in range(24)))
        return Overview(
            at=at, request={"minUsers": min_users}, interest=None, people=30, events=100,
            week=(people,) * 7, interests=(mix,), rows=rows,
        )  # fmt: skip

    def profile(self, user: str, **_: Any) -> Any:
        if user == "nobody":
            raise InputError("The graph has no user 'nobody'.")
        return SimpleNamespace(text=BAD, remarks=(BAD,))

    def rhythm(self, *_: Any, **__: Any) -> Any:
        place = Place(id="p", name=BAD, location=Location(40.0, -73.0), weight=1.0, events=3,
                      hours=(1 / 24,) * 24, weekdays=(1 / 7,) * 7, last=None)  # fmt: skip
        return (place,)

    def tags(self, *_: Any, **__: Any) -> Any:
        tag = SimpleNamespace(name=BAD, weight=0.5, trend="new", when=lambda language: BAD)
        return (tag,)

    def recommend(self, _: str, **given: Any) -> Recommendations:
        self.asked.append(given)
        return recommendations("a", "b")

    def discover(self, *_: Any, **__: Any) -> Recommendations:
        return recommendations("c")

    def explain(self, _: str, item: str, **__: Any) -> Any:
        return SimpleNamespace(
            id=item, name=BAD, recommended=item == "a", sentences=lambda language: [BAD],
            terms=recommendations("a")[0].terms, by_hour=(0.0,) * 24, remarks=(),
        )  # fmt: skip

    def what_if(self, user: str, item: str, **_: Any) -> Tried:
        return Tried(
            user=user, item=item, name=BAD, kind="visit", at=AT, fate="recorded",
            before=recommendations("a", "b"), after=recommendations("b", "c"),
        )  # fmt: skip

    def record(self, *given: Any, **more: Any) -> Recorded:
        self.recorded.append((*given, more))
        return Recorded(fate="recorded", id="e")


@pytest.fixture
def canned() -> Canned:
    return Canned()


@pytest.fixture
def open_page(canned: Canned) -> Iterator[Callable[..., tuple[TestClient, Door]]]:
    """Return a function that opens a server at port 8000 and a browser that is not in yet."""
    opened = []

    def open_(*, write: bool = False, language: str = "en") -> tuple[TestClient, Door]:
        room = Room(cast("Any", canned), language=cast("Any", language), write=write, min_users=5)
        door = Door(8000)
        client = TestClient(
            application(room, door), base_url=door.origin, follow_redirects=False,
            raise_server_exceptions=False,
        )  # fmt: skip
        opened.append(client)
        return client, door

    yield open_
    for client in opened:
        client.close()


@pytest.fixture
def inside(open_page: Callable[..., tuple[TestClient, Door]]) -> Callable[..., TestClient]:
    """Return a function that opens a server and a browser that used the link."""

    def enter(**options: Any) -> TestClient:
        client, door = open_page(**options)
        assert client.get(door.link).status_code == 303
        return client

    return enter


def post(client: TestClient, what: str, given: Any, origin: str | None = None) -> Any:
    headers = {"Origin": origin or "http://127.0.0.1:8000"}
    return client.post(f"/ask/{what}", content=json.dumps(given), headers=headers)


def test_the_link_is_good_once(open_page: Callable[..., tuple[TestClient, Door]]) -> None:
    client, door = open_page()
    link = door.link
    assert client.get(f"/?token={OTHERS_TOKEN}").status_code == 403
    entered = client.get(link)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("chronotope-8000=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/").status_code == 200
    assert client.get(link).headers["location"] == "/"  # who is in already loads it again
    client.cookies.clear()
    again = client.get(link)
    assert again.status_code == 403
    assert "good once" in again.text
    assert door.link == "http://127.0.0.1:8000/?token="


@pytest.mark.parametrize("path", ["/", "/page/explore.js", "/ask/start", "/ask/users", "/nothing"])
def test_nothing_is_told_without_the_cookie(
    open_page: Callable[..., tuple[TestClient, Door]], path: str
) -> None:
    client, _ = open_page()
    for cookie in ("", "chronotope-8000=", f"chronotope-8000={OTHERS_TOKEN}", "chronotope-8000=é"):
        refused = client.get(path, headers=[(b"Cookie", cookie.encode())] if cookie else [])
        assert refused.status_code == 403


def test_another_hosts_name_is_refused(open_page: Callable[..., tuple[TestClient, Door]]) -> None:
    client, door = open_page()
    for host in (
        "evil.example",
        "evil.example:8000",
        "127.0.0.1",
        "127.0.0.1:8001",
        "localhost:8000",
    ):
        assert client.get(door.link, headers={"Host": host}).status_code == 403
    assert client.get(door.link).status_code == 303  # none of them has used the token


def test_what_another_page_asks_is_refused(inside: Callable[..., TestClient]) -> None:
    client = inside(write=True)
    for origin in ("http://evil.example", "http://127.0.0.1:9", "null", "https://127.0.0.1:8000"):
        assert post(client, "what_if", EVENT, origin).status_code == 403
        assert client.get("/ask/start", headers={"Origin": origin}).status_code == 403
    assert client.post("/ask/record", content=json.dumps(EVENT)).status_code == 403  # none
    for site in ("same-site", "cross-site"):
        assert client.get("/ask/start", headers={"Sec-Fetch-Site": site}).status_code == 403
    assert client.get("/ask/start", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_browsers_are_told_to_run_and_reach_nothing_else(
    inside: Callable[..., TestClient],
) -> None:
    client = inside()
    for path in ("/", "/page/explore.js", "/ask/start", "/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"


def test_the_page_has_no_script_of_its_own_and_names_no_machine() -> None:
    for file in routes._PAGE.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//\w+\.\w", text), file
        assert "innerHTML" not in text, file
    page = (routes._PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]
    assert not re.search(r"\s(on\w+|style)=", page)


def test_nothing_is_written_unless_it_was_started_for_that(
    inside: Callable[..., TestClient], canned: Canned
) -> None:
    refused = post(inside(), "record", EVENT)
    assert refused.status_code == 400
    assert refused.json()["error"].endswith("chronotope explore --write")
    assert canned.recorded == []
    writing = inside(write=True)
    assert writing.get("/ask/record").status_code == 405  # by GET nothing is written
    assert post(writing, "record", EVENT).json() == {"fate": "recorded"}
    assert canned.recorded == [("ann", "b", {"at": AT, "kind": "visit"})]


def test_an_answer_after_an_event_tells_how_far_items_moved(
    inside: Callable[..., TestClient],
) -> None:
    told = post(inside(), "what_if", EVENT).json()
    assert [(row["id"], row["moved"]) for row in told["after"]] == [("b", 1), ("c", None)]
    assert told["terms"] == ["popularity", "hour", "all others"]
    assert told["before"][0]["shares"] == [0.75, -0.5, 0.25]


def test_a_moment_is_local_and_a_place_is_a_pair(
    inside: Callable[..., TestClient], canned: Canned
) -> None:
    client = inside()
    assert client.get("/ask/start").json()["at"] == "2026-03-02T08:01"  # just after the newest
    client.get("/ask/recommend", params={**QUESTION, "here": "45.5,13"})
    client.get("/ask/recommend", params={**QUESTION, "at": "2026-03-02T08:00+02:00"})
    assert [(given["at"].isoformat(), given["here"]) for given in canned.asked] == [
        ("2026-03-02T08:00:00+00:00", (45.5, 13.0)),
        ("2026-03-02T08:00:00+02:00", None),
    ]
    found = client.get("/ask/recommend", params={**QUESTION, "task": "discover"}).json()
    assert [item["id"] for item in found["items"]] == ["c"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("user?user=nobody&at=2026-03-02T08:00", "The graph has no user 'nobody'."),
        ("user?user=&at=2026-03-02T08:00", "Say which user."),
        ("user?user=ann&at=noon", "A moment is like 2026-03-02T08:00, not 'noon'."),
        ("user?user=a&at=2026-03-02&here=there", "A place is like 45.43,12.33, not 'there'."),
        ("user?user=a&at=2026-03-02&task=x", "task is one of next, discover, new_items, not 'x'."),
        ("items?text=+", "Say which text."),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_sentence(
    inside: Callable[..., TestClient], path: str, told: str
) -> None:
    answer = inside().get(f"/ask/{path}")
    assert (answer.status_code, answer.json()) == (400, {"error": told})


def test_a_server_that_is_gone_and_what_breaks_are_sentences(
    inside: Callable[..., TestClient], canned: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = inside()

    def gone(*_: Any, **__: Any) -> Any:
        raise UnavailableError("No Neo4j server answers.")

    monkeypatch.setattr(canned, "recommend", gone)
    answer = client.get("/ask/recommend", params=QUESTION)
    assert (answer.status_code, answer.json()) == (503, {"error": "No Neo4j server answers."})
    monkeypatch.setattr(canned, "recommend", lambda *_, **__: 1 / 0)
    broken = client.get("/ask/recommend", params=QUESTION)
    assert broken.status_code == 500
    assert broken.json() == {"error": "This failed; the terminal tells how."}
    assert "default-src 'none'" in broken.headers["content-security-policy"]
    for body in ("", "[]", "{", "[" * 5000, '"x"'):
        told = client.post(
            "/ask/what_if", content=body, headers={"Origin": "http://127.0.0.1:8000"}
        )
        assert told.json() == {"error": "A page says what it wants as a JSON object."}
    assert "more than" in post(client, "what_if", {"user": "x" * 20_000}).json()["error"]


def test_a_taken_port_and_missing_packages_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving.listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"Port {port} is taken by another program"):
            serving.listen(port)
    monkeypatch.setattr(serving, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"chronotope\[pages\]"):
        check()


def test_every_word_of_the_page_is_said_in_both_languages() -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in routes._PAGE.glob("*.[hj]*"))
    used = set(re.findall(r'data-(?:word|label|hint)="(.*?)"', texts))
    used |= set(re.findall(r'words\["(.*?)"\]|\bsay\("(.*?)"', texts)[0])
    english, chinese = words("en"), words("zh")
    assert used - {""} <= english.keys()
    assert english.keys() == chinese.keys()
    for key, text in chinese.items():
        assert re.search(r"[\u4e00-\u9fff]", text), key
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key]))


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_a_browser_shows_all_of_it_on_a_telephone_in_chinese(
    canned: Canned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page"
    shutil.copytree(routes._PAGE, page)
    shutil.copy(DATA / "explore_probe.js", page / "probe.js")
    index = (page / "index.html").read_text(encoding="utf-8")
    probe = '<script type="module" src="/page/probe.js"></script></head>'
    (page / "index.html").write_text(index.replace("</head>", probe), encoding="utf-8")
    monkeypatch.setattr(routes, "_PAGE", page)
    room = Room(cast("Any", canned), language="zh", write=True, min_users=5)
    with serving.listen(0) as listening:
        door = Door(listening.getsockname()[1])
        server = serving.server(application(room, door))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            done = subprocess.run(
                [
                    str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu",
                    "--disable-dev-shm-usage", "--window-size=500,900",
                    "--virtual-time-budget=20000", "--enable-logging=stderr",
                    f"--user-data-dir={tmp_path / 'browser'}", "--dump-dom", door.link,
                ],
                capture_output=True, text=True, check=True, timeout=120,
            )  # fmt: skip
        finally:
            server.should_exit = True
            thread.join()
    assert "CONSOLE" not in done.stderr  # neither an error nor what the policy forbade
    title = re.search(r"<title>(.*?)</title>", done.stdout)
    assert title is not None
    seen = json.loads(title[1].replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
                      .replace("&amp;", "&"))  # fmt: skip
    assert BAD in seen.pop("why")
    assert seen == {
        "moved": True, "says": "22时", "user": BAD, "focused": True, "paged": 2, "bars": 6,
        "items": [BAD, BAD], "pressed": ["false", "true"], "tried": ["moved up", "moved entered"],
        "here": "point", "chosen": "110", "gone": words("zh")["gone"], "markup": 0, "blank": [],
        "unreached": 0, "unnamed": [], "elsewhere": 0,
        "address": "", "problem": "", "fits": True, "language": "zh", "title": "各时段人们在哪里",
    }  # fmt: skip


def test_a_browser_is_opened_unless_it_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: Queue[str] = Queue()
    monkeypatch.setattr("webbrowser.open", opened.put)

    def serve(_: Any, *, port: int, announce: Callable[[str], None], **__: Any) -> None:
        announce(f"http://127.0.0.1:{port}/?token=t")
        raise KeyboardInterrupt

    monkeypatch.setattr("chronotope.explore.serve", serve)
    assert main(["explore", "--port", "8"]) == 0
    assert opened.get(timeout=10) == "http://127.0.0.1:8/?token=t"
    assert main(["explore", "--port", "9", "--no-browser"]) == 0
    assert opened.empty()
    told = capsys.readouterr()
    assert told.out == "Open http://127.0.0.1:8/?token=t\nOpen http://127.0.0.1:9/?token=t\n"
    assert told.err.endswith("The page is closed.\n")
