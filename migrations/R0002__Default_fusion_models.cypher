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
  ['popularity', -0.2019, 0.0000, 1.0000],
  ['events', 0.0563, 0.0000, 1.0000],
  ['rising7', 0.0550, 0.0000, 1.0000],
  ['rising30', 0.0237, 0.0000, 1.0000],
  ['rising90', 0.0506, 0.0000, 1.0000],
  ['risingLate', 0.0495, 0.0000, 1.0000],
  ['trend', 0.0347, 0.0000, 1.0000],
  ['age', -0.0990, 0.0000, 1.0000],
  ['idle', 0.0209, 0.0000, 1.0000],
  ['categoryRate', 0.0080, 0.0000, 1.0000],
  ['category', 0.1367, 0.0000, 1.0000],
  ['broaderCategory', 0.0681, 0.0000, 1.0000],
  ['huff3', 0.2609, 0.0000, 1.0000],
  ['huff1', 0.0269, 0.0000, 1.0000],
  ['reach', 0.1222, 0.0000, 1.0000],
  ['density', -0.0124, 0.0000, 1.0000],
  ['home', 0.0947, 0.0000, 1.0000],
  ['nearest', 0.1611, 0.0000, 1.0000],
  ['likeMinded', 0.3651, 0.0000, 1.0000],
  ['together', 0.0528, 0.0000, 1.0000],
  ['easeRecent', 0.1319, 0.0000, 1.0000],
  ['easeLatest', 0.1148, 0.0000, 1.0000],
  ['popularityDistance', 0.0203, 0.0000, 1.0000],
  ['localPopularity', 0.0971, 0.0000, 1.0000],
  ['meaning', 0.2063, 0.0000, 1.0000],
  ['hour', 0.0189, 0.0000, 1.0000],
  ['popularityTendency', 0.0795, 0.0308, 0.4758],
  ['maturity', -0.0017, 0.2077, 1.4201],
  ['strangerHour', 0.1500, 0.0000, 0.6000],
  ['strangerMeaning', 1.5000, 0.2000, 0.1500],
  ['friends', 0.5000, 0.0000, 1.0000],
  ['looked', 5.0000, 0.0000, 1.0000],
  ['shown', -0.5000, 0.0000, 1.0000],
  ['declinedInterest', -1.0000, 0.0000, 1.0000],
  ['declinedAlike', -1.0000, 0.0000, 1.0000]
]
LET units = [
  {index: 0, bias: -0.3619, output: 0.1394, weights:
    [-0.1919, -0.1238, -0.0955, -0.1498, -0.0168, 0.0135, 0.0359, 0.0590, -0.0137, -0.0056, 0.0736,
     -0.0727, 0.0672, 0.1519, 0.4029, -0.2243, 0.1450, 0.3101, 0.1497, -0.0100, -0.1169, -0.1434,
     0.0836, 0.2357, 0.6184, -0.0222, 0.0078, 0.2350, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 1, bias: -0.4288, output: 0.2863, weights:
    [-0.0013, 0.0441, 0.2240, 0.2322, 0.0318, 0.0900, 0.0353, -0.0906, -0.0212, -0.0106, -0.0094,
     -0.3224, 0.3548, -0.0442, 0.2037, 0.0732, -0.1169, 0.1755, -0.2553, -0.0807, -0.1268, 0.0046,
     -0.0577, 0.2241, -0.3534, -0.0587, -0.1708, -0.0742, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 2, bias: -0.2110, output: -0.0863, weights:
    [0.0735, 0.1295, 0.1705, 0.2096, 0.0683, 0.0389, 0.1498, 0.4183, 0.2279, -0.1028, 0.1228,
     0.0610, -0.0353, 0.1865, 0.0101, -0.0303, 0.0739, 0.2269, -0.1358, -0.0000, 0.0268, 0.0550,
     -0.1144, 0.4979, 0.0729, 0.2383, -0.0216, 0.2938, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 3, bias: -0.3956, output: -0.1649, weights:
    [0.0735, 0.0305, 0.3235, -0.0262, 0.1617, 0.1128, -0.0334, 0.3869, -0.0078, 0.0382, 0.1133,
     0.0252, -0.1277, 0.1823, -0.0037, 0.0178, 0.0683, 0.2880, -0.0110, -0.0286, -0.0771, 0.1302,
     -0.1207, 0.3930, 0.1287, 0.0138, -0.0373, 0.4452, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 4, bias: -0.1053, output: 0.2467, weights:
    [0.1470, 0.1858, 0.0896, -0.0129, 0.0643, 0.2193, -0.3996, 0.1788, 0.1832, -0.0043, -0.2896,
     0.1296, 0.0754, -0.1647, -0.1992, -0.0994, -0.0133, -0.5924, 0.0386, -0.2376, -0.1873,
     -0.1256, -0.0702, 0.1079, -0.2748, -0.0463, -0.0997, 0.0362, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000, 0.0000]},
  {index: 5, bias: -0.0010, output: -0.1427, weights:
    [0.0728, -0.0119, 0.1896, 0.0709, -0.0226, 0.0143, -0.1564, -0.1001, -0.0613, 0.1856, -0.1434,
     -0.2016, -0.1431, -0.1245, -0.0065, -0.3056, 0.0394, 0.1745, -0.1879, 0.1964, -0.0159,
     -0.0873, 0.1331, 0.3650, -0.0401, -0.1361, -0.2179, 0.5480, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000, 0.0000]},
  {index: 6, bias: 0.4647, output: -0.2264, weights:
    [-0.0637, -0.1126, -0.1224, 0.1023, -0.1196, 0.0347, 0.2310, -0.2381, 0.2367, -0.0419, 0.1005,
     -0.1047, -0.0789, -0.1363, -0.0395, -0.1111, 0.1139, -0.2075, -0.1888, -0.2701, -0.0799,
     -0.0680, 0.1445, -0.3407, -0.1585, 0.0599, -0.0487, -0.2443, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000, 0.0000]},
  {index: 7, bias: -0.2288, output: 0.1100, weights:
    [0.0236, 0.1014, 0.0672, -0.1012, 0.1326, -0.0656, -0.1890, 0.1774, 0.0891, -0.0280, -0.1834,
     -0.2394, -0.2902, -0.0488, 0.1974, 0.0376, 0.1080, 0.2264, -0.1780, -0.0925, 0.0013, 0.0940,
     -0.1343, -0.0343, 0.4452, -0.0012, -0.0256, -0.2591, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 8, bias: -0.2293, output: -0.0676, weights:
    [0.0021, 0.0544, 0.1978, 0.0298, 0.1370, 0.0771, 0.0753, 0.2713, 0.0042, -0.1401, 0.1376,
     -0.0088, -0.0552, -0.0818, -0.0237, -0.0591, -0.2123, 0.1679, 0.0415, 0.0526, 0.0318, -0.0321,
     -0.1318, 0.3710, 0.2713, 0.0782, -0.0512, 0.4620, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 9, bias: -0.2292, output: 0.1552, weights:
    [-0.0908, 0.1142, -0.0977, -0.0321, 0.1868, 0.0504, -0.0602, 0.0233, 0.0703, -0.0428, -0.1723,
     -0.3997, -0.0613, -0.3202, 0.0058, 0.1249, -0.2364, -0.0869, -0.2814, -0.1565, 0.1027, 0.1068,
     0.0278, 0.1843, -0.2408, -0.0435, 0.1610, -0.0792, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000]},
  {index: 10, bias: 0.0459, output: 0.1937, weights:
    [0.0611, -0.0532, 0.0367, 0.0566, -0.1192, -0.0087, 0.0210, 0.4220, 0.0570, -0.0780, 0.1418,
     0.1842, -0.0996, -0.2335, -0.1677, -0.2248, -0.2426, -0.2769, 0.2246, 0.0004, -0.0322,
     -0.0903, 0.1296, 0.0373, -0.2651, 0.0203, -0.3699, 0.1345, 0.0000, 0.0000, 0.0000, 0.0000,
     0.0000, 0.0000, 0.0000]},
  {index: 11, bias: -0.2266, output: 0.2327, weights:
    [0.0521, -0.1186, 0.0284, 0.1607, 0.1268, 0.2400, 0.2391, -0.1910, -0.0186, -0.0007, 0.0037,
     0.2198, 0.4143, -0.0565, -0.1014, 0.0561, -0.0943, -0.5502, -0.2135, -0.0897, 0.0331, -0.1524,
     -0.0055, -0.1549, -0.3051, 0.2023, 0.1741, 0.2390, 0.0000, 0.0000, 0.0000, 0.0000, 0.0000,
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
