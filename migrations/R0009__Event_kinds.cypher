// What an event of each kind is worth. A kind that a graph has already is left as it is: change it, and
// add others, with `MERGE (kind:EventKind {name: …}) SET kind.weight = …`.
//
// weight: what it counts, beside other kinds; below 0 it declines the item. goal: recommendations are made
// for it. consumes: the item is then had, and no discovery any more. A kind that is not here weighs 1, is a
// goal and consumes.
CYPHER 25
UNWIND [
  {name: 'view',           weight:  0.2, goal: false, consumes: false},
  {name: 'click',          weight:  0.5, goal: false, consumes: false},
  {name: 'cart',           weight:  1.0, goal: false, consumes: false},
  {name: 'save',           weight:  1.0, goal: false, consumes: false},
  {name: 'like',           weight:  1.0, goal: true,  consumes: true},
  {name: 'rating',         weight:  1.0, goal: true,  consumes: true},
  {name: 'review',         weight:  1.0, goal: true,  consumes: true},
  {name: 'visit',          weight:  1.0, goal: true,  consumes: true},
  {name: 'purchase',       weight:  2.0, goal: true,  consumes: true},
  {name: 'dislike',        weight: -1.0, goal: false, consumes: false},
  {name: 'hide',           weight: -1.0, goal: false, consumes: false},
  {name: 'not interested', weight: -1.0, goal: false, consumes: false},
  {name: 'return',         weight: -1.0, goal: false, consumes: false}
] AS row
MERGE (kind:EventKind {name: row.name})
  ON CREATE SET kind += row;
