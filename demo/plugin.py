"""The interface of the demonstration to the service; see service/demonstration.py."""

from dataclasses import asdict
from pathlib import Path

from joserfc.jwk import KeySet

from demo.database import load, prepare
from demo.entry_post import POSTS
from demo.sign_in import routes
from demo.signing_key import ISSUER, demonstration_key
from demo.token import token_of_post, token_of_service

__all__ = [
    "ISSUER",
    "entry_posts",
    "keys",
    "load",
    "prepare",
    "routes",
    "token_of_post",
    "token_of_service",
]


def keys(data_dir: Path) -> KeySet:
    """The one key of this data directory. Raises KeysProblem."""
    return KeySet([demonstration_key(data_dir)])


def entry_posts() -> list[dict[str, str]]:
    return [asdict(post) for post in POSTS]
