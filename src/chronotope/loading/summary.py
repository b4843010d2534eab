"""What became of the rows of a load."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chronotope.loading.rejection import Rejection

KEPT_REJECTIONS = 100


@dataclass
class Summary:
    """What became of the rows.

    `rows` = `loaded` + `updated` + `unchanged` + `duplicate` + `rejected` + `older`: rows that
    are new to the graph, that changed an item or an event, that it has already, that the input
    has already, that cannot be loaded, and that are older than what is to be kept (`last`).
    `bare_items` are items that only events mention; `resumed` rows are those of `unchanged`
    that a load which was cut off had written. `kinds` tells how many of the rows of events that
    could be read are of which kind. The first hundred `rejections` are kept. `stopped` says why
    the load ended before its input did.
    """

    table: str
    rows: int = 0
    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    older: int = 0
    bare_items: int = 0
    resumed: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    stopped: str | None = None
    interrupted: bool = False
    rejections: list[Rejection] = field(default_factory=list)

    def reject(self, rejection: Rejection) -> None:
        """Count a rejected row."""
        self.rejected += 1
        if len(self.rejections) < KEPT_REJECTIONS:
            self.rejections.append(rejection.brief())

    def complaints(self, most: int = 5) -> list[str]:
        """Return the first rejections as sentences, and the number of all when there are more."""
        sentences = [str(rejection) for rejection in self.rejections[:most]]
        if self.rejected > most:
            sentences.append(
                f"{self.rejected:,} rows were rejected; chronotope load --dry-run tells all."
            )
        return sentences
