"""Messages as rows for the graph: as `load events` reads the lines of an NDJSON file. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chronotope.loading import EVENTS, ReadOptions, Rejection, RowError, ndjson, validate
from chronotope.loading.hiding import ERASED, FORGOTTEN, NOBODY_ERASED, Erased, hidden, unread
from chronotope.loading.naming import Namings, Notes, without_nulls
from chronotope.loading.read import check
from chronotope.loading.validate import Row
from chronotope.streaming.messages import Message

Text = Mapping[str, str]
Rejected = tuple[Message, Rejection]

_MARK = "\ufeff"  # of the byte order
_OTHER = "was given to a message before this one that says something else"


@dataclass
class Batch:
    """Rows, each of an event of its own, and what became of the other messages.

    `origins` are the messages of a row, with what they say; the last one is what the row says.
    """

    size: int
    rows: list[Row] = field(default_factory=list)
    origins: list[list[tuple[Message, Text]]] = field(default_factory=list)
    duplicates: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def retold(self) -> int:
        """How many messages of the batch others tell otherwise."""
        return sum(map(len, self.origins)) - len(self.rows)

    def reject(self, index: int, fault: RowError) -> list[Rejected]:
        """Return the messages of a row that the graph refused, rejected."""
        return [
            (message, _rejection(message, fault, {} if fault is ERASED else text))
            for message, text in self.origins[index]
        ]


class Reader:
    """Reads messages by options; keeps what is to be said of them all in `notes`."""

    def __init__(self, name: str, options: ReadOptions) -> None:
        """Prepare. Raises InputError for options that cannot be used."""
        check(EVENTS, options)
        self.notes = Notes()
        self.erased: Erased = NOBODY_ERASED
        """Whose messages are not taken: set by who knows the graph."""
        self._name = name
        self._options = options
        self._namings = Namings(name, EVENTS, options, self.notes)
        self._without_nulls = without_nulls(options.nulls or (), self.notes)

    def read(self, messages: Sequence[Message], until: int) -> Batch:
        """Return the rows of messages; `until` is in epoch milliseconds, see `times.latest`."""
        batch = Batch(len(messages))
        texts = (  # of what could not be read, a line that is passed over
            "" if one.fault else one.text.decode("utf-8", "surrogateescape").removeprefix(_MARK)
            for one in messages
        )
        rejected = {
            index: _rejection(message, RowError(None, message.fault), {})
            for index, message in enumerate(messages)
            if message.fault
        }
        known: dict[str, int] = {}
        for entry in ndjson.read(self._name, texts, self._namings.row):
            line = entry.line if isinstance(entry, Rejection) else entry[0]
            message = messages[line - 1]
            if isinstance(entry, Rejection):
                fault = RowError(entry.column, entry.reason)
                row = unread(entry, self._options.secrecy).row
                rejected[line - 1] = _rejection(message, fault, row)
                continue
            told = self._without_nulls(entry[1])
            text = hidden(told, self._options.secrecy)
            try:
                if self.erased.is_any(told):
                    text = {}
                    raise ERASED
                self._add(batch, known, message, text, until)
            except RowError as fault:
                rejected[line - 1] = _rejection(message, fault, text)
        batch.rejected = [(messages[index], rejected[index]) for index in sorted(rejected)]
        return batch

    def _add(
        self,
        batch: Batch,
        known: dict[str, int],
        message: Message,
        text: dict[str, str],
        until: int,
    ) -> None:
        """Take up a row; of one that is told again the later word counts. Raises RowError."""
        row = validate.event(text, self._options, until)
        if self.erased.is_forgotten(row):
            raise FORGOTTEN
        index = known.setdefault(row["id"], len(batch.rows))
        if index == len(batch.rows):
            batch.rows.append(row)
            batch.origins.append([(message, text)])
        elif batch.rows[index] == row:
            batch.duplicates += 1
        elif not self._options.replace and _subject(batch.rows[index]) != _subject(row):
            raise RowError(EVENTS.key, _OTHER)
        else:
            batch.rows[index] = row
            batch.origins[index].append((message, text))


def _subject(row: Row) -> tuple[str, str, int]:
    return row["user"], row["item"], row["epochMillis"]


def _rejection(message: Message, fault: RowError, text: Text) -> Rejection:
    return Rejection(message.stream, message.line, fault.column, fault.reason, text)
