import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronotope import catalogue
from chronotope.catalogue import Query, connector_text
from chronotope.errors import CatalogueError, InputError

TEXT = """\
// Find a thing.
//
// More about it, for $nobody.
//
// @mode read
// @param name STRING            what it is called
// @param k    INTEGER = 20      how many
// @returns id STRING, tags LIST<STRING>,
//     at ZONED DATETIME
// @plan NodeIndexSeek
CYPHER 25
MATCH (t:Thing {name: $name}) // not $this
CALL (t) { RETURN t.x AS inner }
RETURN t.id AS id, [x IN t.tags | 'a, $b'] AS tags, t.at AS at
ORDER BY at LIMIT toInteger(coalesce($k, 20))
"""
FEATURES = TEXT.replace(
    "// @plan",
    "// @feature near T+  exp(-d)  (Huff, 1963)\n// @feature text L  cos(a, b)\n// @plan",
).replace("CYPHER 25\n", "CYPHER 25\nLET features = ['near', 'text']\n")
REGION = TEXT.replace("CALL", "// region call\nCALL").replace(
    "RETURN t.id", "// endregion\nRETURN t.id"
)
PATH = Path("thing/find.cypher")


def parse(text: str) -> catalogue.Query:
    return catalogue.parse(text, "thing.find", PATH)


def test_header_becomes_the_contract() -> None:
    query = parse(TEXT)
    assert query.summary == "Find a thing."
    assert query.mode == "read"
    assert query.parameters == (
        catalogue.Parameter("name", "STRING", None, "what it is called"),
        catalogue.Parameter("k", "INTEGER", "20", "how many"),
    )
    assert query.returns == (("id", "STRING"), ("tags", "LIST<STRING>"), ("at", "ZONED DATETIME"))
    assert query.plan == ("NodeIndexSeek",)


def test_a_public_query_says_so_and_what_its_rows_are() -> None:
    assert not parse(TEXT).public
    assert parse(TEXT).node is None
    query = parse(
        TEXT.replace("@mode read\n", "@mode read\n// @public\n").replace(
            "// @plan", "// @node thing Thing|Place   what it names\n// @plan"
        )
    )
    assert query.public
    assert query.node == catalogue.Node("thing", ("Thing", "Place"))


def test_what_clients_may_call_is_marked() -> None:
    public = {query.name for query in catalogue.load().values() if query.public}
    topics = {name.partition(".")[0] for name in public}
    assert topics == {
        "audience", "communities", "events", "explain", "items", "profile", "recommend", "search",
    }  # fmt: skip
    assert {"recommend.discover", "recommend.trending", "events.record", "items.upsert"} <= public
    assert len(public) == 27


def test_features_have_a_group_and_may_only_rise() -> None:
    query = parse(FEATURES)
    assert query.features == (
        catalogue.Feature("near", "T", True, "exp(-d)", "Huff, 1963"),
        catalogue.Feature("text", "L", False, "cos(a, b)"),
    )
    assert query.feature_names == ("near", "text")


def test_the_features_of_a_text_are_those_of_its_header_in_their_order() -> None:
    with pytest.raises(CatalogueError, match="feature 1 is 'near' in the header, 'text' in the t"):
        parse(FEATURES.replace("'near', 'text'", "'text', 'near'"))
    with pytest.raises(CatalogueError, match="declares the feature 'text' that the text lacks"):
        parse(FEATURES.replace("'near', 'text'", "'near'"))


def test_a_region_is_the_same_in_all_queries_that_have_it() -> None:
    one = parse(REGION)
    assert [name for name, _ in one.regions] == ["call"]
    indented = parse(REGION.replace("CALL (t)", "  CALL (t)"))
    assert list(catalogue.differing_regions([one, indented])) == []
    other = parse(REGION.replace("t.x", "t.y"))
    assert list(catalogue.differing_regions([one, other])) == [
        "The region 'call' of thing.find differs from that of thing.find."
    ]
    assert list(catalogue.differing_regions(catalogue.load().values())) == []


