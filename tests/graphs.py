"""Graphs as people have them, made by hand: what `adopt` meets."""

from typing import Any

import world

from chronotope.graph import Graph

SHOP = """
UNWIND range(1, 12) AS n
CREATE (:Customer {customerID: 'C' + n, companyName: 'Company ' + n})
WITH collect(n) AS _
CREATE (drinks:Category {categoryID: '1', categoryName: 'Beverages'}),
  (food:Category {categoryID: '2', categoryName: 'Food'}),
  (hot:Category {categoryID: '3', categoryName: 'Hot drinks'}), (hot)-[:PART_OF]->(drinks)
WITH drinks, food, hot
CREATE (italy:Supplier {companyName: 'Aroma', country: 'Italy'}),
  (far:Supplier {companyName: 'Far', country: 'Peru'})
WITH drinks, food, hot, italy, far
UNWIND range(1, 8) AS n
CREATE (p:Product {productID: n, productName: 'Product ' + n,
  unitPrice: 1.5 * n, discontinued: false})
WITH p, n, [drinks, food, hot][n % 3] AS category, [italy, far][n % 2] AS supplier
CREATE (p)-[:PART_OF]->(category), (supplier)-[:SUPPLIES]->(p)
WITH collect(p) AS products
UNWIND range(1, 12) AS c
MATCH (customer:Customer {customerID: 'C' + c})
WITH customer, c, products
UNWIND range(0, 2) AS o
CREATE (customer)-[:PURCHASED]->(order:Order {orderID: toString(100 * c + o),
  shipCity: 'Rome',
  orderDate: toString(date('2026-01-01') + duration({days: 7 * o + c})) + ' 10:30:00.000'})
WITH order, c, o, products
UNWIND [0, 1] AS line
WITH order, products[(c % 4 + o + line * 3) % 8] AS product, line
CREATE (order)-[:ORDERS {quantity: toString(line + 1), unitPrice: '2.50'}]->(product)
"""
"""Customers, orders, products, categories on two levels, suppliers; numbers and dates as text."""

FILMS = """
UNWIND range(1, 10) AS n
CREATE (:User {userId: toString(n), name: 'User ' + n})
WITH collect(n) AS _
UNWIND ['Drama', 'Comedy', 'Sci-Fi, Fantasy'] AS genre
CREATE (:Genre {name: genre})
WITH collect(genre) AS genres
UNWIND range(1, 9) AS n
CREATE (m:Movie {movieId: toString(n), title: 'Movie ' + n, plot: 'A plot of ' + n,
  released: '1995-11-2' + n})
WITH m, n, genres
MATCH (g:Genre {name: genres[n % 3]})
CREATE (m)-[:IN_GENRE]->(g)
WITH collect(m) AS movies
MATCH (u:User)
UNWIND range(0, 5) AS k
WITH u, movies[(toInteger(u.userId) + k * k) % 9] AS movie, k
MERGE (u)-[r:RATED]->(movie)
SET r.rating = 1.0 + (toInteger(u.userId) + k) % 5,
  r.timestamp = 1767225600 + 86400 * k + 3600 * toInteger(u.userId)
"""
"""Users that are labelled so, films, genres, ratings with seconds since 1970."""

CHECKINS = """
UNWIND range(1, 8) AS n
CREATE (:Person {id: n, name: 'Person ' + n})
WITH collect(n) AS _
UNWIND range(1, 8) AS n
MATCH (a:Person {id: n}), (b:Person {id: 1 + n % 8})
CREATE (a)-[:KNOWS {since: 2020}]->(b)
WITH collect(n) AS _
UNWIND range(1, 10) AS n
CREATE (:Venue {id: n, name: 'Venue ' + n, hours: '9-17',
  position: point({longitude: 16.3 + n / 100.0, latitude: 48.2}),
  kind: CASE n % 2 WHEN 0 THEN 'Food > Café' ELSE 'Outdoors > Park' END})
WITH collect(n) AS _
UNWIND range(1, 8) AS p
UNWIND range(0, 9) AS k
MATCH (person:Person {id: p}), (venue:Venue {id: 1 + (p + k * 3) % 10})
CREATE (person)-[:MADE]->(:Checkin {id: p * 100 + k,
  at: localdatetime('2026-02-01T08:00') + duration({days: k, hours: p})})-[:AT]->(venue)
"""
"""People with numbers for ids who know each other, check-ins that are nodes, venues with points."""

MOVIES = """
CREATE (m1:Movie {title: 'The Matrix', released: 1999, tagline: 'Welcome'}),
  (m2:Movie {title: 'Cloud Atlas', released: 2012, tagline: 'Connected'}),
  (m3:Movie {title: 'The Replacements', released: 2000, tagline: 'Pain heals'})
WITH [m1, m2, m3] AS movies
UNWIND range(1, 9) AS n
CREATE (p:Person {name: 'Person ' + n, born: 1960 + n})
WITH p, n, movies
CALL (p, n, movies) { WITH p, n, movies[n % 3] AS m
  CREATE (p)-[:ACTED_IN {roles: ['Someone']}]->(m) }
CALL (p, n, movies) {
  WITH p, n, movies WHERE n > 5
  UNWIND movies AS m
  CREATE (p)-[:REVIEWED {summary: 'Words', rating: 60 + n}]->(m)
}
"""
"""The films that Neo4j Browser teaches with: reviews have a rating, and no moment."""

