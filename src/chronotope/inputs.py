"""Files of text that people write for us: settings, mappings, statements. They have an end."""

from pathlib import Path

from chronotope.errors import InputError

_LARGEST = 16_000_000  # bytes; a device may never end


def read_text(path: Path, what: str) -> str:
    """Return the text of a file, UTF-8 with or without a mark.

    Raises InputError, which says `what` it should have been, for one that cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InputError(
            f"The {what} {path} cannot be read: it is no text in UTF-8 (byte {problem.start + 1})."
        ) from None
    except (OSError, ValueError) as problem:  # a name that no file can have is a ValueError
        reason = getattr(problem, "strerror", None) or "no file can have this name"
        raise InputError(f"The {what} {path} cannot be read: {reason}.") from None
    if len(content) > _LARGEST:
        raise InputError(f"The {what} {path} is larger than {_LARGEST // 1_000_000} MB.")
    return text.replace("\r\n", "\n").replace("\r", "\n")
