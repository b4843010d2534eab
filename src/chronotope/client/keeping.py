"""The part of the client that keeps keys: pseudonyms, and the rotation of what they are made by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chronotope import config, secrecy
from chronotope.client.core import Core
from chronotope.client.results import Result
from chronotope.errors import InputError
from chronotope.loading import ReadOptions
from chronotope.progress import Progress, silent
from chronotope.secrecy import Keys, Secrecy

_AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True)
class Rotated(Result):
    """What a rotation gave pseudonyms of the newest key, whose number is `generation`."""

    generation: int
    users: int
    events: int


def keys() -> Keys:
    """Return the keys of the environment or of their file. Raises InputError without any."""
    if text := config.keys_text():
        return secrecy.parse(text, "CHRONOTOPE_KEYS")
    return secrecy.read(config.keys_file())


def keys_or_none() -> Keys | None:
    """Return the keys, None where there are none."""
    return keys() if config.keys_text() or config.keys_file().exists() else None


def hiding(
    *,
    pseudonymise: bool = False,
    coarsen_location: int | None = None,
    coarsen_time: int | None = None,
) -> Secrecy | None:
    """Return what is to be hidden while rows are loaded, for `ReadOptions(secrecy=…)`.

    `coarsen_location` is a resolution of H3, `coarsen_time` a number of minutes that divides a day.
    None where nothing is to be hidden. Raises InputError where there are no keys.
    """
    if not pseudonymise and coarsen_location is None and coarsen_time is None:
        return None
    return Secrecy(keys(), pseudonymise, coarsen_location, coarsen_time)


def with_keys(options: ReadOptions) -> ReadOptions:
    """Return options whose keys, where there are any, tell the tombstones of who was erased."""
    if options.secrecy is not None or (known := keys_or_none()) is None:
        return options
    return replace(options, secrecy=Secrecy(known))


def create_keys() -> str:
    """Write new keys into their file, and return its path. Raises InputError where one stands."""
    secrecy.write(config.keys_file(), secrecy.create())
    return str(config.keys_file())


class Keeping(Core):
    """What has to do with keys: they stay outside of the graph."""

    hiding = staticmethod(hiding)
    create_keys = staticmethod(create_keys)

    @staticmethod
    def pseudonym(user: str) -> str:
        """Return the pseudonym of a user, by id or by an earlier pseudonym."""
        return keys().user(user)

    def rotate_keys(self, *, go_on: bool = False, progress: Progress = silent) -> Rotated:
        """Add a key, and give users and events of the graph the pseudonyms that follow from it.

        With `go_on` no key is added: what a rotation that was cut off has left is done. Whoever
        loads meanwhile is refused. Raises InputError for keys of the environment, which cannot be
        added to, and while an earlier rotation is unfinished.
        """
        graph = self._migrated
        if not go_on:
            if config.keys_text():
                raise InputError(
                    "CHRONOTOPE_KEYS cannot be added to; put the keys into a file, name it in "
                    "CHRONOTOPE_KEYS_FILE, and unset CHRONOTOPE_KEYS."
                )
            old = keys()
            if graph.read("secrecy.find_generations", {"newest": old.generation})[0]["older"]:
                raise InputError(
                    "An earlier rotation was cut off; finish it first: chronotope keys rotate "
                    "--continue"
                )
            secrecy.write(config.keys_file(), old.rotated(), overwrite=True)
        newest, users, events = keys(), 0, 0
        for batch in self._older(newest):
            done = graph.write("secrecy.rename", batch)[0]
            users, events = users + done["users"], events + done["events"]
            progress("rotating", users + events, None)
        return Rotated(generation=newest.generation, users=users, events=events)

    def _older(self, newest: Keys) -> Iterator[dict[str, Sequence[dict[str, str]]]]:
        for generation in range(1, newest.generation):
            while True:
                asked = {"generation": generation, "limit": _AT_ONCE}
                found = self._graph.read("secrecy.read_older", asked)[0]
                if not (found["users"] or found["events"]):
                    break
                yield {
                    "users": [{"old": name, "new": newest.user(name)} for name in found["users"]],
                    "events": [{"old": one, "new": newest.event(one)} for one in found["events"]],
                }
