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
  ['newRising', 0.9148, 2.0086, 1.2174]
]
LET units = []
MERGE (model:FusionModel {name: 'next'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'next', model.normalisation = 'training'
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
  ['popularity', 0.0155, 2.7742, 0.9006],
  ['events', 0.0439, 3.5941, 1.2501],
  ['rising7', 0.0188, -0.7955, 1.2615],
  ['rising90', 0.0087, 1.9044, 1.0161],
  ['categoryRate', 0.0121, 1.3773, 0.6162],
  ['category', 0.2331, -0.3536, 1.0524],
  ['broaderCategory', 0.0227, -0.0546, 0.3811],
  ['huff3', 0.0018, -6.6482, 0.8736],
  ['huff1', 0.3325, -6.5528, 1.0389],
  ['reach', 0.2805, -3.5657, 1.1885],
  ['density', 0.0150, 2.1392, 0.6133],
  ['home', 0.0180, -0.9380, 0.7267],
  ['nearest', 0.0062, 0.6440, 0.7451],
  ['similarUsers', 0.2563, -1.9748, 2.3240],
  ['coVisited', 0.0023, -5.4430, 1.8964],
  ['ease', 0.2010, 0.0255, 0.0379],
  ['localPopularity', 0.2607, -0.2025, 0.8022],
  ['meaning', 0.0829, 0.4610, 0.1492],
  ['hour', 0.0064, -0.6454, 1.7800],
  ['strangerHour', 0.6000, 0.0000, 0.6000],
  ['maturity', -0.0147, 0.6394, 0.3610]
]
LET units = [
  {index: 0, bias: 0.2747, output: 0.3537, weights:
    [-0.0417, 0.0717, -0.2250, -0.1665, -0.1133, 0.6074, 0.0703, 0.0939, 0.1028, 0.0934, 0.0321,
     0.0059, -0.0919, -0.1292, -0.1554, 0.0347, 0.1042, 0.2831, -0.0834, 0.0000, 0.4072]},
  {index: 1, bias: -0.0669, output: 0.1761, weights:
    [0.2930, -0.0080, 0.0492, 0.0591, -0.1728, 0.5056, -0.2071, -0.0361, 0.0758, -0.1892, 0.1088,
     -0.0777, -0.2256, -0.2154, -0.1260, -0.0070, 0.1673, -0.0107, 0.0131, 0.0000, 0.1949]},
  {index: 2, bias: -0.2245, output: -0.1538, weights:
    [-0.1534, -0.2966, 0.1007, -0.2950, -0.1791, 0.0303, 0.0617, -0.0263, 0.0358, 0.0498, 0.1484,
     0.1260, 0.1395, -0.2898, -0.0349, -0.1990, -0.1998, -0.2920, 0.1259, 0.0000, -0.1735]},
  {index: 3, bias: -0.1070, output: -0.2774, weights:
    [-0.0193, 0.1524, 0.0850, -0.1042, -0.3100, 0.0761, 0.1941, -0.1423, -0.0738, 0.1025, 0.0429,
     0.3139, 0.1961, -0.0523, -0.2322, 0.0096, -0.2033, -0.4019, 0.2653, 0.0000, -0.3732]},
  {index: 4, bias: -0.2445, output: 0.2725, weights:
    [-0.0102, -0.0536, -0.1188, -0.1175, 0.0498, -0.4828, -0.0611, -0.0959, 0.1691, 0.1951,
     -0.2283, -0.3313, 0.2154, 0.1109, -0.1344, -0.0472, 0.1915, -0.0909, -0.1299, 0.0000, -0.1800]},
  {index: 5, bias: 0.0866, output: 0.2208, weights:
    [-0.0669, -0.2272, -0.2686, -0.0701, 0.0469, -0.3056, -0.0163, -0.2461, 0.1790, 0.2803,
     -0.1421, -0.2992, 0.0553, 0.0977, 0.0323, 0.0726, -0.0844, -0.2114, 0.0372, 0.0000, -0.2325]},
  {index: 6, bias: -0.0791, output: 0.1044, weights:
    [-0.0792, -0.0958, -0.1006, -0.1962, -0.0101, -0.0341, -0.2685, -0.0876, 0.0814, 0.0192,
     -0.0053, -0.1273, 0.0933, 0.2302, 0.2010, 0.1810, 0.0878, -0.0639, -0.1759, 0.0000, -0.1159]},
  {index: 7, bias: -0.2210, output: -0.2917, weights:
    [-0.2979, -0.2095, -0.0503, -0.4750, -0.3074, -0.2391, 0.1303, -0.0263, -0.4892, -0.0727,
     -0.0063, 0.1098, -0.1770, -0.2745, -0.1427, -0.2194, -0.3138, -0.0823, 0.0295, 0.0000, -0.1990]},
  {index: 8, bias: 0.0476, output: -0.2190, weights:
    [-0.1306, 0.0069, 0.1114, -0.0101, 0.5693, 0.0409, -0.1288, 0.1293, -0.1196, -0.0191, 0.0454,
     -0.4882, -0.0124, -0.0799, 0.0562, -0.0630, 0.3306, 0.2730, -0.0786, 0.0000, -0.0099]},
  {index: 9, bias: -0.0066, output: 0.2202, weights:
    [0.2109, 0.2071, 0.0164, -0.0604, 0.0720, -0.4897, -0.2971, -0.0587, 0.1231, -0.1907, -0.0753,
     -0.0555, -0.0149, -0.1850, -0.0318, -0.0125, 0.1338, -0.2400, -0.0349, 0.0000, -0.2406]},
  {index: 10, bias: 0.0103, output: 0.1973, weights:
    [0.0461, 0.0383, -0.0394, 0.0037, 0.2367, 0.0196, -0.2441, -0.1249, 0.1385, -0.3236, -0.0010,
     0.3860, -0.0254, -0.0678, -0.1245, 0.2328, -0.2067, 0.1161, -0.1854, 0.0000, -0.1245]},
  {index: 11, bias: 0.2209, output: -0.0755, weights:
    [0.3294, 0.1527, 0.2628, 0.2956, 0.0798, 0.0629, -0.0968, 0.0353, 0.1224, 0.1508, 0.1023,
     -0.0011, 0.0560, 0.0958, -0.1734, 0.0948, 0.0298, 0.0426, 0.1045, 0.0000, 0.1981]}
]
MERGE (model:FusionModel {name: 'discover'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'discover', model.normalisation = 'training'
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
  ['goodsMeaning', 0.2459, 0.2448, 0.0731]
]
LET units = []
MERGE (model:FusionModel {name: 'new_items'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'new_items', model.normalisation = 'training'
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
