"""The key that signs the demonstration's tokens: made at the first start, accepted only there."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from service.errors import KeysProblem
from service.token_kind import ACCESS_TOKEN

ISSUER = "xeploai-demonstration"
ALGORITHM = "ES256"
KEY_FILE = "demonstration-key.json"
TOKEN_LIFE = timedelta(hours=12)


def demonstration_key(data_dir: Path) -> ECKey:
    """The key of this data directory; a missing key is made, readable only by its owner.

    Raises:
        KeysProblem: the directory or the key in it cannot be used.
    """
    path = data_dir.expanduser() / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        return ECKey.import_key(orjson.loads(path.read_bytes()))
    except OSError as fault:
        raise KeysProblem(f"{path}: cannot be used ({fault.strerror}); set DATA_DIR") from fault
    except (JoseError, ValueError, TypeError) as fault:
        raise KeysProblem(f"{path}: is no key; delete it, and a new one is made") from fault


def _make(path: Path) -> None:
    """Write the key atomically; two processes that start together use one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", private=True)
    key.ensure_kid()
    draft = path.with_name(f".{KEY_FILE}.{uuid4().hex}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(key.as_dict(private=True)))
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def sign(key: ECKey, audience: str, claims: Mapping[str, str]) -> str:
    """A token of the demonstration, valid for TOKEN_LIFE."""
    now = datetime.now(UTC)
    times = {"iat": int(now.timestamp()), "exp": int((now + TOKEN_LIFE).timestamp())}
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": ACCESS_TOKEN}
    return jwt.encode(header, {"iss": ISSUER, "aud": audience} | times | dict(claims), key)
