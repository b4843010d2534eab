// Have the products of the shop found by their number.
//
// @mode write
CYPHER 25
CREATE INDEX products IF NOT EXISTS FOR (product:Product) ON (product.number)
