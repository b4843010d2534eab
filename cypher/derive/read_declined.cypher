// Read what users declined among items.
//
// @mode read
// @returns user STRING, item STRING, kind STRING, epochMillis INTEGER
CYPHER 25
MATCH (user:User)-[declined:DECLINED]->(item:Item)
RETURN user.id AS user, item.id AS item, declined.kind AS kind, declined.at.epochMillis AS epochMillis
