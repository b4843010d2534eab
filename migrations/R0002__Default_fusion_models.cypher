// The fusion models that a new graph begins with, learned from synthetic worlds and the synthetic
// city by scripts/default_models.py, not written by hand. `chronotope learn` learns others from
// your own data.

// recommend.next: [feature, weight, mean, scale], and the hidden units.
CYPHER 25
LET rows = [
  ['hourSharp', 0.4684, -3.4297, 0.4903],
  ['hour', -0.4683, -3.3797, 0.6176],
  ['hourWide', 0.3788, -3.1716, 0.9864],
  ['hourAndDay', 0.1228, -3.4102, 0.4885],
  ['afterLast', 0.0434, -3.4533, 0.4115],
  ['afterLastAndHour', -0.0430, -3.4827, 0.2568],
  ['afterNear', -0.0838, -3.4020, 0.5054],
  ['afterNearAndHour', 0.0934, -3.4648, 0.3056],
  ['sinceLast', 0.0067, -3.2191, 0.9055],
  ['sinceLastAndHour', 0.0721, -3.3869, 0.5641],
  ['likeNow', 0.0340, -3.4930, 0.1542],
  ['recencyHours', 0.0195, -3.9070, 0.0959],
  ['recency1', 0.0453, -3.8909, 0.2050],
  ['recency3', 0.0110, -3.8537, 0.3520],
  ['recency7', 0.0516, -3.7937, 0.5155],
  ['recency30', -0.0613, -3.5974, 0.9092],
  ['recency90', 0.0346, -3.4639, 1.1943],
  ['hourShare', 0.0521, -5.2142, 0.4374],
  ['hourAndDayShare', 0.1209, -5.2154, 0.4316],
  ['afterNearShare', -0.0406, -5.2437, 0.3589],
  ['sinceLastShare', -0.0348, -5.2084, 0.4418],
  ['visited', 0.1801, 0.1315, 0.3379],
  ['visits', -0.0199, 0.1115, 0.3475],
  ['visitShare', 0.1041, -5.1327, 0.4913],
  ['lastVisit', -0.2622, -3.2333, 1.2698],
  ['overdue', -0.0262, -0.1740, 1.4939],
  ['offRhythm', -0.0599, 1.1553, 0.9629],
  ['visitedAfterGap', 0.0396, 2.3993, 1.1007],
  ['stay', -0.0011, 0.0025, 0.0499],
  ['popularity', 0.0426, 2.5155, 0.4923],
  ['events', 0.0610, 3.4320, 0.6632],
  ['recent', 0.0599, 1.9306, 0.6726],
  ['rising90', -0.0759, 1.6520, 0.5493],
  ['itemHour', 0.9408, -1.2494, 1.7428],
  ['categoryHour', 0.9315, -1.1451, 1.6787],
  ['transition', 0.0159, -6.7294, 0.7369],
  ['categoryTransition', 0.1443, -4.8507, 2.7717],
  ['distance', 0.0005, -1.0925, 0.6716],
  ['distanceSoon', -0.1259, -1.0966, 0.6920],
  ['distanceLater', 0.0172, -1.0902, 0.6739],
  ['speed', 0.2311, -0.0511, 0.0949],
  ['around', 0.2049, -5.5769, 2.1364],
  ['categoryAtHour', -0.0151, -3.8068, 1.4175],
  ['newPopularity', 0.1358, 2.5290, 0.4441],
  ['newDistance', 0.1254, -1.1290, 0.6356],
  ['newTransition', -0.0056, -6.7411, 0.7091],
  ['newCategory', 0.1591, -3.3389, 1.0639],
  ['newRecent', 0.0173, 1.9439, 0.6121],
  ['newRising', 0.2077, 1.6736, 0.4867],
  ['returning', 0.3448, -0.4460, 0.4133],
  ['exploring', -0.0738, -1.0889, 0.1481],
  ['shown', -0.5000, 0.0000, 1.0000],
  ['declinedInterest', -1.0000, 0.0000, 1.0000],
  ['declinedAlike', -1.0000, 0.0000, 1.0000]
]
LET units = []
MERGE (model:FusionModel {name: 'next'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'next',
  model.normalisation = 'training', model.learnedFrom = 'the synthetic city'
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
  ['popularity', -0.1791, 0.0000, 1.0000],
  ['events', 0.0397, 0.0000, 1.0000],
  ['rising7', 0.0371, 0.0000, 1.0000],
  ['rising30', -0.0230, 0.0000, 1.0000],
  ['rising90', 0.1208, 0.0000, 1.0000],
  ['risingLate', 0.1549, 0.0000, 1.0000],
  ['trend', -0.0117, 0.0000, 1.0000],
  ['age', 0.0000, 0.0000, 1.0000],
  ['idle', 0.0000, 0.0000, 1.0000],
  ['categoryRate', 0.0119, 0.0000, 1.0000],
  ['category', 0.1106, 0.0000, 1.0000],
  ['broaderCategory', 0.0629, 0.0000, 1.0000],
  ['huff3', 0.2650, 0.0000, 1.0000],
  ['huff1', 0.0160, 0.0000, 1.0000],
  ['reach', 0.1264, 0.0000, 1.0000],
  ['density', -0.0222, 0.0000, 1.0000],
  ['home', 0.0758, 0.0000, 1.0000],
  ['nearest', 0.1449, 0.0000, 1.0000],
  ['likeMinded', 0.3883, 0.0000, 1.0000],
  ['together', 0.0636, 0.0000, 1.0000],
  ['easeRecent', 0.1403, 0.0000, 1.0000],
  ['easeLatest', 0.1217, 0.0000, 1.0000],
  ['popularityDistance', 0.0282, 0.0000, 1.0000],
  ['localPopularity', 0.0829, 0.0000, 1.0000],
  ['meaning', 0.1992, 0.0000, 1.0000],
  ['hour', 0.0099, 0.0000, 1.0000],
  ['popularityTendency', 0.0747, 0.0307, 0.4758],
  ['maturity', 0.0060, 0.2077, 1.4202],
  ['strangerHour', 0.1500, 0.0000, 0.6000],
  ['strangerMeaning', 1.5000, 0.2000, 0.1500],
  ['friends', 0.5000, 0.0000, 1.0000],
  ['looked', 5.0000, 0.0000, 1.0000],
  ['shown', -0.5000, 0.0000, 1.0000],
  ['declinedInterest', -1.0000, 0.0000, 1.0000],
  ['declinedAlike', -1.0000, 0.0000, 1.0000]
]
LET units = [
  {index: 0, bias: -0.3935, output: 0.1755, weights:
    [-0.1758, -0.1665, -0.1197, -0.1619, -0.0007, -0.0096, 0.0446, 0.0000, 0.0000, 0.0630, 0.0233,
     -0.3367, 0.0922, 0.0981, 0.2775, -0.0526, 0.1194, 0.3306, 0.0782, -0.0817, -0.0834, -0.0649,
     -0.0075, 0.2154, 0.5575, -0.0073, 0.1120, 0.1642, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 1, bias: -0.5099, output: 0.2960, weights:
    [-0.0664, -0.0563, 0.1575, 0.2791, 0.0963, 0.1556, 0.1602, 0.0000, 0.0000, 0.0231, 0.0038,
     -0.3294, 0.2562, -0.0484, 0.2419, 0.0871, -0.0852, 0.2157, -0.2212, -0.0672, -0.0572, 0.0423,
     -0.0184, 0.0645, -0.3710, -0.0325, -0.1088, -0.1760, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 2, bias: -0.2015, output: -0.0370, weights:
    [0.0663, 0.1636, 0.0598, 0.1362, 0.0026, -0.0322, 0.0380, 0.0000, 0.0000, -0.0380, 0.1327,
     0.0309, -0.1123, -0.0832, -0.0103, 0.0331, -0.0952, 0.2247, -0.1271, 0.0180, 0.0320, 0.0616,
     -0.1254, 0.4017, 0.1951, 0.1988, -0.0667, 0.2307, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 3, bias: -0.4380, output: -0.1637, weights:
    [0.0526, 0.0298, 0.2640, -0.0611, 0.1314, 0.0697, -0.1927, 0.0000, 0.0000, 0.0448, -0.0243,
     -0.0178, -0.1407, 0.1274, -0.0161, -0.1003, 0.0344, 0.3302, 0.0242, 0.0211, -0.0314, 0.1745,
     -0.1125, 0.3449, 0.1529, -0.0200, -0.0607, 0.4132, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 4, bias: -0.2066, output: 0.2086, weights:
    [0.1258, 0.1547, 0.2515, -0.0755, -0.0383, 0.1725, -0.2930, 0.0000, 0.0000, 0.0616, -0.2058,
     -0.2351, -0.0288, -0.2614, -0.2822, -0.1383, -0.1413, -0.6280, 0.0188, -0.1530, -0.1011,
     -0.0398, -0.0870, 0.0991, -0.2454, -0.0640, 0.0063, -0.2425, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000, 0.0000]},
  {index: 5, bias: -0.0979, output: -0.0922, weights:
    [0.0686, -0.0134, 0.2143, 0.0820, 0.0099, 0.0364, -0.1584, 0.0000, 0.0000, 0.1852, -0.1149,
     -0.1222, 0.0038, 0.0291, 0.0775, -0.2146, 0.0533, 0.1688, -0.1220, 0.2013, 0.0232, -0.0792,
     0.1745, 0.5365, 0.1293, -0.0779, -0.1349, 0.4413, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 6, bias: 0.4065, output: -0.1810, weights:
    [-0.0488, -0.1285, -0.1445, 0.0408, -0.1344, -0.0540, 0.1684, 0.0000, 0.0000, 0.0323, -0.0837,
     -0.2616, -0.1144, -0.2162, -0.1042, -0.0715, 0.0269, -0.3145, -0.2034, -0.2052, -0.0216,
     -0.0761, 0.1343, -0.5087, -0.1315, -0.0379, -0.0333, -0.2655, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000, 0.0000]},
  {index: 7, bias: -0.0882, output: 0.1941, weights:
    [0.1375, 0.2197, 0.1363, -0.0561, 0.1522, 0.0345, -0.3145, 0.0000, 0.0000, -0.1356, -0.2030,
     0.1633, 0.0433, 0.0228, 0.1043, 0.0683, 0.0948, -0.0240, -0.1927, -0.1929, -0.2004, -0.0825,
     -0.1793, 0.0339, 0.3085, 0.0426, -0.0977, 0.1317, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 8, bias: -0.4982, output: -0.0747, weights:
    [-0.0394, 0.0463, 0.1130, -0.0304, 0.1030, -0.0066, -0.1711, 0.0000, 0.0000, -0.2156, 0.2420,
     0.0513, -0.0216, -0.0803, -0.0225, 0.1025, -0.0772, 0.1146, 0.0390, 0.0671, 0.0907, -0.0137,
     -0.0473, 0.2876, 0.1731, 0.1450, 0.0424, 0.0864, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 9, bias: -0.1133, output: 0.1407, weights:
    [-0.0717, 0.1371, -0.0212, -0.0306, 0.1472, 0.0794, -0.1591, 0.0000, 0.0000, -0.0969, -0.1188,
     -0.2564, 0.0135, -0.2714, -0.1691, 0.1017, -0.2316, -0.2731, -0.2888, -0.1038, 0.1057, 0.1235,
     0.0292, 0.0967, -0.2172, -0.0931, 0.0694, -0.1129, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 10, bias: 0.0560, output: 0.1569, weights:
    [0.0996, -0.0805, 0.0294, 0.0662, -0.1269, 0.0084, 0.0070, 0.0000, 0.0000, -0.0407, 0.1410,
     0.3329, 0.1277, -0.0669, -0.1487, -0.1828, -0.1617, -0.3240, 0.2027, -0.0397, -0.0522,
     -0.0980, -0.0051, -0.0141, -0.2837, -0.0217, -0.3151, 0.1762, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000, 0.0000]},
  {index: 11, bias: -0.3060, output: 0.2390, weights:
    [-0.0129, -0.1806, -0.0194, 0.1681, 0.1369, 0.2270, 0.3543, 0.0000, 0.0000, 0.1077, -0.1158,
     0.1865, 0.1737, -0.0737, -0.0674, 0.0566, -0.1158, -0.3881, -0.1599, -0.0680, 0.0765, -0.1395,
     0.0242, -0.1445, -0.2188, 0.0724, 0.2160, 0.2666, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]}
]
MERGE (model:FusionModel {name: 'discover'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'discover',
  model.normalisation = 'request', model.learnedFrom = 'synthetic worlds'
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
  ['home', 0.0000, -2.4541, 0.7759],
  ['near03', 0.2112, -6.5787, 0.7761],
  ['near1', 0.2887, -5.3243, 1.4869],
  ['near3', 0.4831, -3.1859, 1.3661],
  ['density', -0.0004, 0.7670, 0.6987],
  ['busy1', -0.0047, 3.9667, 1.1820],
  ['busy3', -0.4365, 6.0732, 0.7771],
  ['categoryRate', 0.2307, 0.3602, 0.7542],
  ['category', 0.0000, -0.8436, 1.1839],
  ['broaderCategory', 0.0000, -0.4827, 0.9215],
  ['goodsCategory', 0.3840, -1.2047, 1.4924],
  ['meaning', 0.0000, 0.4031, 0.1163],
  ['alike', 0.0000, 0.5103, 0.2302],
  ['goodsMeaning', 0.4123, 0.2511, 0.0803],
  ['strangerMeaning', 1.5000, 0.2000, 0.1500],
  ['shown', -0.5000, 0.0000, 1.0000],
  ['declinedInterest', -1.0000, 0.0000, 1.0000],
  ['declinedAlike', -1.0000, 0.0000, 1.0000]
]
LET units = []
MERGE (model:FusionModel {name: 'new_items'})
SET model.features = [row IN rows | row[0]], model.linear = [row IN rows | row[1]],
  model.mean = [row IN rows | row[2]], model.scale = [row IN rows | row[3]],
  model.bias = 0.0, model.task = 'new_items',
  model.normalisation = 'training', model.learnedFrom = 'synthetic worlds'
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
