"""Choose the model that scores, and refuse one that its query cannot score as it was learned."""

from chronotope.errors import InputError
from chronotope.fusion import model as models
from chronotope.fusion.model import OWN, Model
from chronotope.graph import Graph


def switch(graph: Graph, name: str) -> Model:
    """Have the query of a model's task score with it from now on; return it.

    Raises InputError for a model that there is not, and for one that cannot serve.
    """
    sound(models.read_one(graph, name))
    models.use(graph, name)
    return models.read_one(graph, name)


def check_model(graph: Graph, task: str, name: str | None = None) -> Model:
    """Return the model that scores for a task: `name`, else the one in use.

    Raises InputError, which says what to do, when there is none and when it cannot serve.
    """
    model = models.read_one(graph, name) if name is not None else models.in_use(graph, task)
    if model is None:
        raise InputError(
            f"No fusion model is in use for {task}; choose one: chronotope models use NAME."
        )
    if model.task != task:
        raise InputError(f"The model '{model.name}' scores {model.task}; it cannot score {task}.")
    return sound(model)


def sound(model: Model) -> Model:
    """Return the model; raise InputError when its query cannot score it as it was learned."""
    if problem := model.problem():
        raise InputError(f"The model '{model.name}' {problem}; {remedy(model)}.")
    return model


def remedy(model: Model) -> str:
    """Say what should serve in the place of a model that cannot."""
    anew = f"learn anew, chronotope learn {model.task}"
    if model.name == model.task:
        return anew
    return f"use the shipped one, chronotope models use {model.task}, or {anew}"


def origin(graph: Graph, name: str) -> str | None:
    """Return what a model was learned from, None where nobody noted it."""
    rows = graph.read("models.find_origin", {"name": name})
    return rows[0]["learnedFrom"] if rows else None


def whose_weights(task: str, learned_from: str | None) -> str | None:
    """Say what weights were learned from, and how to have one's own; None if it is not known."""
    if learned_from is None:
        return None
    own = "" if learned_from == OWN else f"; chronotope learn {task} teaches your own"
    return f"learned from {learned_from}{own}"
