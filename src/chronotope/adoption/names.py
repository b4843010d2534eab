"""The names that chronotope has for itself in a graph: a test compares them with the page. Pure."""

from chronotope.loading.columns import OWN_PROPERTIES

USERS, ITEMS = "users", "items"
KINDS = (USERS, ITEMS)
LABELS = {USERS: "User", ITEMS: "Item"}

RECORD = "theirs"
"""The property in which an adopted node keeps what of our names it had before."""

PROPERTIES = {
    USERS: (
        "id",
        "taste",
        "profile",
        "embedding",
        "embeddingKey",
        "influence",
        "betweenness",
        RECORD,
    ),
    ITEMS: OWN_PROPERTIES,
}
"""What nodes of a kind have of ours."""

OF_NODES = tuple(dict.fromkeys((*PROPERTIES[ITEMS], *PROPERTIES[USERS])))
"""All of these: a node may be a user and an item."""

OTHERS = (
    "scheme", "level", "source", "variants", "items", "firstVisits60", "share", "broadShare",
    "repeatShare", "resolution", "center", "size", "interests", "cells", "places", "file",
    "position", "lines", "mark", "at", "hash", "what", "epsilon", "delta", "parameters",
)  # fmt: skip
"""Properties of interests, cells, communities, positions, tombstones, beside those of items."""

KEYS = {
    "User": "id", "Item": "id", "Interest": "id", "Cell": "id", "EventKind": "name",
    "FusionModel": "name", "HiddenUnit": "index", "Derivation": "name", "Encoder": "role",
    "Checkpoint": "file", "Stream": "name", "Community": "id", "Erased": "hash",
    "DataRelease": "id", "ChronotopeQuery": "name",
}  # fmt: skip
"""Labels, with the property that a node is known by."""

OWN_LABELS = (*KEYS, "Place", "ChronotopeAdoption")
READ_WHOLE = ("EventKind", "FusionModel", "HiddenUnit", "Derivation", "Encoder", "ChronotopeQuery")
"""Labels of which queries read every node: an owner's would be taken for ours."""

BUILT_IN = ("EventKind", "FusionModel", "HiddenUnit", "ChronotopeQuery")
"""Labels of what the migrations bring: it is there in a graph that is empty but for them."""

LINKS = (
    "INTERACTED", "DECLINED", "SHOWN", "KNOWS", "ABOUT", "IN_CELL", "CO_VISITED", "FOLLOWED_BY",
    "POPULAR_IN", "MOST_POPULAR_IN", "MEMBER_OF",
)  # fmt: skip
"""Relationships of users and items."""

TYPES = (*LINKS, "BROADER", "WITHIN", "LEADS_TO", "HAS_UNIT", "STANDS_FOR")
UNIQUE_TYPES = ("INTERACTED", "DECLINED")
"""Those that are unique by their id."""

CHAIN = (
    "__Neo4jMigrationsLock__has_unique_id", "__Neo4jMigrationsLock__has_unique_name",
    "unique_version___Neo4jMigration", "repeated_at__Neo4jMigration",
)  # fmt: skip
"""Indexes and constraints of the history of migrations."""
