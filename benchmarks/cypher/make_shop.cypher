// Make a part of a shop as somebody may have it: customers, products and what was bought when.
//
// @mode write
// @param first     INTEGER   the number of the first purchase
// @param purchases INTEGER   how many
// @param customers INTEGER   how many there are at most
// @param products  INTEGER   how many there are at most
CYPHER 25
UNWIND range(toInteger($first), toInteger($first + $purchases) - 1) AS n
MERGE (customer:Customer {number: (n * 7919) % toInteger($customers)})
MERGE (product:Product {number: (n * n + n / 17) % toInteger($products)})
  ON CREATE SET product.title = 'Product ' + product.number
CREATE (customer)-[:BOUGHT {
  at: datetime({epochSeconds: 1735689600 + n * 31}), quantity: 1 + n % 3, line: n
}]->(product)
