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
  model.bias = 0.0, model.task = 'next', model.query = '46ee1787082b67dc'
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
  ['popularity', 0.0042, 2.7742, 0.9006],
  ['events', 0.0157, 3.5941, 1.2501],
  ['rising7', 0.0222, -0.7955, 1.2615],
  ['rising90', 0.0037, 1.9044, 1.0161],
  ['categoryRate', 0.0032, 1.3773, 0.6162],
  ['category', 0.0621, -0.3536, 1.0524],
  ['broaderCategory', 0.0910, -0.0546, 0.3811],
  ['huff3', 0.0039, -6.6482, 0.8736],
  ['huff1', 0.3357, -6.5528, 1.0389],
  ['reach', 0.3285, -3.5657, 1.1885],
  ['density', -0.0308, 2.1392, 0.6133],
  ['home', 0.0367, -0.9380, 0.7267],
  ['similarUsers', 0.2916, -1.9748, 2.3240],
  ['coVisited', 0.0042, -5.4430, 1.8964],
  ['ease', 0.1979, 0.0255, 0.0379],
  ['localPopularity', 0.2819, -0.2025, 0.8022],
  ['meaning', 0.0507, 0.4610, 0.1492],
  ['hour', 0.0057, -0.6454, 1.7800],
  ['strangerHour', 0.6000, 0.0000, 0.6000],
  ['maturity', 0.0258, 0.6394, 0.3610]
]
LET units = [
  {index: 0, bias: 0.1783, output: 0.4475, weights:
    [-0.0505, 0.0918, -0.1364, -0.1935, -0.3005, 0.8633, 0.0938, 0.0423, 0.1633, 0.1250, -0.0296,
     -0.1032, -0.0308, -0.1117, 0.0777, 0.0325, 0.2486, 0.0959, 0.0000, 0.4563]},
  {index: 1, bias: -0.0177, output: -0.2439, weights:
    [-0.2754, 0.0720, 0.1715, -0.1466, -0.2988, -0.1283, 0.1704, -0.3329, -0.2846, 0.0032, 0.1004,
     0.1700, -0.3531, -0.1865, -0.0841, -0.3678, -0.2977, 0.2512, 0.0000, -0.0349]},
  {index: 2, bias: -0.1065, output: -0.5524, weights:
    [-0.1476, -0.0979, 0.0808, -0.3941, -0.6779, -0.0295, 0.2391, 0.2203, 0.1456, -0.0288, -0.0663,
     0.5108, -0.0133, 0.1053, 0.0810, -0.1217, -0.3706, -0.0723, 0.0000, 0.0073]},
  {index: 3, bias: 0.2794, output: -0.1881, weights:
    [0.3759, 0.1497, -0.1094, 0.3521, 0.3494, 0.2182, -0.0732, 0.2717, 0.1456, 0.2331, -0.2224,
     -0.1020, 0.1695, 0.2703, 0.0648, 0.4199, 0.1940, 0.0784, 0.0000, 0.2671]},
  {index: 4, bias: 0.1290, output: -0.2343, weights:
    [-0.2516, 0.2094, 0.2072, -0.2711, -0.3225, 0.1136, -0.0276, 0.0953, 0.1349, -0.0094, -0.0836,
     0.2985, -0.0021, -0.0353, -0.2734, -0.2032, -0.0299, 0.2642, 0.0000, -0.2544]},
  {index: 5, bias: -0.3232, output: 0.3043, weights:
    [0.2572, 0.1940, 0.0202, 0.0136, 0.0246, -0.3686, -0.2212, -0.0358, 0.0314, -0.1743, -0.1488,
     0.1866, -0.1612, 0.1733, 0.2814, -0.4865, -0.1302, -0.2888, 0.0000, -0.3147]},
  {index: 6, bias: 0.0840, output: -0.2792, weights:
    [-0.1013, 0.0285, -0.0562, -0.0053, -0.2515, -0.1823, 0.1434, -0.2523, -0.5921, -0.1738,
     -0.0489, -0.0155, -0.1823, 0.0915, 0.1818, 0.0699, 0.3796, -0.0379, 0.0000, 0.1377]},
  {index: 7, bias: 0.0730, output: -0.1247, weights:
    [0.2516, 0.0761, 0.1298, 0.1055, 0.2830, -0.1480, -0.0242, -0.0086, -0.2461, -0.1370, -0.1694,
     -0.2939, -0.0298, 0.1186, -0.0378, 0.1257, 0.4327, 0.0220, 0.0000, 0.0107]},
  {index: 8, bias: 0.0356, output: -0.2852, weights:
    [-0.2567, -0.0450, 0.0886, -0.2731, 0.0561, -0.0134, 0.0158, 0.0349, -0.7049, -0.3123, 0.1716,
     -0.1929, -0.0624, -0.0885, -0.2893, -0.0436, 0.0182, 0.0277, 0.0000, -0.4345]},
  {index: 9, bias: -0.0899, output: 0.4553, weights:
    [0.2219, -0.0010, 0.0476, 0.1566, -0.1187, 0.6413, -0.1928, 0.0480, -0.3055, -0.4265, -0.0971,
     0.2254, -0.2472, 0.0052, -0.0387, -0.1772, -0.1339, -0.0362, 0.0000, 0.3831]},
  {index: 10, bias: 0.1048, output: 0.3923, weights:
    [-0.0452, -0.0451, -0.1945, -0.2404, -0.2494, -0.4539, -0.1401, -0.0321, 0.0268, 0.2606,
     -0.0957, -0.4525, 0.0191, 0.0089, 0.0444, 0.0933, -0.3519, -0.2477, 0.0000, -0.1052]},
  {index: 11, bias: -0.0815, output: 0.4012, weights:
    [-0.1400, 0.2245, -0.0883, -0.0898, 0.2325, 0.4089, -0.2107, -0.1499, -0.0541, -0.1865, 0.0577,
     0.3543, -0.0477, 0.1113, 0.2310, -0.5489, 0.3585, -0.2658, 0.0000, -0.2153]}
]
MERGE (model:FusionModel {name: 'discover'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'discover', model.query = 'd62bf3e529e7f896'
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

// recommend.arrivals: [feature, weight, mean, scale], and the hidden units.
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
MERGE (model:FusionModel {name: 'arrivals'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'arrivals', model.query = 'c83d729c6fe71a8e'
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
