// Read up to where the events of a text were taken up.
//
// `from` is what a text compares its moments with. Of one instant a moment in `Z` is less than one in
// `[UTC]`, as a driver sends it back; so it is a nanosecond before, and `>=` finds all of that instant.
//
// @mode read
// @param name STRING   a hash of the text
// @returns since ANY, from ANY
CYPHER 25
MATCH (adoption:ChronotopeAdoption {name: $name})
LET since = adoption.since
RETURN since,
  CASE WHEN since IS :: ZONED DATETIME NOT NULL THEN since - duration({nanoseconds: 1}) ELSE since END AS from