STACK = """
UNWIND range(1, 6) AS n
CREATE (:User {uuid: 'u' + n, display_name: 'User ' + n})
WITH collect(n) AS _
UNWIND range(1, 7) AS n
MATCH (asker:User {uuid: 'u' + (1 + n % 6)})
CREATE (asker)-[:ASKED]->(q:Question {uuid: 1000 + n, title: 'Why ' + n + '?',
  body_markdown: 'Text', creation_date: 1590000000 + n * 1000})
MERGE (t:Tag {name: 'tag' + (n % 3)})
CREATE (q)-[:TAGGED]->(t)
WITH collect(q) AS questions
MATCH (u:User) UNWIND questions AS q
WITH u, q WHERE (q.uuid + toInteger(substring(u.uuid, 1))) % 2 = 0
CREATE (u)-[:PROVIDED]->(:Answer {uuid: toString(q.uuid) + u.uuid, title: 'Because', score: 1,
  body_markdown: 'Text', creation_date: 1590100000, is_accepted: false})-[:ANSWERED]->(q)
"""

YELP = """
UNWIND range(1, 6) AS n
CREATE (:User {id: 'user-' + n, name: 'User ' + n})
WITH collect(n) AS _
UNWIND range(1, 5) AS n
MATCH (a:User {id: 'user-' + n}), (b:User {id: 'user-' + (n + 1)})
CREATE (a)-[:FRIENDS]->(b)
WITH collect(n) AS _
UNWIND range(1, 6) AS n
CREATE (b:Business {id: 'biz-' + n, name: 'Business ' + n, city: 'X',
  latitude: 40.0 + n / 100.0, longitude: -74.0})
MERGE (c:Category {name: 'Category ' + (n % 2)})
CREATE (b)-[:IN_CATEGORY]->(c)
WITH collect(b) AS businesses
MATCH (u:User) UNWIND range(0, 3) AS k
WITH u, k, businesses[(size(u.name) + k + toInteger(substring(u.id, 5))) % 6] AS b
CREATE (u)-[:WROTE]->(:Review {id: u.id + '-' + k, stars: 1 + k, text: 'Words',
  date: date('2026-01-01') + duration({days: k})})-[:REVIEWS]->(b)
"""

FRAUD = """
UNWIND range(1, 6) AS n
CREATE (:Client {id: '43' + n, name: 'Client ' + n})
WITH collect(n) AS _
UNWIND range(1, 4) AS n CREATE (m:Merchant {id: '98-' + n, name: 'Merchant ' + n, highRisk: false})
WITH collect(m) AS merchants
MATCH (c:Client) UNWIND range(1, 5) AS k
CREATE (c)-[:PERFORMED]->(t:Transaction {id: 'tx-' + c.id + '-' + k, amount: 10.5 * k,
  globalStep: 100 + k, fraud: false})
FOREACH (_ IN CASE WHEN k < 4 THEN [1] ELSE [] END | SET t:Payment)
WITH t, merchants[(t.globalStep + size(t.id)) % 4] AS m
CREATE (t)-[:TO]->(m)
"""


def make(graph: Graph, text: str) -> None:
    """Make one of these graphs."""
    graph.write(world.query(text, mode="write"))


def snapshot(graph: Graph) -> dict[str, Any]:
    """Return all that is in a graph, node by node and index by index."""
    nodes = world.rows(
        graph,
        "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, "
        "[k IN keys(n) | k + '=' + valueType(n[k]) + toStringOrNull(n[k])] AS properties, "
        "properties(n) AS values ORDER BY id",
        "id labels properties values",
    )
    links = world.rows(
        graph,
        "MATCH (a)-[r]->(b) RETURN elementId(r) AS id, elementId(a) AS a, type(r) AS type, "
        "elementId(b) AS b, properties(r) AS values ORDER BY id",
        "id a type b values",
    )
    indexes = world.rows(
        graph,
        "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint "
        "RETURN name, type, labelsOrTypes, properties, owningConstraint ORDER BY name",
        "name type labelsOrTypes properties owningConstraint",
    )
    constraints = world.rows(
        graph,
        "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties "
        "RETURN name, type, labelsOrTypes, properties ORDER BY name",
        "name type labelsOrTypes properties",
    )
    found = [(i, sorted(ls), sorted(map(str, ps)), vs) for i, ls, ps, vs in nodes]
    return {"nodes": found, "links": links, "indexes": indexes, "constraints": constraints}
