// Note of which moment the statistics stand, and release the lock.
//
// @mode write
// @param owner         STRING           who derived
// @param at            ZONED DATETIME   the moment
// @param recentAt      ZONED DATETIME   the same of what is counted, by `--recent` a later one
// @param parameters    STRING           how they were derived, as JSON
// @param largestWeight FLOAT            the largest weight among the kinds of the events
// @param weighted      BOOLEAN          whether some of them weigh less than others
// @param usualPopularity FLOAT          the mean of log(1 + users of the item) over users' first events
// @param epoch         ZONED DATETIME   the moment that decays are relative to
// @param lateDays      FLOAT            the days of the decay of late visits
// @param users         INTEGER          how many users had an event
// @param firstVisits   FLOAT            what users' first events at items count together
// @param firstVisitsLate FLOAT          the same, decayed with `lateDays`
// @param events        INTEGER          how many events there were before the moment
// @param items         INTEGER          how many items there were
// @param recentEvents  INTEGER          how many events there were before what is counted stands for
// @param repeatShare   FLOAT = null     the share of events that return to an item that the user had
CYPHER 25
MATCH (derivation:Derivation {name: 'statistics', owner: $owner})
SET derivation.asOf = $at, derivation.recentAsOf = $recentAt, derivation.parameters = $parameters,
  derivation.largestWeight = $largestWeight, derivation.weighted = $weighted,
  derivation.usualPopularity = $usualPopularity, derivation.epoch = $epoch, derivation.lateDays = $lateDays,
  derivation.users = $users, derivation.firstVisits = $firstVisits, derivation.firstVisitsLate = $firstVisitsLate,
  derivation.events = $events, derivation.items = $items, derivation.recentEvents = $recentEvents,
  derivation.repeatShare = $repeatShare,
  derivation.finishedAt = datetime.realtime(), derivation.owner = null, derivation.heartbeatAt = null,
  derivation.stale = CASE
    WHEN $recentAt <> $at THEN derivation.stale  // a part alone was derived
    WHEN derivation.staleAt.epochMillis >= derivation.startedAt.epochMillis THEN derivation.stale  // events were read
  END
