// Have the customers of the shop found by their number.
//
// @mode write
CYPHER 25
CREATE INDEX customers IF NOT EXISTS FOR (customer:Customer) ON (customer.number)
