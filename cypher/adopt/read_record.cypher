// Read what was noted when somebody's graph was adopted; no row where it was not.
//
// @mode read
// @returns users STRING, items STRING, pseudonyms BOOLEAN, schema LIST<STRING>, renamed LIST<STRING>,
//     labels LIST<STRING>, migrated BOOLEAN, complete BOOLEAN, aside BOOLEAN, cleared BOOLEAN, at ZONED DATETIME
CYPHER 25
MATCH (adoption:ChronotopeAdoption {name: 'graph'})
RETURN adoption.users AS users, adoption.items AS items,
  coalesce(adoption.pseudonyms, false) AS pseudonyms, adoption.schema AS schema,
  adoption.renamed AS renamed, adoption.labels AS labels, adoption.migrated AS migrated,
  coalesce(adoption.complete, false) AS complete,
  coalesce(adoption.aside, false) AS aside, coalesce(adoption.cleared, false) AS cleared, adoption.at AS at
