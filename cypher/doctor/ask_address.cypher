// Have the server ask an address of its own machine, at which nobody is: it fails in any case.
//
// How it fails tells whether the server asks addresses for whoever sends it a query: one that does
// not says that the address is blocked, one that does that nobody answers.
//
// @mode read
// @returns lines INTEGER
CYPHER 25
LOAD CSV FROM 'http://127.0.0.1:1/' AS line
RETURN count(line) AS lines
