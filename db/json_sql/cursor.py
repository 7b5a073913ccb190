"""Cursors: places in a list that only this registry can have given, and only for that list.

A cursor is the JSON of its values behind a code of authentication (HMAC-SHA256, its first 16 bytes).
The code also covers the list (its link and arguments, by a key of its own) and the parent.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from db.json_sql.relation import Relation

CODE_BYTES = 16
LINKS_KEPT = 1_000


class BadCursorError(ValueError):
    """A cursor that was never given, or for another list."""


def key_of(secret: bytes, *bound: object) -> bytes:
    """The key of a list: of everything, in JSON, that the list is bound to."""
    return hmac.digest(secret, _json(bound), "sha256")


def key_of_list(secret: bytes, link: Relation, arguments: Mapping[str, object]) -> bytes:
    """The key of the rows that a link finds with these arguments, whoever the parent is."""
    return _key_of_list(secret, link, arguments) if arguments else _key_of_link(secret, link)


@lru_cache(LINKS_KEPT)
def _key_of_link(secret: bytes, link: Relation) -> bytes:
    """The key of a list that no argument changes."""
    return _key_of_list(secret, link, {})


def _key_of_list(secret: bytes, link: Relation, arguments: Mapping[str, object]) -> bytes:
    bound = {name: value for name, value in arguments.items() if name not in link.carried}
    return key_of(secret, link.source, link.on, link.condition, link.order, bound)


def seal(key: bytes, parent: Sequence[object], values: Sequence[object]) -> str:
    """The cursor of a place, by its values."""
    said = _json(values)
    return urlsafe_b64encode(_code(key, parent, said) + said).decode().rstrip("=")


def unseal(key: bytes, parent: Sequence[object], cursor: str) -> list[Any]:
    """The values of a cursor that `seal` gave for the same key and parent.

    Raises:
        BadCursorError: it did not.
    """
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (BadBase64, ValueError) as fault:
        raise BadCursorError("not a cursor of this list") from fault
    code, said = raw[:CODE_BYTES], raw[CODE_BYTES:]
    if not hmac.compare_digest(code, _code(key, parent, said)):
        raise BadCursorError("not a cursor of this list")
    values: list[Any] = orjson.loads(said)
    return values


def _code(key: bytes, parent: Sequence[object], said: bytes) -> bytes:
    return hmac.digest(key, _json(parent) + b"\n" + said, hashlib.sha256)[:CODE_BYTES]


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)
