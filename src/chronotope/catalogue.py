"""The query catalogue: a folder of `.cypher` files, one statement each, that document themselves.

A file `recommend/discover.cypher` is the query `recommend.discover`. Its leading comment is its
documentation, and the keys in it are its contract::

    // Recommend places the user has not been to yet.
    //
    // Prose …
    //
    // @mode read
    // @public
    // @param user STRING            the user's id
    // @param k    INTEGER = 20      how many
    // @returns id STRING, score FLOAT
    // @node item Item               what the column `id` names
    // @feature popularity G+  log(1 + users)  (source)
    // @plan NodeUniqueIndexSeek     operators that the server's plan has to contain

Features stand in the order of the text's list `features`. Their group is graph G, time and place T,
or language L; + says: never a reason against; z: normalised within the request. Where there is a z,
the text's list `absolute` names the features without.

A `@public` query is for every client: its name, its parameters and its columns are a promise. The
others are the product's own. A `@node` is what the plugin yields beside the columns: the node of
the label, or of the first of several (`Item|Cell`), whose `id` is that of the row.

What several queries share is a region, `// region NAME` to `// endregion`: the text in the file is
always the whole statement, and `differing_regions` tells where two of one name differ.

Everything that can be checked without a server is checked when the file is read.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any, Literal, get_args

from chronotope import outputs
from chronotope.errors import CatalogueError, InputError
from chronotope.inputs import read_text
from chronotope.resources import folder

Mode = Literal["read", "write", "schema"]
Group = Literal["G", "T", "L"]

SUMS = "SHA256SUMS"
"""The file of an export that lists the hash of every other one."""

_TAG = re.compile(r"@(\w+)\s*(.*)")
_TYPE = r"[A-Z]+(?: [A-Z]+)*(?:<[A-Z<> ]+>)?"
_PARAM = re.compile(rf"(\w+)\s+({_TYPE})(?:\s*=\s*(.+?))?(?:\s{{2,}}(.*))?$")
_COLUMN = re.compile(rf"(\w+)\s+({_TYPE})$")
_NODE = re.compile(r"(\w+)\s+([A-Z]\w*(?:\|[A-Z]\w*)*)(?:\s{2,}.*)?$")
_FEATURE = re.compile(r"(\w+)\s+([GTL])(\+?)(z?)\s+(.+?)(?:\s{2,}\((.+)\))?$")
_LIST = r"\b{} = \[(.*?)\]"
_REGION = re.compile(r"^ *// region (\w+)\n(.*?)^ *// endregion$", re.DOTALL | re.MULTILINE)
MAX_ROWS = 1000
TIMEOUT = 60.0
"""How many rows somebody sees of a query, and how many seconds it takes, unless it is said."""

# Strings, quoted names and comments: whatever may hold a `$` or a keyword that means nothing.
_OPAQUE = re.compile(
    r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|//[^\n]*|/\*.*?\*/", re.DOTALL
)
_OPAQUE_OR_BLANK = re.compile(rf"{_OPAQUE.pattern}|\s+", re.DOTALL)


@dataclass(frozen=True)
class Parameter:
    """A declared parameter; `default` is Cypher text, None when a value is required."""

    name: str
    type: str
    default: str | None = None
    doc: str = ""


@dataclass(frozen=True)
class Feature:
    """A number that a recommendation query computes of a candidate.

    `group` is the part of U = f(G, T, L) that it belongs to. The weight of a `rising` one is never
    negative: more of it is never a reason against the candidate. A `relative` one is normalised
    within the request, by what it is of the other candidates. `source` is where the formula is
    from, empty where it is our own.
    """

    name: str
    group: Group
    rising: bool
    formula: str = ""
    source: str = ""
    relative: bool = False


@dataclass(frozen=True)
class Node:
    """What the column `id` names: a node of one of the labels, the first that has it."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """One statement with the contract that its header declares.

    A `public` one may be called by every client; the others are the product's own.
    """

    name: str
    text: str
    doc: str
    mode: Mode
    parameters: tuple[Parameter, ...] = ()
    returns: tuple[tuple[str, str], ...] = ()
    features: tuple[Feature, ...] = ()
    plan: tuple[str, ...] = ()
    public: bool = False
    node: Node | None = None
    path: Path = field(default_factory=Path, compare=False)

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return self.doc.partition("\n")[0]

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the features, in the order of the model's vector."""
        return tuple(feature.name for feature in self.features)

    @property
    def normalisation(self) -> str:
        """By what features are normalised: those of the 'request', or those of 'training'."""
        return "request" if any(feature.relative for feature in self.features) else "training"

    @property
    def signature(self) -> str:
        """How it is called: `name(parameter = default, …) -> column, …`."""
        params = ", ".join(
            f"{p.name} {p.type}" + (f" = {p.default}" if p.default is not None else "")
            for p in self.parameters
        )
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.returns)
        return f"{self.name}({params})" + (f" -> {columns}" if columns else "")

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """The parameters with a place of their own in the plugin's procedure; others are options.

        Those are all up to the last that is required, and the user where the query begins with
        them.
        """
        last = max((n for n, one in enumerate(self.parameters) if one.default is None), default=-1)
        if self.parameters and self.parameters[0].name == "user":
            last = max(last, 0)
        return self.parameters[: last + 1]

    @property
    def call(self) -> str:
        """How the plugin's procedure is called, and what it yields: what the query has, typed."""
        given = [f"{one.name} {one.type}" for one in self.positional]
        given += ["options MAP"] if len(given) < len(self.parameters) else []
        yielded = [self.node.name] if self.node else []
        yielded += [name for name, _ in self.returns]
        return f"CALL chronotope.{self.name}({', '.join(given)}) YIELD {', '.join(yielded)}"

    @property
    def regions(self) -> tuple[tuple[str, str], ...]:
        """The parts of the text that other queries share, by name; without their indentation."""
        return tuple((m[1], dedent(m[2])) for m in _REGION.finditer(self.text))

    @property
    def fingerprint(self) -> str:
        """A hash of what the statement computes: of its text without comments and layout."""
        code = _OPAQUE.sub(lambda match: "" if match[0].startswith("/") else match[0], self.text)
        return hashlib.sha256(" ".join(code.split()).encode()).hexdigest()[:16]

    def bind(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return all declared parameters: the given values, null for the others.

        Raises InputError for a value that is not declared, or a required one that is missing.
        """
        declared = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in declared:
                known = ", ".join(declared) or "none"
                raise InputError(
                    f"The query {self.name} has no parameter '{name}'; it takes: {known}."
                )
        for name, parameter in declared.items():
            if parameter.default is None and values.get(name) is None:
                raise InputError(
                    f"The query {self.name} needs the parameter '{name}' ({parameter.type})."
                )
        return {name: values.get(name) for name in declared}


def parse(text: str, name: str, path: Path = Path()) -> Query:
    """Parse one query file.

    Raises CatalogueError, with file and line, for an unknown key, a declaration that cannot be
    read, parameters or columns that differ between header and text, and a missing summary.
    """
    doc: list[str] = []
    tags: list[tuple[int, str, str]] = []
    lines = text.splitlines()
    number = 0
    for number, line in enumerate(lines, start=1):
        if not line.startswith("//"):
            break
        content = line[2:]
        tag = _TAG.fullmatch(content.strip())
        if tag:
            tags.append((number, tag[1], tag[2].strip()))
        elif tags and content.startswith("   "):
            number_of_tag, key, value = tags[-1]
            tags[-1] = (number_of_tag, key, f"{value} {content.strip()}".strip())
        elif not tags:
            doc.append(content.strip())
        elif content.strip():
            raise _broken(path, number, "prose after the first key; put it above the keys")
    body = "\n".join(lines[number - 1 :])

    mode: Mode | None = None
    params: list[Parameter] = []
    returns: list[tuple[str, str]] = []
    features: list[Feature] = []
    plan: tuple[str, ...] = ()
    public, node = False, None
    for number, key, value in tags:
        if key == "mode":
            if value not in get_args(Mode):
                raise _broken(path, number, f"@mode is read, write or schema, not '{value}'")
            mode = value  # type: ignore[assignment]  # narrowed by the test above
        elif key == "param":
            match = _PARAM.fullmatch(value)
            if not match:
                raise _broken(path, number, f"'{value}' is not: name TYPE [= default]  text")
            params.append(Parameter(match[1], match[2], match[3], match[4] or ""))
        elif key == "returns":
            for column in _split(value):
                match = _COLUMN.fullmatch(column)
                if not match:
                    raise _broken(path, number, f"the column '{column}' is not: name TYPE")
                returns.append((match[1], match[2]))
        elif key == "feature":
            match = _FEATURE.fullmatch(value)
            if not match:
                raise _broken(
                    path, number, f"'{value}' is not: name G|T|L[+][z]  formula  [(source)]"
                )
            of, group, rising, relative, formula, source = match.groups(default="")
            features.append(
                Feature(of, group, bool(rising), formula, source, bool(relative))  # type: ignore[arg-type]  # by the pattern
            )
        elif key == "plan":
            plan = tuple(_split(value))
        elif key == "public":
            public = True
        elif key == "node":
            match = _NODE.fullmatch(value)
            if not match:
                raise _broken(path, number, f"'{value}' is not: name Label[|Label]")
            node = Node(match[1], tuple(match[2].split("|")))
        else:
            raise _broken(path, number, f"unknown key @{key}")

    if not doc or not doc[0]:
        raise _broken(path, 1, "the first line has to be a comment that says what the query does")
    if mode is None:
        raise _broken(path, 1, "the header has no @mode")
    code = _without_opaque(body)
    _compare(path, "parameter", {p.name for p in params}, set(re.findall(r"\$(\w+)", code)))
    _compare(path, "column", {column for column, _ in returns}, set(_columns(code)))
    _compare_features(path, features, body)
    _check_node(path, node, [column for column, _ in returns])
    return Query(
        name=name,
        text=text,
        doc="\n".join(doc).strip(),
        mode=mode,
        parameters=tuple(params),
        returns=tuple(returns),
        features=tuple(features),
        plan=plan,
        public=public,
        node=node,
        path=path,
    )


def read_query(path: Path) -> Query:
    """Return the one statement of somebody's file, with the header of a catalogue's file or none.

    Without one its parameters are those that the text names, of any type, null where they are not
    given; what it returns, and whether it only reads, is the server's to say. Raises InputError for
    a file that cannot be read, and CatalogueError for a header that is broken.
    """
    text = read_text(path, "file")
    if re.search(r"^// *@mode\b", text, re.MULTILINE):
        return parse(text, str(path), path)
    names = dict.fromkeys(re.findall(r"\$(\w+)", _without_opaque(text)))
    parameters = tuple(Parameter(name, "ANY", "null") for name in names)
    return Query(str(path), text, "", "read", parameters, path=path)


@cache
def load(root: Path | None = None) -> Mapping[str, Query]:
    """Read every query below `root` (default: the catalogue that comes with the package)."""
    root = root or folder("cypher")
    queries = {}
    for path in sorted(root.rglob("*.cypher")):
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        queries[name] = parse(path.read_text(encoding="utf-8"), name, path)
    return queries


def get(name: str) -> Query:
    """Return the query of that name; raise InputError that lists near names if there is none."""
    queries = load()
    if name in queries:
        return queries[name]
    raise InputError(_unknown(name))


def export(path: Path) -> list[Query]:
    """Write the public queries into a new folder, each a file, with `SHA256SUMS`; return them.

    The list is what `sha256sum --check` reads, and comes last: where it is, the folder is whole.
    Raises InputError for a folder that is not empty or cannot be written.
    """
    outputs.check_new_folder(path)
    queries = [query for query in load().values() if query.public]
    lines = []
    for query in queries:
        place = Path(*query.name.split(".")).with_suffix(".cypher")
        content = query.text.encode()
        with outputs.sentences(path / place):
            (path / place).parent.mkdir(parents=True, exist_ok=True)
        outputs.write(path / place, content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {place.as_posix()}\n")
    outputs.write(path / SUMS, "".join(lines).encode())
    return queries


def connector_text(query: Query) -> str:
    """Return a query as connectors take it that bring one row at a time, in one line.

    Neo4j's sink for Kafka Connect and its connector for Spark put `UNWIND $events AS event` in
    front of a text; neither a version of Cypher may stand in it nor a RETURN at its end. The
    database's default language has to be Cypher 25. Raises InputError for a query that does not
    write the rows of its one parameter, one by one.
    """
    if query.mode != "write" or [one.type for one in query.parameters] != ["LIST<MAP>"]:
        takes = ", ".join(f"{one.name} {one.type}" for one in query.parameters) or "nothing"
        raise InputError(
            f"The query {query.name} cannot be given to a connector: that takes a query that "
            f"writes and has one parameter, of rows (LIST<MAP>); this one takes {takes}."
        )
    name = query.parameters[0].name
    code = _in_one_line(query.text).removeprefix("CYPHER 25 ")
    plain = _without_opaque(code)
    unwound = _outside_brackets(plain, rf"UNWIND \${name} AS (\w+)")
    before = plain[: unwound[0].start()] if unwound else ""
    if plain.count(f"${name}") != len(unwound) or _outside_brackets(before, r"\b(WITH|NEXT)\b"):
        raise InputError(
            f"The query {query.name} cannot be given to a connector, which brings one row at a "
            f"time: its text does more with ${name} than to unwind them, or not at once."
        )
    (unwind,) = unwound
    row = "WITH *, event AS" if before else "WITH event AS"
    end = [match.start() for match in _outside_brackets(plain, r"\bRETURN\b")]
    body = code[unwind.end() : end[-1] if end else None].rstrip()
    return f"{code[: unwind.start()]}{row} {unwind[1]}{body} FINISH"


def _in_one_line(text: str) -> str:
    """Return a text without comments and layout; what stands in quotes stays as it is."""
    code = _OPAQUE.sub(lambda match: "" if match[0].startswith("/") else match[0], text)
    return _OPAQUE_OR_BLANK.sub(lambda match: " " if match[0].isspace() else match[0], code).strip()


def _without_opaque(code: str) -> str:
    """Return code of the same length, with blanks for strings, quoted names and comments."""
    return _OPAQUE.sub(lambda match: " " * len(match[0]), code)


class Queries(Mapping[str, Query]):
    """The catalogue by name, read when it is first asked."""

    def __getitem__(self, name: str) -> Query:
        try:
            return load()[name]
        except KeyError:
            raise KeyError(_unknown(name)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(load())

    def __len__(self) -> int:
        return len(load())


queries = Queries()
"""What every Bolt client can run: `queries["recommend.discover"].text`."""


def _unknown(name: str) -> str:
    topic = name.partition(".")[0]
    near = [known for known in load() if known.startswith(topic)] or sorted(load())
    return f"There is no query '{name}'; there are: {', '.join(near)}."


def differing_regions(queries: Iterable[Query]) -> Iterator[str]:
    """Yield a sentence for each region that is not the same in all queries that have it."""
    first: dict[str, tuple[str, str]] = {}
    for query in queries:
        for name, text in query.regions:
            where, expected = first.setdefault(name, (query.name, text))
            if text != expected:
                yield f"The region '{name}' of {query.name} differs from that of {where}."


def _broken(path: Path, line: int, what: str) -> CatalogueError:
    return CatalogueError(f"{path}:{line}: {what}.")


def _compare(path: Path, kind: str, declared: set[str], used: set[str]) -> None:
    for name in sorted(used - declared):
        raise _broken(
            path, 1, f"the text uses the {kind} '{name}' that the header does not declare"
        )
    for name in sorted(declared - used):
        raise _broken(path, 1, f"the header declares the {kind} '{name}' that the text lacks")


def _compare_features(path: Path, features: Sequence[Feature], body: str) -> None:
    declared = [feature.name for feature in features]
    listed = _listed("features", body) if declared else []
    _compare(path, "feature", set(declared), set(listed))
    for number, (one, other) in enumerate(zip(declared, listed, strict=True), start=1):
        if one != other:
            raise _broken(
                path, 1, f"feature {number} is '{one}' in the header, '{other}' in the text"
            )
    if any(feature.relative for feature in features):
        absolute = {feature.name for feature in features if not feature.relative}
        _compare(path, "absolute feature", absolute, set(_listed("absolute", body)))


def _check_node(path: Path, node: Node | None, columns: Sequence[str]) -> None:
    if node and "id" not in columns:
        raise _broken(
            path, 1, f"the node '{node.name}' is found by a column 'id' that there is not"
        )
    if node and node.name in columns:
        raise _broken(path, 1, f"the node '{node.name}' has the name of a column")


def _listed(name: str, body: str) -> list[str]:
    """Return the strings of a list in the text."""
    match = re.search(_LIST.format(name), body, re.DOTALL)
    return re.findall(r"'(\w+)'", match[1]) if match else []


def _split(text: str) -> Iterator[str]:
    """Split at commas that stand outside brackets."""
    depth, start = 0, 0
    for index, character in enumerate(text):
        depth += (character in "([{<") - (character in ")]}>")
        if character == "," and depth == 0:
            yield text[start:index].strip()
            start = index + 1
    if text[start:].strip():
        yield text[start:].strip()


def _outside_brackets(code: str, pattern: str) -> list[re.Match[str]]:
    """Return what a pattern matches outside brackets."""
    depths, depth = [], 0
    for character in code:
        depth += (character in "({[") - (character in ")}]")
        depths.append(depth)
    return [match for match in re.finditer(pattern, code) if depths[match.start()] == 0]


def _columns(code: str) -> Iterator[str]:
    """Return the names of the columns of the last RETURN outside braces."""
    found = _outside_brackets(code, r"\bRETURN\b(?:\s*DISTINCT\b)?")
    if not found:
        return
    clause = code[found[-1].end() :]
    end = re.search(r"\b(ORDER BY|SKIP|LIMIT|UNION|NEXT)\b|;", clause)
    clause = clause[: end.start()] if end else clause
    depth, start = 0, 0
    for index, character in enumerate(f"{clause},"):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            item = clause[start:index].strip()
            yield re.split(r"\bAS\s+", item)[-1].strip()
            start = index + 1
