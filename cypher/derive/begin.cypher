// Note that statistics are written: until `finish` runs, what stands is a mixture of two moments.
//
// Of a mixture `asOf` and `recentAsOf` are the older moments; of the first derivation there is none.
//
// @mode write
// @param owner         STRING           who derives
// @param at            ZONED DATETIME   the moment that the statistics will stand for
// @param recentAt      ZONED DATETIME   the same of what is counted, by `--recent` a later one
// @param parameters    STRING           how they are derived, as JSON
// @param largestWeight FLOAT            the largest weight among the kinds of the events
// @param weighted      BOOLEAN          whether some of them weigh less than others
// @param usualPopularity FLOAT          the mean of log(1 + users of the item) over users' first events
// @param epoch         ZONED DATETIME   the moment that decays are relative to
// @param lateDays      FLOAT            the days of the decay of late visits
// @param users         INTEGER          how many users had an event
// @param firstVisits   FLOAT            what users' first events at items count together
// @param firstVisitsLate FLOAT          the same, decayed with `lateDays`
CYPHER 25
MATCH (derivation:Derivation {name: 'statistics', owner: $owner})
SET derivation.finishedAt = null, derivation.parameters = $parameters,
  derivation.largestWeight = $largestWeight, derivation.weighted = $weighted,
  derivation.usualPopularity = $usualPopularity, derivation.epoch = $epoch, derivation.lateDays = $lateDays,
  derivation.users = $users, derivation.firstVisits = $firstVisits, derivation.firstVisitsLate = $firstVisitsLate
WITH derivation, derivation.asOf AS whole, coalesce(derivation.recentAsOf, derivation.asOf) AS recent
SET derivation.asOf = CASE WHEN $at.epochMillis < whole.epochMillis THEN $at ELSE whole END,
  derivation.recentAsOf = CASE WHEN $recentAt.epochMillis < recent.epochMillis THEN $recentAt ELSE recent END
