import world

from chronotope.graph import Graph


def test_backup_count_nodes_counts_each_label_and_those_without(town: Graph) -> None:
    world.spoil(town)
    world.execute(town, "CREATE (), (), (:Item:Yours {id: 'theirs'})")
    counted = {row["label"]: row["nodes"] for row in town.read("backup.count_nodes")}
    assert (counted[""], counted["Item"], counted["Yours"], counted["User"]) == (2, 9, 1, 4)
    assert counted["FusionModel"] == 3


def test_backup_count_relationships_counts_each_type(town: Graph) -> None:
    counted = {row["type"]: row["relationships"] for row in town.read("backup.count_relationships")}
    assert (counted["INTERACTED"], counted["IN_CELL"]) == (23, 7)
    assert list(counted) == sorted(counted)
