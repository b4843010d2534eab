"""The lines of a text, none longer than a limit: memory stays flat, whatever a file is."""

from typing import TextIO

_MEGABYTE = 2**20
_PATIENCE = 64  # times the limit; a line that goes on is no line, and what follows is not text


class LongLineError(Exception):
    """A line that is too long; it was skipped, unless it does not end (`endless`)."""

    def __init__(self, limit: int, *, endless: bool) -> None:
        megabytes = limit // _MEGABYTE
        reason = f"is longer than {megabytes} MB (see --max-line)"
        super().__init__(
            f"{reason} and does not end within {megabytes * _PATIENCE:,} MB: the rest is not read"
            if endless
            else reason
        )
        self.endless = endless


class Lines:
    """Lines, one by one. Goes on after it raised LongLineError."""

    def __init__(self, text: TextIO, megabytes: int) -> None:
        self._text = text
        self._limit = megabytes * _MEGABYTE
        self._ended = False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        line = self._text.readline(self._limit + 1)
        if not line:
            raise StopIteration
        if len(line) > self._limit and line[-1] not in "\r\n":
            self._skip()
        return line

    def _skip(self) -> None:
        for _ in range(_PATIENCE):
            rest = self._text.readline(self._limit)
            if not rest or rest[-1] in "\r\n":
                raise LongLineError(self._limit, endless=False)
        self._ended = True
        raise LongLineError(self._limit, endless=True)
