// The fusion models that a new graph begins with, learned from the synthetic city by
// scripts/default_models.py, not written by hand. `chronotope learn` learns others from
// your own data.

// recommend.next: [feature, weight, mean, scale], and the hidden units.
CYPHER 25
LET rows = [
  ['hourSharp', 1.0596, -3.2264, 0.9840],
  ['hour', -0.8718, -3.0405, 1.2186],
  ['hourWide', 1.1557, -2.2894, 1.7647],
  ['hourAndDay', 0.2761, -3.1371, 0.9977],
  ['afterLast', 0.0276, -3.3150, 0.8398],
  ['afterLastAndHour', -0.0319, -3.4168, 0.5399],
  ['afterNear', -0.0646, -3.1037, 1.0253],
  ['afterNearAndHour', 0.0678, -3.3401, 0.6487],
  ['sinceLast', -0.0354, -2.4579, 1.6678],
  ['sinceLastAndHour', -0.0959, -3.0551, 1.1288],
  ['likeNow', 0.0058, -3.4493, 0.3455],
  ['recencyHours', -0.0533, -3.8915, 0.2138],
  ['recency1', 0.0485, -3.8273, 0.4487],
  ['recency3', -0.0008, -3.6824, 0.7454],
  ['recency7', 0.0105, -3.4545, 1.0455],
  ['recency30', 0.0545, -2.7562, 1.6431],
  ['recency90', -0.3944, -2.3301, 2.0493],
  ['hourShare', -0.2160, -5.0497, 0.7246],
  ['hourAndDayShare', 0.0435, -5.0501, 0.7223],
  ['afterNearShare', -0.0228, -5.1263, 0.6305],
  ['sinceLastShare', 0.1264, -5.0306, 0.7335],
  ['visited', 0.4691, 0.3925, 0.4883],
  ['visits', -0.5465, 0.4842, 0.7323],
  ['visitShare', 0.4804, -4.8124, 0.7428],
  ['lastVisit', -0.1376, -3.2408, 1.2724],
  ['overdue', -0.0256, -0.1753, 1.4938],
  ['offRhythm', -0.0246, 1.1553, 0.9631],
  ['visitedAfterGap', 0.1158, 2.3884, 1.1051],
  ['stay', 0.0100, 0.0074, 0.0855],
  ['popularity', -0.3767, 2.9655, 0.9413],
  ['events', 0.3678, 4.0195, 1.1288],
  ['recent', 0.0150, 2.4992, 1.1836],
  ['rising90', 0.1894, 2.0604, 1.0995],
  ['itemHour', 0.5863, -1.2830, 1.7614],
  ['categoryHour', 1.1664, -1.2005, 1.7208],
  ['transition', -0.0235, -6.3573, 1.2354],
  ['categoryTransition', 0.1901, -5.1788, 3.1463],
  ['distance', -0.0346, -0.4698, 0.9292],
  ['distanceSoon', -0.9705, -0.4863, 0.9518],
  ['distanceLater', 0.0603, -0.4835, 0.9239],
  ['speed', 0.2419, -0.0364, 0.0803],
  ['around', 0.0700, -4.3604, 1.8442],
  ['categoryAtHour', -0.1094, -3.6522, 1.4713],
  ['newPopularity', 0.2776, 2.9353, 1.0193],
  ['newDistance', 0.2720, -0.2345, 0.9069],
  ['newTransition', 0.0895, -6.1723, 1.3680],
  ['newCategory', 0.3187, -3.2194, 1.0586],
  ['newRecent', -0.0981, 2.5199, 1.2511],
  ['newRising', 0.9148, 2.0086, 1.2174],
  ['shown', -0.5000, 0.0000, 1.0000],
  ['declinedInterest', -1.0000, 0.0000, 1.0000],
  ['declinedAlike', -1.0000, 0.0000, 1.0000]
]
LET units = []
MERGE (model:FusionModel {name: 'next'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'next', model.normalisation = 'training',
  model.learnedFrom = 'the synthetic city'
WITH model, units
CALL (model) {
  MATCH (model)-[:HAS_UNIT]->(old:HiddenUnit)
  DETACH DELETE old
}
CALL (model, units) {
  UNWIND units AS row
  CREATE (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  SET unit = row
}
// It is used unless another one is.
CALL (model) {
  OPTIONAL MATCH (other:FusionModel {serves: model.task})
  WITH model, other WHERE other IS NULL
  SET model.serves = model.task
};

// recommend.discover: [feature, weight, mean, scale], and the hidden units.
CYPHER 25
LET rows = [
  ['popularity', 0.2000, 0.0000, 1.0000],
  ['events', 0.0000, 0.0000, 1.0000],
  ['rising7', 0.0000, 0.0000, 1.0000],
  ['rising30', 0.0000, 0.0000, 1.0000],
  ['rising90', 0.3000, 0.0000, 1.0000],
  ['risingLate', 0.0000, 0.0000, 1.0000],
  ['trend', 0.0000, 0.0000, 1.0000],
  ['age', 0.0000, 0.0000, 1.0000],
  ['idle', 0.0000, 0.0000, 1.0000],
  ['categoryRate', 0.0000, 0.0000, 1.0000],
  ['category', 0.3000, 0.0000, 1.0000],
  ['broaderCategory', 0.1000, 0.0000, 1.0000],
  ['huff3', 0.4000, 0.0000, 1.0000],
  ['huff1', 0.2000, 0.0000, 1.0000],
  ['reach', 0.2000, 0.0000, 1.0000],
  ['density', 0.0000, 0.0000, 1.0000],
  ['home', 0.1000, 0.0000, 1.0000],
  ['nearest', 0.1000, 0.0000, 1.0000],
  ['likeMinded', 0.5000, 0.0000, 1.0000],
  ['together', 0.2000, 0.0000, 1.0000],
  ['easeRecent', 0.5000, 0.0000, 1.0000],
  ['easeLatest', 0.0000, 0.0000, 1.0000],
  ['popularityDistance', 0.1000, 0.0000, 1.0000],
  ['localPopularity', 0.3000, 0.0000, 1.0000],
  ['meaning', 0.3000, 0.0000, 1.0000],
  ['hour', 0.2000, 0.0000, 1.0000],
  ['popularityTendency', 0.0000, 0.0000, 1.0000],
  ['maturity', 0.0000, 0.0000, 1.0000],
  ['strangerHour', 0.6000, 0.0000, 0.6000],
  ['strangerMeaning', 1.5000, 0.2000, 0.1500],
  ['friends', 0.5000, 0.0000, 1.0000],
  ['looked', 5.0000, 0.0000, 1.0000],
  ['shown', -0.5000, 0.0000, 1.0000],
  ['declinedInterest', -1.0000, 0.0000, 1.0000],
  ['declinedAlike', -1.0000, 0.0000, 1.0000]
]
LET units = []
MERGE (model:FusionModel {name: 'discover'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'discover', model.normalisation = 'request',
  model.learnedFrom = 'the synthetic city'
WITH model, units
CALL (model) {
  MATCH (model)-[:HAS_UNIT]->(old:HiddenUnit)
  DETACH DELETE old
}
CALL (model, units) {
  UNWIND units AS row
  CREATE (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  SET unit = row
}
// It is used unless another one is.
CALL (model) {
  OPTIONAL MATCH (other:FusionModel {serves: model.task})
  WITH model, other WHERE other IS NULL
  SET model.serves = model.task
};

// recommend.new_items: [feature, weight, mean, scale], and the hidden units.
CYPHER 25
LET rows = [
  ['home', 0.0000, -1.1654, 0.6376],
  ['near03', 0.0000, -5.4843, 1.4731],
  ['near1', 0.9301, -2.9144, 1.2042],
  ['near3', 0.3058, -1.1430, 0.4389],
  ['density', -0.2494, 1.5611, 0.8151],
  ['busy1', 0.4063, 5.2581, 0.5668],
  ['busy3', -0.6339, 6.6783, 0.2786],
  ['categoryRate', 0.4194, -0.1219, 0.9586],
  ['category', 0.0000, -0.3671, 0.8138],
  ['broaderCategory', 0.0000, -0.1995, 0.6388],
  ['goodsCategory', 0.2193, -0.8449, 0.8250],
  ['meaning', 0.0000, 0.4055, 0.1171],
  ['alike', 0.0000, 0.5103, 0.2302],
  ['goodsMeaning', 0.2459, 0.2448, 0.0731],
  ['shown', -0.5000, 0.0000, 1.0000],
  ['declinedInterest', -1.0000, 0.0000, 1.0000],
  ['declinedAlike', -1.0000, 0.0000, 1.0000],
  ['strangerMeaning', 1.5000, 0.2000, 0.1500]
]
LET units = []
MERGE (model:FusionModel {name: 'new_items'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'new_items', model.normalisation = 'training',
  model.learnedFrom = 'the synthetic city'
WITH model, units
CALL (model) {
  MATCH (model)-[:HAS_UNIT]->(old:HiddenUnit)
  DETACH DELETE old
}
CALL (model, units) {
  UNWIND units AS row
  CREATE (model)-[:HAS_UNIT]->(unit:HiddenUnit)
  SET unit = row
}
// It is used unless another one is.
CALL (model) {
  OPTIONAL MATCH (other:FusionModel {serves: model.task})
  WITH model, other WHERE other IS NULL
  SET model.serves = model.task
};
