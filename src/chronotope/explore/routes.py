"""What can be asked of the page's server: each route is one question to the client."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from chronotope.client import Client, Coordinates
from chronotope.errors import ChronotopeError, InputError, UnavailableError
from chronotope.explore import answers
from chronotope.explore.door import HEADERS, Door, Guard
from chronotope.explore.words import words
from chronotope.language import Language
from chronotope.pages import COLOURS

_PAGE = Path(__file__).parent / "page"
_SHOWN = 10  # recommendations, and places of a rhythm
_FOUND = 12  # users or items in a list to choose from
_TASKS = {"next": "recommend", "discover": "discover", "new_items": "new_items"}
"""Each task with the method of the client that answers."""
_LARGEST = 10_000  # bytes of what a page sends

Given = Mapping[str, Any]
"""What a request says, by name."""


@dataclass(frozen=True)
class Asked:
    """A question about a user, a moment and a place."""

    user: str
    at: datetime
    here: Coordinates | None
    task: str

    @classmethod
    def of(cls, given: Given, zone: tzinfo) -> "Asked":
        """Read a question; raise InputError for a moment or a place that is none."""
        task = given.get("task") or "next"
        if task not in _TASKS:
            raise InputError(f"task is one of {', '.join(_TASKS)}, not {task!r}.")
        return cls(_text(given, "user"), moment(given, zone), _place(given.get("here")), task)


class Room:
    """Answers of one client, in one language."""

    def __init__(self, client: Client, *, language: Language, write: bool, min_users: int) -> None:
        self._client, self._language = client, language
        self._write, self._min_users = write, min_users
        self._newest = self._find_newest()

    def _find_newest(self) -> datetime:
        """Return the moment of the newest event, in its zone; else now."""
        newest = self._client.run("doctor.describe_graph")[0]["newest"]
        return newest or datetime.now(UTC)

    @property
    def _zone(self) -> tzinfo:
        return self._newest.tzinfo or UTC

    def start(self, given: Given) -> answers.Json:
        """Tell what the page begins with; moments are told in the zone of the newest event."""
        del given
        self._newest = self._find_newest()
        at = self._newest.replace(second=0, microsecond=0) + timedelta(minutes=1)
        kinds = sorted({"visit", *(kind.name for kind in self._client.kinds())})
        return {
            "language": self._language,
            "words": words(self._language),
            "colours": COLOURS,
            "write": self._write,
            "tasks": tuple(_TASKS),
            "kinds": kinds,
            "at": at.replace(tzinfo=None).isoformat(timespec="minutes"),
            "zone": str(self._zone),
        }

    def users(self, given: Given) -> answers.Json:
        """Find users by the beginning of their id, page by page."""
        after = given.get("after") or None
        return answers.users(
            self._client.find_users(given.get("begins") or "", after=after, k=_FOUND)
        )

    def items(self, given: Given) -> answers.Json:
        """Find items by what somebody types."""
        return answers.items(self._client.find_items(_text(given, "text"), k=_FOUND))

    def city(self, given: Given) -> answers.Json:
        """Tell where people are by hour, and what they turn to."""
        at = moment(given, self._zone)
        overview = self._client.overview(at=at, min_users=self._min_users)
        return answers.city(overview, self._language)

    def user(self, given: Given) -> answers.Json:
        """Tell what is known of a user."""
        asked, client = self._asked(given), self._client
        return answers.user(
            client.profile(asked.user, at=asked.at, language=self._language),
            client.rhythm(asked.user, at=asked.at, k=_SHOWN),
            client.tags(asked.user, at=asked.at, k=_SHOWN),
            self._language,
        )

    def recommend(self, given: Given) -> answers.Json:
        """Recommend something to a user."""
        asked = self._asked(given)
        ask = getattr(self._client, _TASKS[asked.task])
        found = ask(asked.user, at=asked.at, here=asked.here, k=_SHOWN)
        return answers.recommendations(found, self._language)

    def explain(self, given: Given) -> answers.Json:
        """Tell why an item is recommended, or why not."""
        asked, item = self._asked(given), _text(given, "item")
        told = self._client.explain(
            asked.user, item, at=asked.at, here=asked.here, task=asked.task, k=_SHOWN
        )
        return answers.explanation(told, self._language)

    def what_if(self, given: Given) -> answers.Json:
        """Try an event, and tell the answers before and after; nothing is kept."""
        asked, item = self._asked(given), _text(given, "item")
        result = self._client.what_if(
            asked.user, item, at=asked.at, kind=_text(given, "kind"), task=asked.task,
            here=asked.here, k=_SHOWN,
        )  # fmt: skip
        return answers.tried(result, self._language)

    def record(self, given: Given) -> answers.Json:
        """Keep an event, where the server was started for that."""
        if not self._write:
            raise InputError("Nothing is written; for that start: chronotope explore --write")
        asked, item = self._asked(given), _text(given, "item")
        fate = self._client.record(asked.user, item, at=asked.at, kind=_text(given, "kind")).fate
        return {"fate": fate}

    def _asked(self, given: Given) -> Asked:
        return Asked.of(given, self._zone)


def application(room: Room, door: Door) -> Starlette:
    """Return the server's application: the page, its files, and its questions, behind the door."""
    reading = (room.start, room.users, room.items, room.city, room.user, room.recommend,
               room.explain)  # fmt: skip
    return Starlette(
        routes=[
            Route("/", _index),
            Mount("/page", StaticFiles(directory=_PAGE)),
            *(Route(f"/ask/{ask.__name__}", _reading(ask), methods=["GET"]) for ask in reading),
            *(
                Route(f"/ask/{ask.__name__}", _telling(ask), methods=["POST"])
                for ask in (room.what_if, room.record)
            ),
        ],
        middleware=[Middleware(Guard, door=door)],
        exception_handlers={ChronotopeError: _sentence, Exception: _broken},
    )


def moment(given: Given, zone: tzinfo) -> datetime:
    """Read the moment, which is a local one of the zone unless it has an offset."""
    text = str(given.get("at") or "")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"A moment is like 2026-03-02T08:00, not {text!r}.") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _place(text: object) -> Coordinates | None:
    """Read a place, which is a latitude and a longitude; empty where there is none."""
    if not text:
        return None
    try:
        latitude, longitude = map(float, str(text).split(","))
    except ValueError:
        raise InputError(f"A place is like 45.43,12.33, not {text!r}.") from None
    return latitude, longitude


def _text(given: Given, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"Say which {name}.")
    return value


async def _index(request: Request) -> Response:
    del request
    return FileResponse(_PAGE / "index.html")


Ask = Callable[[Given], answers.Json]


def _reading(ask: Ask) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        return JSONResponse(ask(request.query_params))

    return answer  # Starlette runs it in a thread: the driver waits for the database


def _telling(ask: Ask) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        given = await _body(request)
        return JSONResponse(await run_in_threadpool(ask, given))

    return answer


async def _body(request: Request) -> Given:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise InputError("This is more than a page has to say.")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise InputError("A page says what it wants as a JSON object.")
    return given


def _sentence(request: Request, problem: Exception) -> Response:
    del request
    status = {InputError: 400, UnavailableError: 503}.get(type(problem), 500)
    return JSONResponse(answers.problem(str(problem)), status)


def _broken(request: Request, problem: Exception) -> Response:
    del request, problem
    told = answers.problem("This failed; the terminal tells how.")
    return JSONResponse(told, 500, HEADERS)  # no middleware is around this answer