def test_the_fingerprint_is_of_what_is_computed_alone() -> None:
    query = parse(TEXT)
    same = TEXT.replace("not $this", "other words").replace("\nORDER", "\n  ORDER")
    assert parse(same.replace("More about", "Less about")).fingerprint == query.fingerprint
    assert parse(TEXT.replace("$k, 20", "$k, 21")).fingerprint != query.fingerprint


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("// @mode read\n", "", 1, "the header has no @mode"),
        ("@mode read", "@mode fast", 5, "@mode is read, write or schema, not 'fast'"),
        ("@plan", "@plans", 10, "unknown key @plans"),
        ("{name: $name}", "{name: $title}", 1, "uses the parameter 'title'"),
        ("{name: $name}", "", 1, "declares the parameter 'name' that the text lacks"),
        ("t.at AS at\n", "t.at AS moment\n", 1, "uses the column 'moment'"),
        ("STRING            what", "string            what", 6, "is not: name TYPE"),
        ("// @plan", "// @feature near\n// @plan", 10, "'near' is not: name G|T|L[+][z]  formula"),
        ("// @plan", "// @node Thing\n// @plan", 10, "'Thing' is not: name Label[|Label]"),
        ("// @plan", "// @node at Thing\n// @plan", 1, "the node 'at' has the name of a column"),
        ("// Find a thing.", "//", 1, "the first line has to be a comment"),
    ],
)
def test_a_broken_header_is_refused_with_its_line(
    old: str, new: str, line: int, complaint: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse(TEXT.replace(old, new, 1))
    assert str(caught.value).startswith(f"{PATH}:{line}: ")
    assert complaint in str(caught.value)


def test_bind_fills_what_is_optional_with_null() -> None:
    assert parse(TEXT).bind({"name": "x"}) == {"name": "x", "k": None}


def test_bind_refuses_an_undeclared_parameter() -> None:
    with pytest.raises(InputError, match=r"has no parameter 'kk'; it takes: name, k\."):
        parse(TEXT).bind({"name": "x", "kk": 1})


def test_bind_refuses_a_missing_parameter() -> None:
    with pytest.raises(InputError, match=r"needs the parameter 'name' \(STRING\)"):
        parse(TEXT).bind({"k": 1})


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_text_in_strings_and_comments_is_never_read_as_cypher(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    comment = re.sub(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", " ", text)
    body = "// Say it.\n// @mode read\n// @returns said STRING\nCYPHER 25\n"
    query = catalogue.parse(f"{body}RETURN '{quoted}' AS said // {comment}", "say.it")
    assert query.parameters == ()


def test_every_optional_parameter_has_its_default_in_the_text() -> None:
    for query in catalogue.load().values():
        for parameter in query.parameters:
            if parameter.default not in (None, "null"):
                assert f"coalesce(${parameter.name}, {parameter.default})" in query.text, query.name


def test_every_query_says_cypher_25() -> None:
    for query in catalogue.load().values():
        assert "\nCYPHER 25\n" in query.text, query.name


def test_an_unknown_name_lists_its_neighbours() -> None:
    with pytest.raises(InputError, match=r"no query 'migrate\.x'; there are: migrate\."):
        catalogue.get("migrate.x")


def a_query(statement: str, params: str = "rows LIST<MAP>", mode: str = "write") -> Query:
    header = f"// Write.\n// @mode {mode}\n" + "".join(
        f"// @param {one}\n" for one in params.split("; ") if one
    )
    returns = "// @returns n INTEGER\n" if statement.rstrip().endswith("AS n") else ""
    return catalogue.parse(f"{header}{returns}CYPHER 25\n{statement}", "t.write")


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (
            "UNWIND $rows AS row  // each\nCREATE (:X {id:\n  row.id,  a: '//  }  RETURN'})\n",
            "WITH event AS row CREATE (:X {id: row.id, a: '//  }  RETURN'}) FINISH",
        ),
        (
            "UNWIND $rows AS one\nCALL (one) {\n  MERGE (x:X) RETURN x\n}\nRETURN count(x) AS n",
            "WITH event AS one CALL (one) { MERGE (x:X) RETURN x } FINISH",
        ),
        (
            "CALL () {\n MATCH (k:K) RETURN collect(k.a) AS a\n}\nUNWIND $rows AS r SET r.x=a\n",
            "CALL () { MATCH (k:K) RETURN collect(k.a) AS a } WITH *, event AS r SET r.x=a FINISH",
        ),
    ],
)
def test_a_connector_gets_one_line_for_one_row(statement: str, text: str) -> None:
    assert connector_text(a_query(statement)) == text


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (a_query("MATCH (x {id: $id}) DELETE x", "id STRING"), "this one takes id STRING"),
        (
            a_query("UNWIND $rows AS row CREATE (:X {a: $a})", "rows LIST<MAP>; a STRING"),
            "this one takes rows LIST<MAP>, a STRING",
        ),
        (a_query("UNWIND $rows AS row RETURN row AS n", mode="read"), "a query that writes"),
        (a_query("CREATE (:X)", ""), "this one takes nothing"),
        (a_query("MATCH (x) WITH x UNWIND $rows AS r SET x.a = r"), "or not at once"),
        (a_query("LET n = size($rows) CREATE (:X {n: n})"), "than to unwind them, or not at"),
        (
            a_query("UNWIND $rows AS row CREATE (:X {n: size($rows)})"),
            r"does more with \$rows than",
        ),
    ],
)
def test_what_a_connector_cannot_take_is_told(query: Query, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        connector_text(query)
