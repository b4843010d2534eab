"""Addresses of model servers, which graphs keep and errors show: they hold no secret. Pure."""

import re
from urllib.parse import urlsplit

from chronotope.errors import EncoderError

_SECRET = re.compile(r"//[^/?#]*@")


def refuse_secret(spec: str) -> None:
    """Raise EncoderError, which does not show it, for a spec with a name or a password in it."""
    if _SECRET.search(spec):
        raise EncoderError(
            "The address of a model server holds a name or a password, which the graph would "
            "keep; leave what stands before the @ out, and give a key as CHRONOTOPE_API_KEY."
        )


def check_address(address: str) -> str:
    """Return an address; raise EncoderError for one that cannot be used or holds a secret."""
    refuse_secret(address)
    try:
        parts = urlsplit(address)
        usable = parts.hostname and not parts.query and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise EncoderError(
            "The address of a model server is like http://localhost:8080/v1#model, without a "
            "question mark; a key is given as CHRONOTOPE_API_KEY."
        )
    return address
