// Tell the settings of the server's memory: heap and page cache.
//
// A setting that nobody has set has no value here: null.
//
// @mode read
// @returns name STRING, value STRING
CYPHER 25
SHOW SETTINGS 'server.memory.heap.max_size', 'server.memory.pagecache.size' YIELD name, value
RETURN name, CASE value WHEN 'No Value' THEN null ELSE value END AS value ORDER BY name
