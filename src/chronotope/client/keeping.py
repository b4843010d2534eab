"""The part of the client that keeps keys: pseudonyms, and the rotation of what they are made by."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from chronotope import config, encryption, outputs, secrecy
from chronotope.client.core import Core
from chronotope.client.results import Result
from chronotope.encryption import Passphrase, Secret
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


def file_secret(ask: Callable[[], str] | None = None, *, passphrase: bool | None = None) -> Secret:
    """Return what files are encrypted with: CHRONOTOPE_PASSPHRASE, else the keys.

    Where there are neither, `ask` is asked for a passphrase. With `passphrase` true or false it is
    only that, or only the keys. Raises InputError where there is nothing.
    """
    if passphrase is not False and (text := config.passphrase()):
        return Passphrase(text)
    if passphrase is not True and (known := keys_or_none()):
        return known.of_files
    if passphrase is not False and ask:
        return Passphrase(ask())
    raise InputError(
        "There is nothing to encrypt or decrypt files with: make keys (chronotope keys create), or "
        "set CHRONOTOPE_PASSPHRASE."
    )


def secret_of(path: str | PathLike[str], ask: Callable[[], str] | None = None) -> Secret | None:
    """Return what opens a file that ends in `.encrypted`, as `file_secret` does; None for others.

    Raises InputError for a file that cannot be read, or is not encrypted.
    """
    file = Path(path)
    if file.suffix != encryption.SUFFIX:
        return None
    with _sentences(file), file.open("rb") as source:
        return file_secret(ask, passphrase=encryption.needs_passphrase(source))


def decrypt(
    path: str | PathLike[str],
    output: str | PathLike[str] | None = None,
    *,
    overwrite: bool = False,
    secret: Secret | None = None,
    ask: Callable[[], str] | None = None,
) -> Path:
    """Write what an encrypted file holds where nobody else can read it, and return where.

    `output` is by default the name without `.encrypted`; `secret` is by default what `file_secret`
    returns, of the kind that the file needs. Nothing is written of a file that was changed or cut
    off. Raises InputError for such a file, for another secret, and for a place where nothing can be
    written.
    """
    file = Path(path)
    if output is None and file.suffix != encryption.SUFFIX:
        raise InputError(f"{file} does not end in {encryption.SUFFIX}; name a file to write to.")
    place = outputs.check_file(
        Path(output) if output is not None else file.with_suffix(""),
        overwrite=overwrite,
        inputs=[str(file)],
    )
    with _sentences(file), file.open("rb") as source:
        asks = encryption.needs_passphrase(source)
        known = secret or file_secret(ask, passphrase=asks)
        source.seek(0)
        with outputs.writing(place, overwrite=overwrite, private=True) as target:
            encryption.decrypt(source, target, known)
    return place


@contextmanager
def _sentences(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise InputError(f"{file} cannot be read: {problem.strerror or problem}.") from None
    except ValueError:
        raise InputError(f"{file} cannot be read: no file can have this name.") from None


class Keeping(Core):
    """What has to do with keys: they stay outside of the graph."""

    hiding = staticmethod(hiding)
    create_keys = staticmethod(create_keys)
    file_secret = staticmethod(file_secret)

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
