"""The one door, on the town: answers, what is said beside them, and what is refused."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import neo4j
import numpy as np
import pytest
import world

import chronotope
from chronotope import fusion, server
from chronotope.client import Client, Location
from chronotope.config import Connection
from chronotope.errors import ChronotopeError, EncoderError, InputError, UnavailableError
from chronotope.graph import Graph

ROME = ZoneInfo("Europe/Rome")
MORNING = datetime(2026, 3, 2, 8, tzinfo=ROME)
WILLOW_PARK = (45.003, 13.0)


class Winter(tzinfo):
    """A zone that neither Python nor the driver knows."""

    def utcoffset(self, at: datetime | None) -> timedelta:
        assert at is None or isinstance(at, datetime)
        return timedelta(hours=1)

    def dst(self, _: datetime | None) -> timedelta:
        return timedelta()

    def tzname(self, _: datetime | None) -> str:
        return "winter"


@pytest.fixture(scope="module")
def driver(connection: Connection) -> Iterator[neo4j.Driver]:
    auth = (connection.username, connection.password)
    with neo4j.GraphDatabase.driver(connection.uri, auth=auth) as driver:
        yield driver


@pytest.fixture
def client(embedded: Graph, driver: neo4j.Driver) -> Client:
    return Client(driver, embedded.connection.database)


def test_a_driver_of_the_caller_is_never_closed(embedded: Graph, driver: neo4j.Driver) -> None:
    with Client(driver, database=embedded.connection.database) as client:
        assert client.driver is driver
        assert client.recommend("ann", at=MORNING, k=1)
    driver.verify_connectivity()


def test_a_driver_that_reaches_nothing_is_told() -> None:
    with (
        neo4j.GraphDatabase.driver("bolt://127.0.0.1:9", auth=("neo4j", "x")) as lost,
        pytest.raises(UnavailableError, match="No Neo4j server answers at the driver's address"),
    ):
        Client(lost)


def test_connect_finds_the_graph_by_address_by_environment_and_here(
    client: Client, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = (connection.username, connection.password)
    for login in (auth, neo4j.basic_auth(*auth)):
        with chronotope.connect(connection.uri, auth=login, database=connection.database) as one:
            assert one.run("user.describe_history", user="ann")[0]["known"] is True
            assert one.driver is not client.driver
    with pytest.raises(UnavailableError, match="refuses the name or the password"):
        chronotope.connect(connection.uri, auth=("neo4j", "wrong"))
    with pytest.raises(InputError, match="auth is a name and a password"):
        chronotope.connect(connection.uri, auth=neo4j.bearer_auth("token"))
    with pytest.raises(InputError, match="demo=True is a server of its own"):
        chronotope.connect(connection.uri, demo=True)
    started: list[str] = []

    def start(name: str = server.MAIN) -> Connection:
        started.append(name)
        return connection

    monkeypatch.setattr(server, "start", start)
    monkeypatch.delenv("NEO4J_URI", raising=False)
    chronotope.connect().close()
    chronotope.connect(demo=True).close()
    assert started == [server.MAIN, server.DEMO]
    monkeypatch.setenv("NEO4J_URI", connection.uri)
    monkeypatch.setenv("NEO4J_USERNAME", connection.username)
    monkeypatch.setenv("NEO4J_PASSWORD", connection.password)
    client = chronotope.connect()
    client.close()
    assert len(started) == 2
    with pytest.raises(InputError, match="This connection is closed; connect again"):
        client.run("doctor.describe_server")


def test_a_user_that_is_no_text_is_refused(client: Client) -> None:
    with pytest.raises(InputError, match="A user's id is a text, like '470', not 470"):
        client.recommend(470)  # type: ignore[arg-type]  # as one may


@pytest.mark.parametrize("task", ["recommend", "discover", "new_items"])
def test_every_score_is_its_base_its_terms_and_the_rest(client: Client, task: str) -> None:
    answer = getattr(client, task)("ann", at=MORNING, here=WILLOW_PARK)
    assert (answer.user, answer.known, answer.at, answer.as_of) == (
        "ann",
        True,
        MORNING,
        world.CUT,
    )
    assert answer.model == {"recommend": "next"}.get(task, task)
    assert answer.request["here"] == WILLOW_PARK
    assert answer.remarks == ()
    assert answer
    for item in answer:
        assert item.terms is not None
        assert item.rest is not None
        assert len(item.terms) <= 12
        shares = [abs(term.share) for term in item.terms]
        assert shares == sorted(shares, reverse=True)
        total = item.base + sum(term.share for term in item.terms) + item.rest
        assert total == pytest.approx(item.score, abs=1e-12)
        assert all(item.features[term.feature] == term.value for term in item.terms)
    assert [item.score for item in answer] == sorted((i.score for i in answer), reverse=True)


def test_recommendations_are_those_of_the_query(client: Client) -> None:
    answer = client.recommend("ann", at=MORNING.astimezone(UTC), here=WILLOW_PARK, k=3)
    rows = client.run("recommend.next", user="ann", at=MORNING, here=WILLOW_PARK, k=3)
    assert [(item.id, item.score) for item in answer] == [(row["id"], row["score"]) for row in rows]
    first = answer[0]
    assert (first.id, first.name, first.category) == ("cafe-a", "Café A", "Coffee Shop")
    assert first.location == Location(45.0, 13.0)
    assert "there 4 times at this hour" in first.reasons()
    assert "您在这个时间去过4次" in first.reasons("zh")
    assert first.distance() == "330 m"
    assert client.recommend("ann", at=MORNING.astimezone(Winter()), here=WILLOW_PARK, k=3) == answer
    told = client.recommend("ann", at=MORNING, k=3, terms=2)
    assert [len(item.terms or ()) for item in told] == [2, 2, 2]


def test_recommendations_are_narrowed_as_asked(client: Client) -> None:
    goods = client.discover("ann", at=MORNING, only="goods")
    assert {item.id for item in goods} == {"tea"}
    assert goods[0].location is None
    assert "tea" not in {item.id for item in client.recommend("ann", at=MORNING, only="places")}
    plain = client.discover("ann", at=MORNING, explain=False)
    assert all(item.terms is None and item.because is None for item in plain)
    assert len(client.recommend("ann", at=MORNING, k=2)) == 2
    assert client.discover("nobody", at=world.CUT, place="Harbour").request["place"] == "Harbour"


def test_what_an_answer_does_not_rest_on_is_told(client: Client, embedded: Graph) -> None:
    stranger = client.recommend("nobody", at=MORNING)
    assert (stranger.known, stranger.remarks) == (
        False,
        ("The graph has no user 'nobody'; this is for a stranger.",),
    )
    early = datetime(2026, 1, 1, tzinfo=UTC)
    before = client.recommend("ann", at=early)
    assert before.known
    assert before.remarks[0] == "User 'ann' has no events before then; this is for a stranger."
    assert before.remarks[1].startswith(
        "The statistics stand as of 2026-03-02T00:00:00+00:00, later than the moment asked for"
    )
    with pytest.raises(InputError, match="The graph has no user 'nobody'"):
        client.tags("nobody")
    now = client.tags("ann", scheme="keyword")
    assert datetime.now(UTC) - now.at < timedelta(minutes=1)
    assert client.rhythm("ann", at=early).remarks == ("User 'ann' has no events before then.",)
    world.spoil(embedded)
    model = fusion.read_one(embedded, "next")
    fusion.save(embedded, replace(model, name="other", in_use=False))
    assert client.recommend("ann", at=MORNING, model="other").model == "other"


@pytest.mark.parametrize(
    ("method", "given", "sentence"),
    [
        ("recommend", {"at": datetime(2026, 3, 2)}, "2026-03-02T00:00:00 without an offset"),
        ("recommend", {"at": "2026-03-02"}, "at is a datetime, not '2026-03-02'"),
        ("recommend", {"here": (93.0, 45.0)}, r"here is \(latitude, longitude\) in degrees"),
        ("recommend", {"only": "good"}, "not 'good'. Did you mean 'goods'?"),
        ("recommend", {"k": 0}, "k is how many, a number from 1 to 1,000, not 0"),
        ("discover", {"model": "discovr"}, "it has: .*Did you mean 'discover'?"),
        ("discover", {"model": "next"}, "The model 'next' scores next; it cannot score discover"),
        ("tags", {"scheme": "categories"}, "Did you mean 'category'?"),
        ("profile", {"language": "fr"}, "There are no words in 'fr'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    client: Client, method: str, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        getattr(client, method)("ann", **given)


def test_sentences_say_recommendations_in_two_languages(client: Client) -> None:
    answer = client.recommend("ann", at=MORNING)
    english = client.sentences(answer)
    assert english.language == "en"
    assert english.text.startswith("Monday, 8:00: Café A, Coffee Shop - ")
    assert english.remarks == ()
    assert client.sentences(answer, language="zh").text.startswith("星期一8:00，为您推荐Café A")
    with pytest.raises(EncoderError, match=r"127\.0\.0\.1:9"):
        client.sentences(answer, writer="http://127.0.0.1:9/v1#model")


def test_a_writer_that_invents_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Inventor:
        def write(self, prompt: str) -> str:
            assert "Café A" in prompt
            return "Go to Golden Spoon."

    module = sys.modules["chronotope.language.sentences"]  # a function of the package has its name
    monkeypatch.setattr(module, "open_writer", lambda _: Inventor())
    told = client.sentences(client.recommend("ann", at=MORNING), writer="inventor")
    assert told.text.startswith("Monday, 8:00: Café A")
    assert len(told.remarks) == 1
    assert "what is not among the facts (Golden, Spoon)" in told.remarks[0]


def test_search_understands_a_question(client: Client) -> None:
    answer = client.search(
        "espresso near Willow Park on a weekday morning", user="ann", at=world.CUT, k=2
    )
    assert (answer.text, answer.weekdays) == ("espresso", (1, 2, 3, 4, 5))
    assert answer.hours == (6, 7, 8, 9, 10, 11)
    assert answer.here == WILLOW_PARK
    assert answer.remarks == ("Near Willow Park.",)
    assert (answer.user, answer.known) == ("ann", True)
    first = answer[0]
    assert first.id in {"cafe-a", "cafe-b"}
    assert first.terms is not None
    assert sum(first.terms.values()) == pytest.approx(first.score)
    assert first.distance()
    near = client.search("anything", here=WILLOW_PARK, within=150)
    assert {item.id for item in near} == {"park", "gym"} & {item.id for item in near}
    assert near[0].exact
    with pytest.raises(InputError, match="The graph has no user 'nobody'"):
        client.search("x", user="nobody")


def test_search_narrows_by_an_interest_and_suggests_what_was_meant(client: Client) -> None:
    answer = client.search("weights", interest="coffee shop")
    assert {item.id for item in answer} == {"cafe-a", "cafe-b", "fresh"}
    with pytest.raises(
        InputError, match=r"There is no interest 'cofee shop'\. Did you mean 'Coffee Shop'"
    ):
        client.search("weights", interest="cofee shop")


def test_search_by_a_vector_asks_one_index(client: Client) -> None:
    vector = np.eye(1, 512)[0]
    answer = client.search(vector=vector, k=3)
    assert len(answer) == 3
    assert (answer[0].terms, answer[0].because, answer[0].exact) == (None, None, None)
    assert answer.request == {"index": "item_embedding", "k": 3}
    for given, sentence in (
        ({}, "Search for a text or with a vector"),
        ({"text": "tea", "vector": vector}, "Search for a text or with a vector"),
        ({"vector": [0.0, 0.0]}, "no vector of finite numbers"),
        ({"vector": [[1.0, 2.0], [3.0, 4.0]]}, "no vector of finite numbers"),
        ({"vector": ["a"]}, "no vector of finite numbers"),
        ({"vector": vector, "index": "item_text"}, "index is 'item_embedding'"),
        ({"text": "tea", "index": "item_image"}, "give a vector too"),
        ({"text": "tea", "within": 100}, "'within' needs a place"),
        ({"text": "tea near Atlantis", "within": 100}, "No place is called 'Atlantis'; say where"),
    ):
        with pytest.raises(InputError, match=sentence):
            client.search(**given)
    lost = client.search("tea near Atlantis")
    assert lost.remarks == ("No place is called 'Atlantis'; it is searched as a word.",)
    assert lost.text == "tea near Atlantis"


def test_an_encoder_is_opened_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.search("tea")
    module = sys.modules["chronotope.language.embed"]  # a function of the package has its name
    monkeypatch.setattr(module, "open_encoder", lambda *_: pytest.fail("opened again"))
    assert client.search("tea")


def test_texts_that_are_not_embedded_are_told(client: Client, embedded: Graph) -> None:
    embedded.write("embed.record_progress", {"pending": 3})
    try:
        assert "3 texts are not embedded" in client.search("tea").remarks[0]
    finally:
        embedded.write("embed.record_progress", {"pending": 0})


def test_tags_and_rhythm_tell_what_when_and_where(client: Client) -> None:
    tags = client.tags("ann", at=world.CUT)
    assert (tags[0].name, tags[0].broader, tags[0].events) == ("Coffee Shop", "Dining", 4)
    assert tags[0].when() == "weekdays 8-9 h"
    assert tags[0].last == datetime(2026, 2, 23, 8, tzinfo=ROME)
    assert tags[0].places[0]["name"] == "Café A"
    assert tags.to_dict()["asOf"] == world.CUT
    keywords = client.tags("ann", at=world.CUT, scheme="keyword")
    assert [tag.id for tag in keywords] == ["keyword:quiet"]
    rhythm = client.rhythm("ann", at=world.CUT)
    assert [place.name for place in rhythm] == ["Café A", "Willow Park"]
    assert sum(sum(place.hours) for place in rhythm) == pytest.approx(1)
    assert client.rhythm("dee")[0].name == "Harbour"


def test_a_profile_is_kept_unless_another_moment_is_asked_for(
    client: Client, embedded: Graph
) -> None:
    world.spoil(embedded)
    kept = "MATCH (u:User) WHERE u.profile IS NOT NULL RETURN u.id AS id, size(u.embedding) AS n"
    profile = client.profile("ann", at=world.CUT, terms=True, vectors=True)
    assert profile.text.startswith("Interests: Coffee Shop (rising, weekdays 8-9 h, at Café A)")
    assert (profile.language, profile.known, profile.remarks) == ("en", True, ())
    assert (len(profile.meaning or ()), len(profile.taste or ())) == (512, 3)
    assert set(profile.terms or ()) == {"next", "discover", "new_items"}
    assert profile.tags[0].name == "Coffee Shop"
    assert len(profile.rhythm[0].hours) == 24
    assert client.profile("ann", at=world.CUT, language="zh").text.startswith("兴趣：")
    assert world.rows(embedded, kept, "id n") == []
    assert client.profile("ann").terms is None
    assert world.rows(embedded, kept, "id n") == [("ann", 512)]
    steps: list[tuple[int, int | None]] = []
    written = client.write_profiles(progress=lambda _, done, total: steps.append((done, total)))
    assert written.to_dict() == {"profiles": 4, "remarks": []}
    assert steps == [(4, 4)]
    with pytest.raises(InputError, match="The graph has no user 'nobody'"):
        client.profile("nobody", terms=True)


def test_an_audience_has_a_smallest_size(client: Client) -> None:
    few = client.audience("coffee", at=world.CUT)
    assert (few.size, few.reach, len(few), few.min_size) == (None, (), 0, 5)
    found = client.audience(interests=["Coffee Shop"], at=world.CUT, min_size=2, overlap="gym", k=1)
    assert found.size == 4
    assert len(found) == 1
    assert (found.reach[0].score, found.reach[0].users) == (0.05, 4)
    assert found[0].because
    assert found.overlap is not None
    assert found.overlap.common == 2
    assert found.overlap.interests[0]["name"] == "Gym"
    near = client.audience(
        interests="Coffee Shop", near=(45.0, 13.0), within=50, hours=[8], at=world.CUT, min_size=1
    )
    assert {user.id for user in near} == {"ann", "bob"}
    assert near.request["near"] == (45.0, 13.0)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Say whom to find"),
        ({"text": "tea", "interests": ["Tea"]}, "Say whom to find"),
        ({"text": "qwrtzpsdfg"}, "No interest means 'qwrtzpsdfg'; the nearest are"),
        ({"interests": ["Tee"]}, "There is no interest 'Tee'"),
        ({"text": "tea", "min_size": 0}, "the smallest size 1 or more"),
        ({"text": "tea", "hours": [24]}, "hours are numbers from 0 to 23"),
        ({"text": "tea", "within": 0}, "numbers greater than 0"),
    ],
)
def test_an_audience_that_cannot_be_found_is_refused(
    client: Client, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        client.audience(**given)


def test_run_reaches_every_query(client: Client) -> None:
    users = client.run("profile.list_users", at=world.CUT)
    assert [row["id"] for row in users] == ["ann", "bob", "cid", "dee"]
    assert users.to_dict()["query"] == "profile.list_users"
    with pytest.raises(InputError, match="has no parameter 'who'"):
        client.run("profile.tags", user="ann", who="ann")
    with pytest.raises(InputError, match="without an offset"):
        client.run("profile.tags", user="ann", at=datetime(2026, 1, 1))
    with pytest.raises(InputError, match=r"There is no query 'profile\.tag'"):
        client.run("profile.tag")


def test_the_doctor_tells_each_finding_as_it_comes(client: Client) -> None:
    seen: list[str] = []
    findings = client.doctor(announce=lambda finding: seen.append(finding.subject))
    assert [finding.subject for finding in findings] == seen
    assert {"server", "schema", "statistics"} <= set(seen)
    assert findings.to_dict()["findings"][0]["verdict"] == "ok"


def test_the_schema_is_examined_once(
    client: Client, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.tags("ann")

    def refuse(_: Graph) -> None:
        raise ChronotopeError("not migrated")

    monkeypatch.setattr("chronotope.migrations.require_current", refuse)
    assert client.tags("ann")
    another = Client(driver, client.graph.connection.database)
    with pytest.raises(ChronotopeError, match="not migrated"):
        another.tags("ann")
    assert another.run("profile.list_users")


def test_several_threads_share_a_client(client: Client) -> None:
    alone = client.recommend("ann", at=MORNING), client.search("quiet coffee", at=MORNING)

    def ask(number: int) -> object:
        if number % 2:
            return client.search("quiet coffee", at=MORNING)
        return client.recommend("ann", at=MORNING)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(12)))
    assert all(answer == alone[number % 2] for number, answer in enumerate(answers))
