// A model is known by the names of its features and by how they are normalised, no longer by a hash of its
// query. Those of what nobody has been at yet are called after their query; the default one comes anew.
CYPHER 25 MATCH (m:FusionModel {name: 'arrivals', task: 'arrivals'}) DETACH DELETE m;
CYPHER 25 MATCH (m:FusionModel {task: 'arrivals'})
SET m.task = 'new_items', m.serves = CASE m.serves WHEN 'arrivals' THEN 'new_items' END;
CYPHER 25 MATCH (m:FusionModel) SET m.normalisation = coalesce(m.normalisation, 'training'), m.query = null;
