// The fusion models that a new graph begins with: weights set by hand, a reason each.
// `mean` and `scale` say what is usual for a feature; the features' order is that of the queries.
// Weight, mean and scale of one feature stand in one row: [name, weight, mean, scale].
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
  ['localPopularity', 1.2, 0.0, 1.5],
  // Described like the own places: weak beside behaviour, all there is for something new.
  ['meaning', 0.1, 0.4, 0.2],
  // For strangers, and of goods: at its best at this hour. To find a place one comes at any hour.
  ['hour', 0.3, 0.0, 0.6],
  // Context, the same for all candidates: only a hidden layer can use it.
  ['maturity', 0.0, 0.0, 1.0]
]
MERGE (model:FusionModel {name: 'discover'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]], model.bias = 0.0,
  model.task = 'discover', model.serves = 'discover'
WITH model
// One hidden unit: to those who know few places yet, what everybody likes says more.
MERGE (model)-[:HAS_UNIT]->(unit:HiddenUnit {index: 0})
SET unit.weights = [feature IN model.features |
    CASE feature WHEN 'popularity' THEN 0.5 WHEN 'maturity' THEN -0.5 ELSE 0.0 END],
  unit.bias = 0.0, unit.output = 0.2;

// Where next: the user's own routine at this hour comes first; what is new needs a reason.
CYPHER 25
LET rows = [
  // At about this hour, on any day and on this kind of day.
  ['hour', 0.5, -2.5, 1.2],
  ['hourAndDay', 0.5, -2.3, 1.3],
  // What they did after this same place before: at any hour, at this hour, and after places close by.
  ['afterLast', 0.3, -3.2, 0.8],
  ['afterLastAndHour', 0.4, -3.3, 0.7],
  ['afterNear', 0.3, -3.0, 0.9],
  // After a break like the one since their last event.
  ['sinceLast', 0.3, -2.8, 0.9],
  // Where they have been these days, this week, this month: routines change.
  ['recency1', 0.1, -3.7, 0.7],
  ['recency7', 0.3, -3.3, 1.0],
  ['recency30', 0.3, -2.8, 1.2],
  // Just there: people leave a place more often than they return to it at once.
  ['lastVisit', -0.1, -2.5, 1.5],
  // How often they were there at all.
  ['visits', 0.3, 0.6, 0.7],
  // Where people in general go after this place.
  ['transition', 0.25, -6.0, 1.2],
  // Near where they are.
  ['distance', 0.5, -1.0, 1.2],
  // Liked by many, at its best at this hour, of a kind that follows this kind.
  ['popularity', 0.1, 2.5, 1.1],
  ['itemHour', 0.25, 0.0, 0.6],
  ['categoryTransition', 0.1, -4.5, 1.5],
  // A place that they know is likelier than one that they do not.
  ['visited', 0.4, 0.2, 0.4],
  // For places that are new to them: popular, near, usual after this one, of a kind they like.
  ['newPopularity', 0.2, 2.5, 1.1],
  ['newDistance', 0.3, -1.0, 1.2],
  ['newTransition', 0.2, -6.0, 1.2],
  ['newCategory', 0.2, -4.0, 1.2]
]
MERGE (model:FusionModel {name: 'next'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]], model.bias = 0.0,
  model.task = 'next', model.serves = 'next';
