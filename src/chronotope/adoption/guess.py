"""Guess a mapping from what a graph looks like: a text to begin with, with comments. Pure."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chronotope.adoption.schema import Property, Schema, Thing, When, id_of, moment_of, named
from chronotope.errors import InputError

_USERS = re.compile(
    r"user|customer|person|people|member|client|visitor|reviewer|guest|player|reader|listener|"
    r"viewer|student|account|buyer|shopper|consumer|passenger|subscriber|traveller?|profile$|fan$",
    re.I,
)
_ITEMS = re.compile(
    r"product|movie|film|item|business|venue|place|book$|song|track|article|restaurant|poi$|hotel|"
    r"show$|game|recipe|merchant|shop|store|course|question|video|post$|photo|page|artist|album|"
    r"series|episode|app$|listing|podcast|attraction|museum|good|dish|wine|beer|job|paper|news",
    re.I,
)
_EVENTS: Sequence[tuple[re.Pattern[str], str]] = (
    (
        re.compile(r"purchas|order|buy|bought|paid|pay|transact|sale|invoice|basket|cart", re.I),
        "purchase",
    ),
    (re.compile(r"rat(e|ing)|star", re.I), "rating"),
    (re.compile(r"review|wrote|comment|answer", re.I), "review"),
    (re.compile(r"visit|check|attend|stay|was_at|been", re.I), "visit"),
    (re.compile(r"view|saw|seen|look", re.I), "view"),
    (re.compile(r"click|tap", re.I), "click"),
    (re.compile(r"like|lov|favou?r", re.I), "like"),
    (
        re.compile(
            r"watch|listen|play|read|borrow|rent|book|download|stream|perform|interact|ask", re.I
        ),
        "visit",
    ),
)
_NO_EVENTS = re.compile(
    r"acted|direct|produc|manag|report|live|locat|genre|part_of|categor|suppl|belong|friend|follow|"
    r"knows|work|own|married|parent|has_|is_|tag",
    re.I,
)
_GROUPS = re.compile(
    r"categor|genre|tag|topic|department|cuisine|kind|subject|section|style|type", re.I
)
_FRIENDS = re.compile(r"friend|know|follow|connect|trust", re.I)
_DOWN = re.compile(r"parent_of|child$|has_|subcategor(y|ies)$|contains|broader_than", re.I)
_VALUES = (
    "rating",
    "stars",
    "score",
    "amount",
    "quantity",
    "price",
    "value",
    "grade",
    "total",
    "count",
)
_NUMBERS = ("INTEGER", "FLOAT", "STRING")
_BARE = re.compile(r"[A-Za-z_]\w*")
_OTHERS = 5


@dataclass(frozen=True)
class Step:
    """A relationship and whether it is walked in its direction."""

    type: str
    forth: bool

    def between(self, left: str, right: str, variable: str = "") -> str:
        """Return the pattern."""
        link = f"[{variable}:{_quoted(self.type)}]"
        return f"{left}-{link}->{right}" if self.forth else f"{left}<-{link}-{right}"


@dataclass(frozen=True)
class Events:
    """A way from users to items: directly, or by a node between that stands for the event."""

    user: str
    item: str
    steps: tuple[Step, ...]
    middle: str | None
    score: float
    count: int
    """How many there may be: of labels that one node has, that of most nodes comes first."""
    when: When | None
    at: str
    """The variable that has the moment."""

    def __str__(self) -> str:
        nodes = [f"(:{_quoted(self.user)})", f"(:{_quoted(self.item)})"]
        if self.middle:
            nodes.insert(1, f"(:{_quoted(self.middle)})")
        text = nodes[0]
        for step, node in zip(self.steps, nodes[1:], strict=True):
            text = step.between(text, node)
        return text


def guess(schema: Schema, today: date) -> str:
    """Return a mapping in TOML. Raises InputError where nothing looks like events."""
    found = sorted(_candidates(schema), key=lambda one: (-one.score, -one.count, str(one)))
    if not found or found[0].score < 5:
        raise InputError(
            "Nothing in this graph looks like somebody who did something with an item. Its labels: "
            f"{_counts(schema.labels.values())}; its relationships: "
            f"{_counts(schema.types.values())}. Write the mapping by hand: docs/adopt.md."
        )
    best = found[0]
    others = [one for one in found[1:] if (one.user, one.item) == (best.user, best.item)]
    return "\n".join(map(_one_line, _lines(schema, best, others[:_OTHERS], today))) + "\n"


def _one_line(line: str) -> str:
    """Return a comment in which a name neither begins another line nor drives a terminal."""
    if not line.startswith("#"):
        return line
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


def _counts(things: Iterable[Thing]) -> str:
    known = sorted(things, key=lambda one: -one.count)[:20]
    return ", ".join(f"{one.name} ({one.count:,})" for one in known) or "none"


# Which way leads from users to items


def _candidates(schema: Schema) -> Iterator[Events]:
    steps = list(_steps(schema))
    for user, step, item in steps:
        if user != item and _weight(schema, user, item) is not None:
            yield _events(schema, user, (step,), None, item)
    for user, first, middle in steps:
        for other, second, item in steps:
            if (
                other != middle
                or len({user, middle, item}) < 3
                or (first.type == second.type and first.forth != second.forth)
            ):
                continue
            if (
                _weight(schema, user, item) is not None
                and not _USERS.search(middle)
                and not _GROUPS.search(middle)
            ):
                yield _events(schema, user, (first, second), middle, item)


def _steps(schema: Schema) -> Iterator[tuple[str, Step, str]]:
    for type_ in schema.types.values():
        for start, end in type_.ends:
            if start in schema.labels and end in schema.labels:
                yield start, Step(type_.name, True), end
                yield end, Step(type_.name, False), start


def _weight(schema: Schema, user: str, item: str) -> float | None:
    """Return how much labels look like users and items, None where they are the other way round."""
    weight = 0.0
    for name, ours, theirs in ((user, _USERS, _ITEMS), (item, _ITEMS, _USERS)):
        if theirs.search(name) and not ours.search(name):
            return None
        weight += 3 if ours.search(name) else 0
        weight += 0.5 if schema.labels[name].count > 1 else -3
    if _GROUPS.search(item) or any(pattern.search(item) for pattern, _ in _EVENTS[:3]):
        weight -= 3
    return weight


def _events(
    schema: Schema, user: str, steps: tuple[Step, ...], middle: str | None, item: str
) -> Events:
    types = [schema.types[step.type] for step in steps]
    words = [step.type for step in steps] + ([middle] if middle else [])
    count = min(one.count for one in (*types, *([schema.labels[middle]] if middle else [])))
    score = (_weight(schema, user, item) or 0.0) + min(math.log10(1 + count) / 2, 3)
    score += 2 if any(map(_is_event, words)) else 0
    score -= 3 if _NO_EVENTS.search(words[0]) and not _is_event(words[0]) else 0
    score -= 0.5 if middle else 0
    if not middle and count <= schema.labels[item].count:
        score -= 3  # who made the items, rather than who liked them: each has but one
    when, at = _moment(schema, types, middle, item)
    score += (1 if at == "item" else 3) if when else 0
    places = [*types, *([schema.labels[middle]] if middle else [])]
    score += 0.5 if any(named(place, *_VALUES, types=_NUMBERS) for place in places) else 0
    return Events(user, item, steps, middle, score, count, when, at)


def _is_event(word: str) -> bool:
    return any(pattern.search(word) for pattern, _ in _EVENTS)


def _moment(
    schema: Schema, types: Sequence[Thing], middle: str | None, item: str
) -> tuple[When | None, str]:
    """Return the moment of events and the variable that has it; in need, when the item was made."""
    places = [("did", types[0]), ("line", types[-1])][: len(types)]
    if middle:
        places.insert(0, ("event", schema.labels[middle]))
    for variable, thing in places:
        if when := moment_of(thing, middle or "", "creat", "time"):
            return when, variable
    when = moment_of(schema.labels[item], "creat", "post", "ask")
    is_made = when and re.search("creat|post|ask|added", when.name, re.IGNORECASE)
    return (when, "item") if is_made else (None, "")


def _kind(events: Events) -> str:
    words = [step.type for step in events.steps] + ([events.middle] if events.middle else [])
    for pattern, kind in _EVENTS:
        if any(pattern.search(word) for word in words):
            return kind
    return "visit"


# What is written


def _lines(schema: Schema, events: Events, others: Sequence[Events], today: date) -> Iterator[str]:
    user, item = schema.labels[events.user], schema.labels[events.item]
    yield "# What of this graph is a user, an item, a category, an event: guessed by"
    yield "# `chronotope adopt --guess`. Look through it; then try it, and write:"
    yield "#   chronotope adopt MAPPING.toml --dry-run"
    yield "#   chronotope adopt MAPPING.toml"
    yield "# All keys and columns: docs/adopt.md. A text of `match` reads and nothing else."
    yield "#"
    yield f"# Labels: {_counts(schema.labels.values())}"
    yield f"# Relationships: {_counts(schema.types.values())}"
    yield ""
    yield "[users]"
    yield from _node(user, "user", "user")
    yield ""
    yield "[items]"
    yield from _node(item, "item", "item")
    yield from _described(item)
    yield from _categories(schema, item)
    yield ""
    yield from _event_lines(schema, events, others, today)
    yield from _friends(schema, events.user)


def _node(label: Thing, variable: str, column: str) -> Iterator[str]:
    key = id_of(label)
    pattern = f"MATCH ({variable}:{_quoted(label.name)})"
    if key:
        yield _assign("match", f"{pattern} RETURN {variable} AS {column}")
        yield f"{_assign('id', key)}  # looks unique; numbers become text"
        return
    yield "# No property is there once for each node; so the id is that of the database, which may"
    yield "# change when the graph is copied. Better: a property of yours that stays."
    yield _assign("match", f"{pattern} RETURN {variable} AS {column}, elementId({variable}) AS id")


def _described(item: Thing) -> Iterator[str]:
    short = item.name.lower()
    name = named(
        item, "name", "title", f"{short}name", f"{short}title", "displayname", "label", "caption"
    )
    text = named(
        item,
        "description",
        "plot",
        "summary",
        "overview",
        "tagline",
        "about",
        "abstract",
        "body",
        "bodymarkdown",
        "text",
        "content",
        "bio",
    )
    if name:
        yield _assign("name", name)
    if text and text != name:
        yield _assign("description", text)
    points = [given.name for given in item.properties.values() if given.types == ("POINT",)]
    latitude = named(item, "latitude", "lat", types=_NUMBERS)
    longitude = named(item, "longitude", "lon", "lng", "long", types=_NUMBERS)
    if points:
        yield _assign("location", points[0])
    elif latitude and longitude:
        yield _assign("latitude", latitude)
        yield _assign("longitude", longitude)
    own = named(
        item,
        "category",
        "categories",
        "genre",
        "genres",
        "type",
        "cuisine",
        types=("STRING", "LIST<STRING"),
    )
    if own:
        yield f"{_assign('category', own)}  # a list, or names between ; or |; a path: A > B"


def _categories(schema: Schema, item: Thing) -> Iterator[str]:
    for start, step, group in _steps(schema):
        if start != item.name or group == item.name or not _GROUPS.search(group):
            continue
        label = schema.labels[group]
        short = group.lower()
        name = (
            named(label, "name", f"{short}name", "title", "label", f"{short}title")
            or id_of(label)
            or "name"
        )
        yield ""
        yield "[categories]"
        link = next((s for a, s, b in _steps(schema) if a == b == group and _up(s)), None)
        if link:
            yield "# From an item up to the broadest category; turned round, broad ones come first."
            up = f"[:{_quoted(link.type)}*0..8]"
            climb = f"-{up}->" if link.forth else f"<-{up}-"
            top = link.between("(top)", "()")
            text = (
                f"MATCH path = {step.between(_variable('item', item.name), _variable('', group))}"
                f"{climb}(top:{_quoted(group)})\nWHERE NOT {top}\n"
                "RETURN item, reverse(nodes(path)[1..]) AS category"
            )
        else:
            text = (
                f"MATCH {step.between(_variable('item', item.name), _variable('category', group))}"
                "\nRETURN item, category"
            )
        yield _assign("match", text)
        yield f"{_assign('name', name)}  # of a category"
        return


def _up(step: Step) -> bool:
    """Tell whether a step goes from narrow to broad."""
    return step.forth is not bool(_DOWN.search(step.type))


def _event_lines(
    schema: Schema, events: Events, others: Sequence[Events], today: date
) -> Iterator[str]:
    yield f"# Events: {events}"
    for other in others:
        yield f"# Also thinkable, instead or as another table [[events]]: {other}"
    yield "[[events]]"
    kind = _kind(events)
    columns = ["user", "item"]
    when = events.when
    yield from _about_moments(events, today)
    columns.append(
        f"{events.at}.{_quoted(when.name)} AS at" if when else f"date('{today.isoformat()}') AS at"
    )
    columns += _values(schema, events)
    columns += _key(schema, events)
    nodes = [f"(user:{_quoted(events.user)})", f"(item:{_quoted(events.item)})"]
    variables = ["did"]
    if events.middle:
        nodes.insert(1, f"(event:{_quoted(events.middle)})")
        variables.append("line")
    pattern = nodes[0]
    for step, node, variable in zip(events.steps, nodes[1:], variables, strict=True):
        used = any(f"{variable}." in column for column in columns)
        pattern = step.between(pattern, node, variable if used else "")
    yield _assign("match", f"MATCH {pattern}\nRETURN {', '.join(columns)}")
    yield f"{_assign('kind', kind)}  # what it is worth: chronotope kinds"
    if when and when.time_unit:
        yield f"{_assign('time_unit', when.time_unit)}  # since 1970"
    if when and when.time_format:
        is_day = when.time_format.startswith("%Y-%m-%d")
        what = "days without a clock: no hour is made of them" if is_day else "is the day first?"
        yield f"{_assign('time_format', when.time_format)}  # of strptime; {what}"
    if when and (when.needs_zone or when.time_unit or when.time_format):
        yield "# Where the events happened: hours are counted there. Say yours, like Europe/Vienna."
        yield _assign("zone", "UTC")
    if kind == "rating":
        yield "# rating_threshold = 3  # lower ratings are kept as declined"
    if when and when.is_ordered:
        yield "# To read only what is new when this is run again, let the text ask for $since: the"
        yield "# largest moment that was taken up, null the first time; some minutes before it, as"
        yield "# others may commit late:"
        moment = f"{events.at}.{_quoted(when.name)}"
        yield f"#   WHERE $since IS NULL OR {moment} >= $since{_overlap(when)}"


def _overlap(when: When) -> str:
    """Return five minutes to take off a moment, where it is no text."""
    if when.is_text:
        return ""
    seconds = 300
    counts = {"s": 1, "ms": 1000, "us": 1_000_000, "ns": 1_000_000_000}
    return f" - {seconds * counts[when.time_unit]}" if when.time_unit else " - duration('PT5M')"


def _about_moments(events: Events, today: date) -> Iterator[str]:
    if events.at == "item":
        yield "# NO MOMENT of the event was found: below is that of the item."
    if events.when:
        return
    yield "# NO MOMENT was found: nothing looks like one, and each event has one. Below, all get"
    yield f"# one day, {today.isoformat()}: who likes what is learned all the same, but not"
    yield "# when, what is in fashion, or what follows what. Where a number counts from a day:"
    yield "#   datetime('2020-01-01T00:00Z') + duration({hours: event.step}) AS at"


def _values(schema: Schema, events: Events) -> list[str]:
    places = [("line", schema.types[events.steps[-1].type])] if events.middle else []
    if events.middle:
        places.insert(0, ("event", schema.labels[events.middle]))
    places.append(("did", schema.types[events.steps[0].type]))
    for variable, thing in places:
        name = named(thing, *_VALUES, types=_NUMBERS)
        if name and _is_number(thing.properties[name]):
            return [f"{variable}.{_quoted(name)} AS value"]
    return []


def _is_number(given: Property) -> bool:
    try:
        return all(math.isfinite(float(value)) for value in given.some if value != "")
    except (TypeError, ValueError):
        return False


def _key(schema: Schema, events: Events) -> list[str]:
    """Return the column of the event's own id, where it has one."""
    if not events.middle:
        name = id_of(schema.types[events.steps[0].type])
        is_key = name and re.search(r"(^|_)(id|uuid|key)$|[a-z](Id|ID|Key)$", name, re.IGNORECASE)
        return [f"toString(did.{_quoted(name)}) AS id"] if name and is_key else []
    event, item = id_of(schema.labels[events.middle]), id_of(schema.labels[events.item])
    if not event or not item:
        return []
    own = f"toString(event.{_quoted(event)}) + '/' + toString(item.{_quoted(item)})"
    return [f"{own} AS id"]


def _friends(schema: Schema, user: str) -> Iterator[str]:
    for type_ in schema.types.values():
        if (user, user) in type_.ends and _FRIENDS.search(type_.name):
            yield ""
            yield "[friendships]"
            name = _quoted(user)
            yield _assign(
                "match",
                f"MATCH (user:{name})-[:{_quoted(type_.name)}]->(friend:{name})"
                "\nRETURN user, friend",
            )
            return


def _variable(name: str, label: str) -> str:
    """Return the pattern of a node."""
    return f"({name}:{_quoted(label)})"


def _quoted(name: str) -> str:
    """Return a name as Cypher takes it."""
    return name if _BARE.fullmatch(name) and name.isascii() else "`" + name.replace("`", "``") + "`"


def _assign(key: str, text: str) -> str:
    """Return a line, or a few, of TOML."""
    is_plain = "'''" not in text and text.replace("\n", "").isprintable()
    if "\n" in text and is_plain:
        return f"{key} = '''\n{text}\n'''"
    # TOML takes the escapes of JSON, and wants one for a sign that JSON leaves as it is.
    written = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{key} = {written}"
