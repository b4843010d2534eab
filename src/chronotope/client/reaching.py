"""The part of the client that tells what an audience is worth."""

from collections.abc import Iterable
from datetime import datetime

from chronotope.analysis import audience as audiences
from chronotope.client.asked import AudienceEvaluation
from chronotope.client.describing import Describing, asked_of, named
from chronotope.client.values import Coordinates, check_text, moment, moment_or_none


class Reaching(Describing):
    """What compares audiences with what happened."""

    def evaluate_audience(
        self,
        text: str | None = None,
        *,
        cut: datetime,
        until: datetime | None = None,
        interests: Iterable[str] = (),
        near: Coordinates | None = None,
        within: float = 1000.0,
        hours: Iterable[int] | None = None,
        days: float = 90.0,
        min_score: float = 0.05,
        min_size: int = audiences.SMALLEST,
        overlap: str | None = None,
        community: str | None = None,
        seed: int = 0,
    ) -> AudienceEvaluation:
        """Tell whom the audience of `cut` reached in [cut, until), beside what everybody did.

        The audience is that of `audience`, asked with `at=cut`. A user of it is reached by an event
        that fits: of the interests, at `hours` and `near` where these are given. The lift is the
        rate of the audience beside that of all users who had an event before the cut. `until` is by
        default the end of all events.

        Raises InputError for a text that means no interest, an unknown interest or community, and
        where no event came after the cut.
        """
        check_text(overlap, "overlap")
        criteria = self._criteria(
            moment(cut, "cut"), near, within, hours, days, min_score, min_size, community
        )
        fitting, remarks = self._fitting(text, interests)
        end = moment_or_none(until, "until")
        trial = audiences.try_out(self._migrated, fitting, criteria, end, seed)
        return AudienceEvaluation(
            cut=criteria.at,
            until=trial.until,
            request={**asked_of(text, interests, criteria), "seed": seed},
            interests=named(fitting),
            min_size=min_size,
            size=len(trial.members) or None,
            known=trial.known,
            came=trial.came,
            base_rate=None if trial.came is None else trial.came / trial.known,
            expected=trial.expected if trial.members else None,
            overlap=self._overlap(overlap, trial.members, criteria) if overlap else None,
            rows=tuple(trial.reached),
            remarks=remarks,
        )
