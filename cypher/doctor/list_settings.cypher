// List the settings that say which files the server reads for whoever sends it a query.
//
// @mode read
// @returns name STRING, value STRING
CYPHER 25
SHOW SETTINGS 'dbms.security.allow_csv_import_from_file_urls' YIELD name, value
RETURN name, value
