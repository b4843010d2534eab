"""The part of the client that records what happens: events, what is declined, what was shown."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytz

from chronotope import language, loading
from chronotope.client.core import Core
from chronotope.client.keeping import hiding, keys, with_keys
from chronotope.client.recorded import (
    Deactivated,
    Kind,
    Kinds,
    NotRecorded,
    Recorded,
    RecordedMany,
    Shown,
)
from chronotope.client.values import (
    Coordinates,
    check_choice,
    moment,
    moment_or_now,
    point,
    point_or_none,
)
from chronotope.errors import InputError
from chronotope.ids import event_id
from chronotope.loading import VISIT, ReadOptions

_DISLIKE = "dislike"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = {
    "user": "user_id",
    "item": "item_id",
    "at": "timestamp",
    "kind": "kind",
    "value": "value",
    "here": "location",
    "place": "place",
    "id": "event_id",
}


class Recording(Core):
    """What writes single facts, as they happen: each counts in the very next answer."""

    def record(
        self,
        user: str,
        item: str,
        *,
        at: datetime | None = None,
        kind: str = VISIT,
        value: float | None = None,
        here: Coordinates | None = None,
        place: str | None = None,
        id: str | None = None,  # noqa: A002  the name that it has everywhere
        create: bool = False,
        pseudonymise: bool = False,
    ) -> Recorded:
        """Record an event: who did what, when and where. Recording it again changes nothing.

        `at` is the moment, by default now, in the zone where it happened: hours are counted there.
        `kind` is what was done (`kinds()` lists those of a known worth), `value` a price or a
        rating, `here` where it happened, else `place` the name of that. Without an `id` of its own
        an event is known by user, item, kind and moment. The user may be new; an unknown item is
        the fate 'unknown item', and nothing is written, unless `create` is given.

        The other fates: 'recorded', 'declined' for a kind that weighs less than 0, 'known' when the
        graph says so already, 'changed' when the event was told otherwise before, and 'conflict'
        when the id belongs to another user, item or moment, which stays.

        With `pseudonymise` the graph gets the pseudonym of the user, and an id of the event that
        tells nothing. Raises InputError for a value that cannot be used, for a user who was
        erased, and for a moment up to which events were dropped.
        """
        where = point_or_none(here)
        if pseudonymise:
            at = moment_or_now(at)
            id = _event_id(user, item, kind, at, id)  # noqa: A001
        given = {"at": _as_sent(at), "kind": kind, "value": value, "location": where}
        others = {"place": place, "id": id, "create": create}
        request = {"item": item, **given, **others}
        answer = Recorded.of(self._write_of("events.record", user, request, pseudonymise))
        if where is not None and answer.fate in ("recorded", "changed"):
            row = {"id": answer.id, "latitude": where.latitude, "longitude": where.longitude}
            loading.write_cells(self._migrated, "events", [row])
        return answer

    def record_many(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        create: bool = False,
        pseudonymise: bool = False,
    ) -> RecordedMany:
        """Record events, mappings with the names that `record` has, in batches.

        Of two that tell one event the later counts. Those that are not recorded are told, in their
        order, with their number from 0: unknown items (unless `create` is given), conflicts, and
        rows whose values cannot be used. Several may run at a time.
        """
        options = ReadOptions(secrecy=hiding(pseudonymise=pseudonymise))
        tally = loading.record_rows(self._migrated, _texts(rows), with_keys(options), create=create)
        return RecordedMany(
            recorded=tally.recorded,
            changed=tally.changed,
            known=tally.known,
            rows=tuple(NotRecorded(**vars(refusal)) for refusal in tally.refusals),
        )

    def decline(
        self,
        user: str,
        item: str | None = None,
        *,
        interest: str | None = None,
        at: datetime | None = None,
        kind: str = _DISLIKE,
        id: str | None = None,  # noqa: A002  the name that it has everywhere
        pseudonymise: bool = False,
    ) -> Recorded:
        """Record that a user declined an item, or an interest by its id or name.

        A declined item never comes back until a later event of the user there, and weighs against
        what is like it; a declined interest filters its items and those of narrower ones. `kind` is
        what was done, like 'hide' or 'not interested'. The fate is 'declined', 'known', 'changed',
        'conflict' or 'unknown item', as of `record`.

        Raises InputError for an interest that there is not, and unless an item or an interest is
        given.
        """
        graph = self._migrated
        named = None if interest is None else language.find_interest(graph, interest)["id"]
        if pseudonymise:
            at = moment_or_now(at)
            id = _event_id(user, item or named or "", kind, at, id)  # noqa: A001
        given = {"item": item, "interest": named, "at": _as_sent(at), "kind": kind, "id": id}
        return Recorded.of(self._write_of("events.decline", user, given, pseudonymise))

    def show(
        self,
        user: str,
        items: Iterable[Any],
        *,
        at: datetime | None = None,
        model: str | None = None,
        pseudonymise: bool = False,
    ) -> Shown:
        """Record what was shown to a user: ids of items, or the recommendations themselves.

        What is shown again and again without an answer sinks. `model` chose them, by default the
        one that the recommendations name. Of each item the latest 20 moments are kept, each once.
        """
        names = [items] if isinstance(items, str) else [getattr(one, "id", one) for one in items]
        chosen = getattr(items, "model", None) if model is None else model
        given = {"items": names, "at": _as_sent(at), "model": chosen}
        return Shown.of(self._write_of("events.show", user, given, pseudonymise))

    def _write_of(
        self,
        query: str,
        user: str,
        given: Mapping[str, Any],
        pseudonymise: bool,
    ) -> Mapping[str, Any]:
        """Write of a user, and return the row. Raises InputError for one who was erased."""
        chosen = hiding(pseudonymise=True) if pseudonymise else with_keys(ReadOptions()).secrecy
        name = chosen.keys.user(user) if chosen and pseudonymise else user
        step = (query, {"user": name, **given})
        return loading.write_of_user(self._migrated, step, chosen, user)

    def upsert_item(
        self,
        id: str,  # noqa: A002  the name that it has everywhere
        *,
        name: str | None = None,
        description: str | None = None,
        location: Coordinates | None = None,
        category: str | Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
        active: bool | None = None,
    ) -> Recorded:
        """Say what an item is; what is left out stays as it is.

        `category` is a path like 'Dining > Coffee Shop', or several; `location` is (latitude,
        longitude) in degrees. The fate is 'recorded' for a new item, 'changed' or 'known'.
        """
        where = None if location is None else point(location, "location")
        paths = [category] if isinstance(category, str) else category
        request = {
            "item": id,
            "name": name,
            "description": description,
            "location": where,
            "categories": None if paths is None else list(paths),
            "tags": None if tags is None else [tags] if isinstance(tags, str) else list(tags),
            "active": active,
        }
        answer = Recorded.of(self._migrated.write("items.upsert", request)[0])
        if where is not None and answer.fate != "known":
            row = {"id": answer.id, "latitude": where.latitude, "longitude": where.longitude}
            loading.write_cells(self._migrated, "items", [row])
        return answer

    def deactivate(self, items: str | Iterable[str]) -> Deactivated:
        """Have items not found or recommended any more; their events stay and count.

        `upsert_item(id, active=True)` brings one back.
        """
        names = [items] if isinstance(items, str) else list(items)
        return Deactivated.of(self._migrated.write("items.deactivate", {"items": names})[0])

    def kinds(self) -> Kinds:
        """Return the kinds of events of a known worth; others weigh 1, are goals and consume."""
        return Kinds(rows=Kind.of_all(self._migrated.read("kinds.read_kinds")))

    def set_kind(
        self,
        name: str,
        *,
        weight: float | None = None,
        goal: bool | None = None,
        consumes: bool | None = None,
    ) -> Kind:
        """Say what an event of a kind is worth; what is left out stays.

        `weight` is what one counts beside other kinds: below 0 it declines its item, and events of
        the kind that the graph has become declined, or events again. `goal`: recommendations are
        made for it; `consumes`: the item is then had. Recommendations weigh by it at once, what all
        users say together with the next `derive`.
        """
        graph = self._migrated
        before = {row["name"]: row["weight"] for row in graph.read("kinds.read_kinds")}.get(name, 1)
        given = {"name": name, "weight": weight, "goal": goal, "consumes": consumes}
        kind = Kind.of(graph.write("kinds.set_kind", given)[0])
        if kind.weight < 0:
            loading.move_declined(graph)
        elif before < 0:
            loading.restore_events(graph, name)
        return kind


def _event_id(user: str, what: str, kind: str, at: datetime, own: str | None) -> str:
    """Return what stands for the id that an event has, or would have without pseudonyms."""
    known, millis = keys(), (at - _EPOCH) // timedelta(milliseconds=1)
    return known.event(own or event_id(known.first_user(user), what, kind, millis))


def _as_sent(at: datetime | None) -> datetime | None:
    """Return a moment whose zone the driver sends by its name: it knows those of pytz alone."""
    if at is None:
        return None
    name = loading.known_name(moment(at).tzinfo)
    try:
        return at.astimezone(pytz.timezone(name)) if name else at
    except pytz.UnknownTimeZoneError:
        return at


def _texts(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield rows as the loader's checks take them."""
    if isinstance(rows, Mapping):
        raise InputError("rows are mappings like {'user': 'ann', 'item': 'cafe'}, not one of them.")
    for row in rows:
        if not isinstance(row, Mapping):
            raise InputError(
                f"A row is a mapping like {{'user': 'ann', 'item': 'cafe'}}, not {row!r}."
            )
        for name in row:
            check_choice(name, _COLUMNS, "a name of a row")
        yield _text(row)


def _text(row: Mapping[str, Any]) -> dict[str, str]:
    at = moment_or_now(row.get("at"))
    where = point_or_none(row.get("here"))
    millis = (at - _EPOCH) // timedelta(milliseconds=1)
    offset = timezone(at.utcoffset() or timedelta())
    given = {
        **row,
        "at": at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=offset).isoformat(),
        "here": None if where is None else f"{where.latitude!r},{where.longitude!r}",
    }
    texts = {_COLUMNS[name]: str(value) for name, value in given.items() if value is not None}
    name = loading.known_name(at.tzinfo) if millis >= 0 else None
    return {**texts, "zone": name} if name else texts
