// Read what is derived of categories, to compare it with what will be.
//
// @mode read
// @param ids     LIST<STRING>   the categories
// @param numbers LIST<STRING>   the names of their numbers
// @returns id STRING, numbers LIST<ANY>, leadsTo LIST<ANY>
CYPHER 25
UNWIND $ids AS id
MATCH (interest:Interest {id: id})
RETURN id, [name IN $numbers | interest[name]] AS numbers,
  [(interest)-[link:LEADS_TO]->(other) | [other.id, link.count, link.bins]] AS leadsTo
