"""Checks that the triggers, functions and constraints that guard the data exist, and are those of this version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.ledger import RELATIONS
from db.tables import metadata

APPEND_ONLY = (
    "act",
    "correction",
    "correction_change",
    "document",
    "document_bytes",
    "facts",
    "file_completion",
    "policy",
    "policy_activation",
    "policy_signature",
)
TRIGGERS = {
    **{(table, f"{table}_is_append_only"): "refuse_change" for table in APPEND_ONLY},
    **{
        (name, f"{name}_notes_{event}"): f"note_rows_of_{name}"
        for name in RELATIONS
        for event in ("insert", "update", "delete")
    },
    ("appraisal", "appraisal_notes_change"): "note_change",
    ("appraisal", "appraisal_tells_change"): "tell_change",
    ("row_change", "row_change_stays"): "refuse_ledger_change",
    ("row_change", "row_change_stays_taken"): "refuse_ledger_change",
}
"""Table and name of each trigger, with the function that it calls."""

FUNCTIONS = {
    "note_change": "3fc9f0afc2e96f491b7ebc8c14b95defced750cc026d7e6ff2ea85e2e7cb3766",
    "note_rows_of": "8c0caac71233af56155da1f7b55d83065fa5f536893648a841afef2f8eb7867c",
    "refuse_change": "e254cd94c06475fb107f8de708722780e6e2540b7805b8990ec9a0ac4b875b9c",
    "refuse_ledger_change": "13845c9c4e4f86d3462e256f7bd1844b0904078611c6cd4675784eb602b4fa6e",
    "row_digest": "959d47716c714dfd5938a6d67544359259986ceeb87cd4826ecd07927383530b",
    "row_key": "24e7ec5f3417de73f0506457be7c10a5292e2f442dbf748d0e7702d1d1d0a9c5",
    "tell_change": "9bd74926fa36dc37239e7fae98fba215698ede78f1e472fc59035e8e12dbf09c",
}
"""SHA-256 over the functions of each name, as the migrations create them; `note_rows_of` is one for each relation.
`make documents` writes these hashes and those below anew (scripts/guard.py)."""

DEFINITIONS = {
    18: {
        "constraint": "b6b26e6b1be232993942ea43d58ea1eb2d5dfdee61e846a08db3de48429df1c9",
        "function": "28317ad22982d188eafab8f5eb2b33feac880d0803a922cffb28575ee2d8a95a",
        "rule": None,
        "trigger": "4b72a024140695670da9c636f838c2b146a43ad0155b6471959b25556d8dc1cf",
        "view": "13e881434dff0abf51e5ac4f52cf98a2d62871738f6e372d1748c99493f1b954",
    }
}
"""SHA-256 over the definitions of each kind, as this major version of PostgreSQL prints them. Another major version may
print the same definition in another way, so there only the names are compared. There are no rules."""

_DEFINITIONS = """
SELECT kind, encode(sha256(convert_to(string_agg(definition, E'\\n' ORDER BY definition COLLATE "C"), 'UTF8')), 'hex')
FROM (
    SELECT 'constraint' AS kind, concat_ws(' ', c.relname, o.conname, pg_get_constraintdef(o.oid, true)) AS definition
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
    WHERE c.relnamespace = CAST(current_schema() AS regnamespace)
    UNION ALL
    SELECT 'function', concat_ws(' ', p.proname, pg_get_function_identity_arguments(p.oid), l.lanname, p.provolatile,
                                 p.proisstrict, p.prosecdef, array_to_string(p.proconfig, ','), p.prosrc)
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = CAST(current_schema() AS regnamespace)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT CASE WHEN c.relkind = 'v' THEN 'view' ELSE 'rule' END, pg_get_ruledef(r.oid, true)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE c.relnamespace = CAST(current_schema() AS regnamespace)
    UNION ALL
    SELECT 'trigger', concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid, true))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = CAST(current_schema() AS regnamespace)
) definitions GROUP BY kind
"""
_MAJOR = "SELECT CAST(current_setting('server_version_num') AS integer) / 10000"
_TRIGGERS = """
SELECT c.relname, t.tgname, p.proname FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
  AND c.relnamespace = CAST(current_schema() AS regnamespace)
"""
_FUNCTIONS = """
SELECT named.name, encode(sha256(convert_to(string_agg(
           p.proname || pg_get_function_identity_arguments(p.oid) || p.prosrc, E'\\n'
           ORDER BY p.proname, pg_get_function_identity_arguments(p.oid) COLLATE "C"), 'UTF8')), 'hex') AS digest
FROM pg_proc p
CROSS JOIN LATERAL (SELECT regexp_replace(CAST(p.proname AS text), '^note_rows_of_.*', 'note_rows_of') AS name) named
WHERE p.pronamespace = CAST(current_schema() AS regnamespace) AND named.name = ANY(:names)
GROUP BY 1
"""
_CONSTRAINTS = """
SELECT c.relname, o.conname FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND o.convalidated
"""


@dataclass(frozen=True, slots=True)
class Hashes:
    """The hashes that a database has: by name of the function, by kind of definition; and its major version."""

    major: int
    functions: Mapping[str, str]
    definitions: Mapping[str, str]


async def hashes(connection: AsyncConnection) -> Hashes:
    """The hashes of this database, to be compared with FUNCTIONS and DEFINITIONS."""
    return Hashes(
        major=(await connection.execute(text(_MAJOR))).scalar_one(),
        functions=dict(await _rows(connection, _FUNCTIONS, names=list(FUNCTIONS))),
        definitions=dict(await _rows(connection, _DEFINITIONS)),
    )


async def missing(connection: AsyncConnection) -> list[str]:
    """The guards that are missing, or differ from those of this version, each as a sentence."""
    triggers = await _rows(connection, _TRIGGERS)
    current = await hashes(connection)
    constraints = await _rows(connection, _CONSTRAINTS)
    named = [
        *(
            f"the trigger {name} of {table} is missing, off, or calls something else"
            for (table, name), function in TRIGGERS.items()
            if (table, name, function) not in triggers
        ),
        *(
            f"the function {name} is missing, or is not that of this version"
            for name, digest in FUNCTIONS.items()
            if current.functions.get(name) != digest
        ),
        *(
            f"the constraint {name} of {table} is missing"
            for table, name in _constraints()
            if (table, name) not in constraints
        ),
    ]
    return named or _defined_otherwise(current)


def _defined_otherwise(current: Hashes) -> list[str]:
    """If no name is missing: the kinds in which a definition was added or changed, each as a sentence."""
    return [
        f"a {kind} was added or redefined: they are not those of this version"
        for kind, digest in DEFINITIONS.get(current.major, {}).items()
        if current.definitions.get(kind) != digest
    ]


def _constraints() -> Iterator[tuple[str, str]]:
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            yield table.name, str(constraint.name)


async def _rows(connection: AsyncConnection, statement: str, **bound: Any) -> set[Any]:  # noqa: ANN401
    return {tuple(row) for row in await connection.execute(text(statement), bound)}
