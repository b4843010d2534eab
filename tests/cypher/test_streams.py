"""The streams.* queries: where followers go on."""

from datetime import UTC, datetime, timedelta

import world

from chronotope.graph import Graph


def test_streams_read_positions_gives_what_save_positions_saved_last(graph: Graph) -> None:
    rows = [
        {"name": "a", "position": 10, "lines": 2, "mark": "1:2:x"},
        {"name": "b", "position": 7.0, "lines": None, "mark": None},
    ]
    graph.write("streams.save_positions", {"rows": rows})
    graph.write("streams.save_positions", {"rows": [{**rows[0], "position": 4.0, "lines": 1.0}]})
    found = graph.read("streams.read_positions", {"names": ["a", "b", "none"]})
    assert sorted(found, key=lambda row: str(row["name"])) == [
        {"name": "a", "position": 4, "lines": 1, "mark": "1:2:x"},
        {"name": "b", "position": 7, "lines": None, "mark": None},
    ]
    moments = world.rows(graph, "MATCH (s:Stream) RETURN s.at AS at", "at")
    assert all(datetime.now(UTC) - at.to_native() < timedelta(minutes=1) for (at,) in moments)


def test_streams_identify_graph_gives_one_id_of_a_database(graph: Graph) -> None:
    (first,), (second,) = graph.read("streams.identify_graph"), graph.read("streams.identify_graph")
    assert first == second
    assert len(first["id"]) == 64
