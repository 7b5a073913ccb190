"""Cursors: positions in a list, signed so that only this registry can make them, each for one list.

A cursor is the JSON of its values after a message authentication code (the first 16 bytes of HMAC-SHA256).
The code also covers the list (its relation and arguments, by a key of its own) and the parent.
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
RELATIONS_KEPT = 1_000


class BadCursorError(ValueError):
    """A cursor that the registry did not make, or that belongs to another list."""


def cursor_key(secret: bytes, *bound: object) -> bytes:
    """The key that signs the cursors of a list, derived from the JSON of all that identifies the list."""
    return hmac.digest(secret, _json(bound), "sha256")


def cursor_key_of_list(secret: bytes, relation: Relation, arguments: Mapping[str, object]) -> bytes:
    """The key of the list of a relation with these arguments, for any parent."""
    return (
        _list_key(secret, relation, arguments)
        if arguments
        else _list_key_without_arguments(secret, relation)
    )


@lru_cache(RELATIONS_KEPT)
def _list_key_without_arguments(secret: bytes, relation: Relation) -> bytes:
    """The key of a list without arguments."""
    return _list_key(secret, relation, {})


def _list_key(secret: bytes, relation: Relation, arguments: Mapping[str, object]) -> bytes:
    bound = {name: value for name, value in arguments.items() if name not in relation.carried}
    return cursor_key(
        secret, relation.source, relation.on, relation.condition, relation.order, bound
    )


def seal(key: bytes, parent: Sequence[object], values: Sequence[object]) -> str:
    """The cursor of a position, from the values of its order columns."""
    payload = _json(values)
    return urlsafe_b64encode(_code(key, parent, payload) + payload).decode().rstrip("=")


def unseal(key: bytes, parent: Sequence[object], cursor: str) -> list[Any]:
    """The values of a cursor that `seal` made for the same key and parent.

    Raises:
        BadCursorError: it is another cursor, or none.
    """
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (BadBase64, ValueError) as fault:
        raise BadCursorError("not a cursor of this list") from fault
    code, payload = raw[:CODE_BYTES], raw[CODE_BYTES:]
    if not hmac.compare_digest(code, _code(key, parent, payload)):
        raise BadCursorError("not a cursor of this list")
    values: list[Any] = orjson.loads(payload)
    return values


def _code(key: bytes, parent: Sequence[object], payload: bytes) -> bytes:
    return hmac.digest(key, _json(parent) + b"\n" + payload, hashlib.sha256)[:CODE_BYTES]


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)
