"""Small queries: user.*, doctor.*, migrate.* and model-free facts of the town."""

import pytest
import world

from chronotope import server
from chronotope.doctor import examine
from chronotope.errors import DatabaseError
from chronotope.graph import Graph


def test_user_describe_history_counts_before_the_moment(town: Graph) -> None:
    row = town.read("user.describe_history", {"user": "ann", "at": world.CUT})[0]
    assert (row["known"], row["events"]) == (True, 6)
    assert row["last"].iso_format().startswith("2026-02-23T08:00")
    nobody = town.read("user.describe_history", {"user": "nobody"})[0]
    assert (nobody["known"], nobody["events"], nobody["last"]) == (False, 0, None)


def test_doctor_describe_server_tells_version_and_edition(town: Graph) -> None:
    rows = town.read("doctor.describe_server")
    assert rows == [{"version": town.version, "edition": "community"}]
    assert town.version.startswith(server.NEO4J_VERSION[:4])


def test_doctor_list_indexes_finds_those_of_the_schema(town: Graph) -> None:
    kinds = {row["name"]: row["type"] for row in town.read("doctor.list_indexes")}
    assert kinds["item_embedding"] == kinds["user_taste"] == "VECTOR"
    assert kinds["item_location"] == "POINT"
    assert kinds["event_id"] == "RANGE"


def test_doctor_list_settings_tells_what_the_server_reads_for_a_query(town: Graph) -> None:
    name = "dbms.security.allow_csv_import_from_file_urls"
    assert town.read("doctor.list_settings") == [{"name": name, "value": "false"}]


def test_doctor_ask_address_is_refused_by_a_server_that_asks_none(town: Graph) -> None:
    with pytest.raises(DatabaseError, match=r"access to /127\.0\.0\.1 is blocked via"):
        town.read("doctor.ask_address")


def test_doctor_describe_graph_counts(town: Graph) -> None:
    row = town.read("doctor.describe_graph")[0]
    assert (row["users"], row["items"], row["events"]) == (4, 8, 23)
    assert row["asOf"].to_native() == world.CUT
    assert row["encoder"] is None


def test_the_doctor_finds_all_but_embeddings_and_later_events_well(town: Graph) -> None:
    verdicts = {finding.subject: finding.verdict for finding in examine(town)}
    del verdicts["plugin"]  # what the server has: test_plugin.py
    verdicts.pop("memory", None)  # not every server tells it: test_doctor.py
    assert verdicts == {
        "server": "ok", "exposure": "ok", "schema": "ok", "indexes": "ok",
        "content": "ok", "encoder": "warning",
        "kinds of events": "ok", "statistics": "warning", "recommend.next": "ok",
        "recommend.discover": "ok", "recommend.new_items": "ok", "model of next": "ok",
        "model of discover": "ok", "model of new_items": "ok", "catalogue": "ok",
        "drift of next": "ok", "drift of discover": "ok", "drift of new_items": "ok",
        "recommendations": "ok",
    }  # fmt: skip


def test_the_doctor_tells_moments_to_the_second(town: Graph) -> None:
    details = {finding.subject: finding.detail for finding in examine(town)}
    assert "; the newest event is of 2026-03-15T10:00:00+01:00" in details["content"]
    assert details["statistics"].startswith("as of 2026-03-02T00:00:00+00:00, ")


def test_the_doctor_says_how_to_ask_of_what_is_long_past(town: Graph) -> None:
    world.spoil(town)
    world.execute(town, "MATCH ()-[e:INTERACTED]->() SET e.at = datetime('1996-07-04T10:00:00Z')")
    (found,) = [finding for finding in examine(town) if finding.subject == "content"]
    assert found.detail.endswith(
        "the newest event is of 1996-07-04T10:00:00+00:00. Nothing is recent or rising now"
    )
    assert found.remedy == "derive and ask as of then, with --at 1996-07-05"


def test_migrate_await_indexes_returns_when_they_are_online(town: Graph) -> None:
    assert town.read("migrate.await_indexes") == []
    assert {row["state"] for row in town.read("doctor.list_indexes")} == {"ONLINE"}


def test_user_find_users_finds_a_page_by_how_ids_begin(town: Graph) -> None:
    rows = town.read("user.find_users", {"k": 3.0})
    assert [row["id"] for row in rows] == ["ann", "bob", "cid"]
    assert town.read("user.find_users", {"after": "cid"}) == [{"id": "dee"}]
    assert town.read("user.find_users", {"begins": "b"}) == [{"id": "bob"}]
    assert town.read("user.find_users", {"begins": "b", "after": "bob"}) == []
