"""The welcome text at start: the URL, how to get a token, and a first query."""

import shlex
import sys

import orjson

from service.settings import Settings

QUERY = (
    '{ body(code: "ht.thach-ha") { name tally(year: 2023, of: PERSON) { excellent good total } } }'
)


def welcome(settings: Settings) -> str:
    """The welcome text; its commands work in the directory where the service was started."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    body = shlex.quote(orjson.dumps({"query": QUERY}).decode())
    return (
        f"\nxeploai answers at {address}   (Ctrl-C stops it)\n\n"
        f"  a token   {_token(settings)}\n"
        f'  a query   curl -s {address}/graphql -H "Authorization: Bearer $TOKEN" '
        f"-H 'Content-Type: application/json' \\\n              -d {body}\n\n"
    )


def _token(settings: Settings) -> str:
    if not settings.demonstration:
        return f"TOKEN=… from {settings.oidc_issuer}, for the audience {settings.oidc_audience}"
    default = Settings.model_fields["data_dir"].default
    data_dir = f"DATA_DIR={shlex.quote(str(settings.data_dir))} " * (settings.data_dir != default)
    note = "   (with the same DATABASE_URL)" * (settings.database_url is not None)
    return f"TOKEN=$({data_dir}{shlex.quote(sys.argv[0])} token --post ht.ubnd.ct){note}"
