"""The part of the client that takes what is known elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from chronotope import exports
from chronotope.analysis import society as societies
from chronotope.client.exported import Exported
from chronotope.client.grouping import Grouping, check_min_users, told_of
from chronotope.client.mapped import OfCell
from chronotope.client.mapping import MapReading
from chronotope.client.values import check_choice, moment_or_now, native
from chronotope.encryption import Secret
from chronotope.errors import InputError
from chronotope.exports import FORMATS, Export, Line, Point, Shape, Table
from chronotope.graph import Graph
from chronotope.progress import Progress, silent

_FLOWS = 1000

Row = dict[str, Any]


@dataclass(frozen=True)
class _Wanted:
    """What is to be exported, and of whom nothing is told."""

    at: datetime
    days: float
    seed: int
    min_users: int
    people: bool
    interest: str | None
    on_map: bool
    progress: Progress


class Exporting(Grouping, MapReading):
    """What writes files for other programs."""

    def export(
        self,
        what: str,
        path: str | PathLike[str],
        *,
        format: str | None = None,  # noqa: A002  as the command has it
        at: datetime | None = None,
        days: float = 90.0,
        seed: int = 0,
        min_users: int = 5,
        people: bool = False,
        interest: str | None = None,
        overwrite: bool = False,
        encrypt: Secret | None = None,
        progress: Progress = silent,
    ) -> Exported:
        """Write a part of what is known into a file, for another program.

        `what` is the 'graph', its 'interests', 'hotspots', 'flows' or 'communities'.

        `format` is 'graphml', 'geojson', 'parquet' or 'csv', by default what the name ends in. A
        network becomes two files where one holds a table: NAME.nodes.csv and NAME.edges.csv.
        Numbers of fewer than `min_users` people are left out, and so are all people unless `people`
        are asked for: users, what they did, whom they know, and their ties. `at`, `days` and `seed`
        are as in `communities`; hotspots and flows may be those of an `interest`. With a secret to
        `encrypt` with (`file_secret()`) the files are encrypted, and their names say so.

        Raises InputError for what cannot be written so, before any work is done.
        """
        check_choice(what, _PARTS, "what")
        file = Path(path)
        kind = format or file.suffix.removeprefix(".")
        check_choice(kind, FORMATS, "format")
        check_min_users(min_users)
        if interest is not None and what not in ("hotspots", "flows"):
            raise InputError("An interest narrows hotspots and flows alone; leave it out.")
        part = _PARTS[what]
        network, places = part.network, part.places
        exports.check(
            file, kind, network=network, places=places, overwrite=overwrite, secret=encrypt
        )
        wanted = _Wanted(
            moment_or_now(at), days, seed, min_users, people, interest, kind == "geojson", progress
        )
        made, remarks = part.make(self, self._migrated, wanted)
        files = exports.write(made, file, kind, overwrite=overwrite, secret=encrypt)
        return Exported(
            what=what,
            files=files,
            nodes=len(made.nodes.rows),
            edges=len(made.edges.rows) if made.edges else None,
            remarks=remarks,
        )


def _graph(_: Exporting, graph: Graph, wanted: _Wanted) -> tuple[Export, tuple[str, ...]]:
    """Export items and interests with what joins them; and people with what they did."""
    few = {"minUsers": wanted.min_users}
    items = graph.read("export.read_items", few)
    nodes: list[Row] = [
        {"id": f"item:{row['id']}", "kind": "Item", "name": row["name"] or row["id"],
         "users": row["users"], "events": row["events"], "active": row["active"]}
        for row in items
    ]  # fmt: skip
    shapes = [
        Point((row["location"].longitude, row["location"].latitude)) if row["location"] else None
        for row in items
    ]
    nodes += map(_interest, graph.read("communities.read_interests"))
    edges = [
        *(
            _edge(
                f"item:{row['item']}", f"interest:{row['interest']}", "ABOUT", weight=row["weight"]
            )
            for row in graph.read("export.read_about")
        ),
        *_broader(graph),
        *(
            _edge(f"item:{row['item']}", f"item:{row['other']}", "CO_VISITED", users=row["users"])
            for row in graph.read("export.read_co_visits", few)
        ),
    ]
    if wanted.people:
        nodes += (
            {"id": f"user:{row['id']}", "kind": "User", "name": row["id"],
             "community": row["community"], "influence": row["influence"],
             "betweenness": row["betweenness"]}
            for row in graph.read("export.read_people")
        )  # fmt: skip
        edges += (
            _edge(f"user:{row['user']}", f"item:{row['item']}", "INTERACTED",
                  events=row["events"], last=native(row["last"]))
            for row in graph.read("export.read_visits", {"at": wanted.at})
        )  # fmt: skip
        edges += (
            _edge(f"user:{row['user']}", f"user:{row['friend']}", "KNOWS")
            for row in graph.read("replay.read_friendships")
        )
    shapes += [None] * (len(nodes) - len(shapes))
    return Export("graph", Table(nodes, shapes), Table(edges)), _left_out(wanted)


def _interests(_: Exporting, graph: Graph, wanted: _Wanted) -> tuple[Export, tuple[str, ...]]:
    """Export interests, how many people have them, and which go together more than by chance."""
    wanted.progress("reading", 0, None)
    visits, places = societies.read(graph, wanted.at, wanted.days)
    if not places.interests:
        raise InputError("The graph has no interests: no item has a category or a keyword.")
    people, both = societies.shared(visits, places)
    nodes = [
        {**_interest(row), "users": int(count) if count >= wanted.min_users else None}
        for row, count in zip(places.interests, people.tolist(), strict=True)
    ]
    pairs = sp.coo_array(sp.triu(both, 1))
    chance = people[pairs.row] * people[pairs.col] / max(len(visits.users), 1)
    told = (pairs.data >= wanted.min_users) & (pairs.data > chance)
    edges = list(_broader(graph))
    for one, other, users, usual in zip(
        pairs.row[told], pairs.col[told], pairs.data[told], chance[told], strict=True
    ):
        source, target = nodes[int(one)]["id"], nodes[int(other)]["id"]
        lift = float(users / usual)
        edges.append(_edge(source, target, "SHARED", users=int(users), lift=lift))
    return Export("interests", Table(nodes), Table(edges)), _left_out(wanted)


def _communities(_: Exporting, graph: Graph, wanted: _Wanted) -> tuple[Export, tuple[str, ...]]:
    """Export communities and what ties them, or where they are; and people with their ties."""
    options = societies.Options(wanted.days, wanted.seed, max(wanted.min_users, 2))
    found = societies.find(graph, wanted.at, options, wanted.progress)
    told = told_of(found, wanted.at, options, wanted.min_users, people=wanted.people)
    remarks = (*told.remarks, *_left_out(wanted))
    if wanted.on_map:
        cells = [(community, cell) for community in told for cell in community.told_by("cell")]
        rows = [
            {"community": community.id, "size": community.size, "cell": cell.id,
             "name": cell.name, "share": cell.share, "lift": cell.lift, "people": cell.people}
            for community, cell in cells
        ]  # fmt: skip
        shapes = [exports.cell_shape(cell.id) for _, cell in cells]
        return Export("communities", Table(rows, shapes)), remarks
    nodes: list[Row] = [
        {"id": community.id, "kind": "Community", "name": community.id, "size": community.size,
         "within": community.within,
         **{f"{kind}s": [trait.name for trait in community.told_by(kind)]
            for kind in ("interest", "place", "cell", "hour")}}
        for community in told
    ]  # fmt: skip
    edges = [
        _edge(bond.first, bond.second, "TIED", ties=bond.ties, weight=bond.weight)
        for bond in told.bonds
    ]
    if wanted.people:
        member = found.partition.member.tolist()
        for n in np.flatnonzero(found.strength > 0).tolist():
            own = societies.community_id(member[n]) if member[n] >= 0 else None
            nodes.append(
                {"id": f"user:{found.people[n]}", "kind": "User", "name": found.people[n],
                 "community": own, "influence": float(found.centrality.influence[n]),
                 "betweenness": float(found.centrality.betweenness[n]),
                 "within": float(found.within[n])}
            )  # fmt: skip
            if own:
                edges.append(_edge(f"user:{found.people[n]}", own, "MEMBER_OF"))
        ties = sp.coo_array(sp.triu(found.ties, 1))
        for one, other, weight in zip(ties.row, ties.col, ties.data, strict=True):
            source, target = found.people[int(one)], found.people[int(other)]
            edges.append(_edge(f"user:{source}", f"user:{target}", "TIE", weight=float(weight)))
    return Export("communities", Table(nodes), Table(edges)), remarks


def _hotspots(client: Exporting, _: Graph, wanted: _Wanted) -> tuple[Export, tuple[str, ...]]:
    """Export cells by Gi*, with their hexagons."""
    found = client.hotspots(
        wanted.interest, at=wanted.at, seed=wanted.seed, min_users=wanted.min_users
    )
    shapes = [exports.cell_shape(row.cell) for row in found]
    return Export("hotspots", Table(_rows(found.rows), shapes)), (
        *found.remarks,
        *_left_out(wanted),
    )


def _flows(client: Exporting, _: Graph, wanted: _Wanted) -> tuple[Export, tuple[str, ...]]:
    """Export cells and the steps between them; on a map the lines."""
    found = client.flows(wanted.interest, at=wanted.at, min_users=wanted.min_users, k=_FLOWS)
    remarks = (*found.remarks, *_few(wanted))
    lines: list[Shape | None] = [
        Line(
            (
                (flow.origin_location.longitude, flow.origin_location.latitude),
                (flow.destination_location.longitude, flow.destination_location.latitude),
            )
        )
        for flow in found
    ]
    numbers = [
        {"kilometres": flow.kilometres, "steps": flow.steps, "users": flow.users,
         "hours": list(flow.hours)}
        for flow in found
    ]  # fmt: skip
    if wanted.on_map:
        ends = [{"origin": flow.origin, "destination": flow.destination} for flow in found]
        rows = [{**end, **row} for end, row in zip(ends, numbers, strict=True)]
        return Export("flows", Table(rows, lines)), remarks
    middles = {
        **{flow.origin: flow.origin_location for flow in found},
        **{flow.destination: flow.destination_location for flow in found},
    }
    nodes = [{"id": cell, "kind": "Cell"} for cell in middles]
    points = [Point((place.longitude, place.latitude)) for place in middles.values()]
    edges = [
        {**_edge(flow.origin, flow.destination, "FLOW"), **row}
        for flow, row in zip(found, numbers, strict=True)
    ]
    return Export("flows", Table(nodes, points), Table(edges)), remarks


def _rows(found: Iterable[OfCell]) -> list[Row]:
    """Return cells as rows: the place is their shape."""
    told = [row.to_dict() for row in found]
    return [{name: value for name, value in row.items() if name != "location"} for row in told]


def _interest(row: Mapping[str, Any]) -> Row:
    return {
        "id": f"interest:{row['id']}",
        "kind": "Interest",
        "name": row["name"],
        "scheme": row["scheme"],
    }


def _broader(graph: Graph) -> Iterator[Row]:
    for row in graph.read("export.read_broader"):
        yield _edge(f"interest:{row['interest']}", f"interest:{row['broader']}", "BROADER")


def _edge(source: str, target: str, kind: str, **more: Any) -> Row:
    return {"source": source, "target": target, "kind": kind, **more}


def _left_out(wanted: _Wanted) -> tuple[str, ...]:
    nobody = () if wanted.people else ("No person is in it; --people brings them.",)
    return (*_few(wanted), *nobody)


def _few(wanted: _Wanted) -> tuple[str, ...]:
    if wanted.min_users == 1:
        return ()
    return (f"Numbers of fewer than {wanted.min_users} people are left out.",)


@dataclass(frozen=True)
class _Part:
    """Something to export: whether it is a network, has places, and how it is made."""

    make: Any
    network: bool
    places: bool


_PARTS = {
    "graph": _Part(_graph, network=True, places=True),
    "interests": _Part(_interests, network=True, places=False),
    "hotspots": _Part(_hotspots, network=False, places=True),
    "flows": _Part(_flows, network=True, places=True),
    "communities": _Part(_communities, network=True, places=True),
}
