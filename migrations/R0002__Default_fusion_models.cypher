// The fusion models that a new graph begins with: weights set by hand, a reason each.
// `mean` and `scale` say what is usual for a feature; the features' order is that of the queries.
// weight, mean and scale of one feature stand in one row: [name, weight, mean, scale].
CYPHER 25
LET rows = [
  // Liked by many: the safest guess of all.
  ['popularity', 0.5, 2.5, 1.1],
  // Many events of few people are routines that a newcomer does not join.
  ['events', -0.2, 3.2, 1.3],
  // New visitors this week and this quarter: what rises now is what is discovered next.
  ['rising7', 0.2, -2.0, 1.4],
  ['rising90', 0.4, 0.5, 1.4],
  // Some kinds of places are discovered more than others.
  ['categoryRate', 0.15, -0.5, 1.0],
  // People stay with the kinds they like; the narrow kind says more than the broad one.
  ['category', 0.3, 0.0, 0.9],
  ['broaderCategory', 0.15, 0.0, 0.7],
  // Attraction against distance from all own places (Huff), wide and, for the last month, close by.
  ['huff3', 0.25, -8.5, 1.3],
  ['huff1', 0.35, -9.5, 2.2],
  // Within the usual reach of the own places, where a dense quarter shrinks the reach.
  ['reach', 0.1, -5.0, 2.5],
  // In a dense quarter each single place gets a smaller part of the visits.
  ['density', -0.2, 2.8, 1.3],
  // Near home, or near where the user is now.
  ['home', 0.3, -1.3, 1.2],
  // What the most similar users visited: the strongest sign of behaviour.
  ['similarUsers', 0.6, -2.6, 1.2],
  // Visited together with the own places by others, plain and free of popularity (EASE).
  ['coVisited', 0.35, -5.5, 1.0],
  ['ease', 0.3, 0.05, 0.1],
  // For goods: bought around here.
  ['localPopularity', 0.5, 0.0, 1.5],
  // Described like the own places: weak beside behaviour, all there is for something new.
  ['meaning', 0.1, 0.4, 0.2],
  // For strangers alone: at its best at this hour.
  ['hour', 0.3, 0.0, 0.6],
  // Context, the same for all candidates: only a hidden layer can use it.
  ['maturity', 0.0, 0.0, 1.0]
]
MERGE (model:FusionModel {name: 'discover'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]], model.bias = 0.0;
