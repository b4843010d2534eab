"""What a graph says to those who load: who was erased, and which keys its pseudonyms are of."""

from chronotope.errors import InputError
from chronotope.graph import Graph
from chronotope.loading.hiding import Erased
from chronotope.loading.validate import Row
from chronotope.loading.write import Step
from chronotope.secrecy import Secrecy


def guard(graph: Graph, secrecy: Secrecy | None) -> Erased:
    """Return who was erased, and since when events are kept.

    Raises InputError where tombstones cannot be told without keys, and where the pseudonyms of the
    graph are of other keys than the newest: then one user would become two.
    """
    said = graph.read("secrecy.read_tombstones")[0]
    tombstones = said["hashes"]
    if tombstones and secrecy is None:
        raise _needs_keys()
    _require_newest(graph, secrecy)
    return Erased(secrecy.keys if secrecy else None, tombstones, said["before"], said["nodes"])


def write_of_user(graph: Graph, step: Step, secrecy: Secrecy | None, user: str) -> Row:
    """Run a query that writes of one user, and return its row; all tombstones are not read.

    Raises InputError for a user who was erased, by id or pseudonym, and as `guard` does; then
    nothing is written. The look comes after the writing, for the reason that
    `secrecy.look_again` gives.
    """
    keys = secrecy.keys if secrecy else None
    marks = [keys.tombstone(form) for form in keys.forms(user)] if keys else []
    _require_newest(graph, secrecy)

    def accept(answers: list[list[Row]]) -> None:
        said = answers[-1][0]
        if said["anybody"] and keys is None:
            raise _needs_keys()
        if said["erased"]:
            raise InputError("This is of a user who was erased; nothing was written.")

    steps = [step, ("secrecy.find_tombstones", {"hashes": marks})]
    return graph.write_all(steps, accept)[0][0]


def _needs_keys() -> InputError:
    return InputError(
        "The graph remembers users who were erased, and their tombstones are told by the keys "
        "alone; set CHRONOTOPE_KEYS or CHRONOTOPE_KEYS_FILE."
    )


def _require_newest(graph: Graph, secrecy: Secrecy | None) -> None:
    if secrecy is None or not secrecy.pseudonyms:
        return
    newest = secrecy.keys.generation
    row = graph.read("secrecy.find_generations", {"newest": newest})[0]
    if row["older"]:
        raise InputError(
            "Pseudonyms of the graph are of an earlier key: a rotation was cut off. Go on with "
            "it: chronotope keys rotate --continue"
        )
    if row["newer"]:
        raise InputError(
            "Pseudonyms of the graph are of a newer key than these; load with the keys that "
            "they were rotated to."
        )
