"""Compares the tables with the acts: steps, papers, delegations, policies, years, answers. Read only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.connection import database_role
from db.repositories.correction import DIGEST
from db.repositories.verification import DAY, SUBJECT, VerifiedSubject, subject_of

TAKEN_OVER = "taken over"
"""The kind, in the payload, of the act by which the ledger took over a database of an older version."""


@dataclass(frozen=True, slots=True)
class OtherStep:
    """An appraisal whose stage, self-rating or proposal differs from that of its acts."""

    subject: VerifiedSubject
    what: str
    stored: str | None
    replayed: str | None


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """A row, `key` in `relation`, that differs from its act, or has no act; `what` is the difference."""

    relation: str
    key: str
    what: str
    sequence: int | None


# The takeover of a database is the first act of this version; a later one excuses no difference.
_TAKEN_OVER = f"""
(SELECT y.sequence FROM act y WHERE y.sequence = (SELECT min(z.sequence) FROM act z WHERE z.format = 2)
 AND y.act = 'register' AND y.payload ->> 'kind' = '{TAKEN_OVER}')
""".strip()
# The rows listed when the database was taken over: the acts do not record all of their history.
LISTED = f"""
listed AS (
    SELECT CAST(jsonb_array_elements_text(x.payload -> 'listed' -> 'appraisals') AS uuid) AS id
    FROM act x WHERE x.sequence = {_TAKEN_OVER}
)
"""
_LAST_OF_EACH = {
    "self": "x.act = 'self_rate'",
    "proposal": "x.act = 'appraise'",
    "rated": "x.act = 'rate'",
    "annulled": "x.act = 'annul'",
    "back": "x.act = 'annul' AND NOT x.payload ? 'ends_proposal'",
    "ended": "x.payload ? 'ends_proposal'",
    "review": "x.payload ->> 'kind' = 'review'",
    "again": "x.act = 'require_rereview' AND x.payload ->> 'look' = 'REVIEW_AGAIN'",
}
"""SQL conditions of the acts that move a subject from one stage to another."""


def last_of_each(over: str = "") -> str:
    """SQL columns: the sequence of the last act of each kind among the acts `x`, for a group or a window."""
    return ", ".join(
        f"max(x.sequence) FILTER (WHERE {condition}) {over} AS {name}"
        for name, condition in _LAST_OF_EACH.items()
    )


# A review is the last step only if no other step follows it.
STAGE = """CASE
        WHEN coalesce(s.rated, 0) > coalesce(s.annulled, 0) THEN 'DECIDED'
        WHEN greatest(s.back, s.proposal) > greatest(s.again, s.ended, 0) THEN 'PROPOSED'
        WHEN greatest(s.self, s.ended) > coalesce(s.again, 0) THEN 'SELF_RATED'
        WHEN s.review > coalesce(s.again, 0) THEN 'REVIEWED'
        ELSE 'NOT_STARTED' END"""
"""The stage to which the acts of `last_of_each` lead, by the name `s`."""
_STEPS = f"""
steps AS (
    SELECT x.appraisal_id AS id, {last_of_each()} FROM act x WHERE x.appraisal_id IS NOT NULL GROUP BY 1
), replayed AS (
    SELECT s.*, {STAGE} AS stage,
        (SELECT x.level FROM act x WHERE x.sequence = s.self) AS self_level,
        (SELECT x.level FROM act x WHERE x.sequence = s.proposal AND s.proposal > coalesce(s.ended, 0))
            AS proposed_level
    FROM steps s
)
"""
_OTHER_STEPS = f"""
WITH {LISTED.strip()}, {_STEPS.strip()}
SELECT a.id, {SUBJECT}, w.what, w.stored, w.replayed
FROM appraisal a
LEFT JOIN replayed r ON r.id = a.id
CROSS JOIN LATERAL (VALUES
    ('stage', a.stage, coalesce(r.stage, 'NOT_STARTED'), true),
    ('self-rating', a.self_level, r.self_level, r.self IS NULL),
    ('proposal', a.proposed_level, r.proposed_level, r.proposal IS NULL)
) AS w(what, stored, replayed, is_silent)
WHERE w.stored IS DISTINCT FROM w.replayed
  AND NOT (w.is_silent AND EXISTS (SELECT FROM listed l WHERE l.id = a.id))
ORDER BY a.id, w.what
"""
_OTHER_PAPERS = """
WITH attached AS (
    SELECT x.sequence, CAST(x.payload ->> 'attaches' AS uuid) AS id, x.appraisal_id, x.payload
    FROM act x WHERE x.payload ? 'attaches'
)
SELECT coalesce(d.id, t.id) AS key, t.sequence,
       CASE WHEN d.id IS NULL THEN 'it is gone' WHEN t.id IS NULL THEN 'no act says it'
            ELSE 'it is not what its act says' END AS what
FROM document d FULL JOIN attached t USING (id)
WHERE (d.appraisal_id, d.paper, d.number, CAST(d.issued_on AS text), d.issuer, encode(d.sha256, 'hex'), d.bytes_count)
      IS DISTINCT FROM (t.appraisal_id, t.payload ->> 'paper', t.payload ->> 'number', t.payload ->> 'issued_on',
                        t.payload ->> 'issuer', t.payload ->> 'sha256', CAST(t.payload ->> 'bytes' AS integer))
ORDER BY 2, 1
"""
_OTHER_COMPLETIONS = """
WITH completed AS (
    SELECT DISTINCT ON (x.appraisal_id) x.sequence, x.appraisal_id, x.payload ->> 'on' AS completed_on
    FROM act x WHERE x.payload ->> 'completes' = 'file' ORDER BY x.appraisal_id, x.sequence
)
SELECT coalesce(f.appraisal_id, t.appraisal_id) AS key, t.sequence, 'it is not what the acts say' AS what
FROM file_completion f FULL JOIN completed t USING (appraisal_id)
WHERE CAST(f.completed_on AS text) IS DISTINCT FROM t.completed_on
ORDER BY 2, 1
"""
_OTHER_DELEGATIONS = f"""
WITH given AS (
    SELECT x.sequence, CAST(x.payload ->> 'delegates' AS uuid) AS id, x.on_behalf_rater_id AS rater, x.payload AS p
    FROM act x WHERE x.payload ? 'delegates'
), taken AS (
    SELECT DISTINCT ON (1) CAST(x.payload ->> 'withdraws' AS uuid) AS id, {DAY.format("x")} AS day
    FROM act x WHERE x.payload ? 'withdraws' ORDER BY 1, x.sequence
)
SELECT coalesce(d.id, g.id) AS key, g.sequence, 'it is not what the acts say' AS what
FROM delegation d FULL JOIN given g USING (id) LEFT JOIN taken t ON t.id = coalesce(d.id, g.id)
WHERE (d.rater_id, d.post_code, to_jsonb(d.acts), to_jsonb(d.classes), to_jsonb(d.bodies),
       CAST(d.since AS text), CAST(d.until AS text), d.document_number, CAST(d.document_date AS text), d.withdrawn_on)
      IS DISTINCT FROM (g.rater, g.p ->> 'to', g.p -> 'acts', g.p -> 'classes', g.p -> 'bodies',
       g.p ->> 'since', g.p ->> 'until', g.p -> 'document' ->> 'number', g.p -> 'document' ->> 'date', t.day)
ORDER BY 2, 1
"""
_OTHER_POLICIES = """
SELECT p.revision AS key, CAST(NULL AS bigint) AS sequence, 'its content is not that of its revision' AS what
FROM policy p WHERE p.revision <> encode(sha256(convert_to(p.content, 'UTF8')), 'hex')
UNION ALL
SELECT v.revision, NULL, 'it became active without two signatures'
FROM policy_activation v
WHERE v.sequence > 1 AND 2 > (
    SELECT count(DISTINCT s.person_id) FROM policy_signature s
    WHERE s.revision = v.revision AND s.follows = v.sequence - 1)
UNION ALL
SELECT s.revision, NULL, 'a signer did not hold the post that day'
FROM policy_signature s
WHERE NOT EXISTS (SELECT FROM membership m
    WHERE m.person_id = s.person_id AND m.post_code = s.post_code
      AND m.since <= CAST(s.signed_at AT TIME ZONE interval '7 hours' AS date)
      AND (m.until IS NULL OR m.until >= CAST(s.signed_at AT TIME ZONE interval '7 hours' AS date)))
ORDER BY 1, 3
"""
# A year that a catalogue, a demonstration or an older version opened has no opening act.
_OTHER_YEARS = f"""
WITH opened AS (
    SELECT CAST(x.payload ->> 'year' AS integer) AS year, x.sequence, x.payload ->> 'edition' AS edition
    FROM act x WHERE x.payload ->> 'kind' = 'open'
), closed AS (
    SELECT CAST(x.payload ->> 'year' AS integer) AS year, {DAY.format("x")} AS day
    FROM act x WHERE x.payload ->> 'kind' = 'close'
)
SELECT CAST(o.year AS text) AS key, o.sequence, 'it is not what the acts say' AS what
FROM opened o LEFT JOIN cycle c USING (year) LEFT JOIN closed e USING (year)
WHERE (c.edition, c.closed_on) IS DISTINCT FROM (o.edition, e.day)
ORDER BY 2, 1
"""
# A command ends with the act that its receipt names, and that act covers its row. For a command that existed when the
# database was taken over, or that an older version carried out since, the chain must hold the act.
_OTHER_RECEIPTS = f"""
SELECT concat_ws(' ', c.person_id, c.key) AS key, CAST(c.answer -> 'receipt' ->> 'sequence' AS bigint) AS sequence,
       'its receipt is not that of its act' AS what
FROM command c
LEFT JOIN act x ON x.sequence = CAST(c.answer -> 'receipt' ->> 'sequence' AS bigint)
LEFT JOIN row_change n ON n.relation = 'command' AND n.row_key = row_key(c) AND n.sequence <> 0
    AND n.sequence IS DISTINCT FROM {_TAKEN_OVER}
WHERE jsonb_exists(c.answer, 'receipt')
  AND (x.sequence IS NULL OR encode(x.hash, 'hex') IS DISTINCT FROM c.answer -> 'receipt' ->> 'hash'
       OR x.sequence <> n.sequence)
ORDER BY 2, 1
"""
_OTHER_SUBJECTS = f"""
SELECT x.sequence, {SUBJECT}, x.subject AS said
FROM act x JOIN appraisal a ON a.id = x.appraisal_id
WHERE x.subject IS DISTINCT FROM a.track || ':' || a.year || ':' || coalesce(a.body_code, CAST(a.person_id AS text))
  AND x.format = 2
ORDER BY 1
"""
# The facts in force at an act are the last that an act before it recorded.
_OTHER_FACTS = """
WITH recorded AS (
    SELECT x.sequence, x.appraisal_id, CAST(x.payload ->> 'version' AS integer) AS version, x.facts_digest
    FROM act x WHERE x.payload ->> 'kind' = 'facts' AND x.format = 2
)
SELECT CAST(r.appraisal_id AS text) AS key, r.sequence, 'the facts are not those that were recorded' AS what
FROM recorded r LEFT JOIN facts f USING (appraisal_id, version)
WHERE r.facts_digest IS DISTINCT FROM sha256(convert_to(CAST(f.document AS text), 'UTF8'))
UNION ALL
SELECT CAST(x.appraisal_id AS text), x.sequence, 'it rests on other facts than were recorded before'
FROM act x
CROSS JOIN LATERAL (
    SELECT r.facts_digest FROM recorded r
    WHERE r.appraisal_id = x.appraisal_id AND r.sequence < x.sequence ORDER BY r.sequence DESC LIMIT 1) before
WHERE x.act = 'rate' AND x.format = 2 AND x.facts_digest IS DISTINCT FROM before.facts_digest
ORDER BY 2, 1
"""
# A correction equals its act, and the digest of its list is that of the act.
_OTHER_CORRECTIONS = f"""
WITH listed AS (SELECT n.sequence, {DIGEST.strip()} AS digest FROM correction_change n GROUP BY n.sequence),
made AS (SELECT x.sequence, x.payload AS p FROM act x WHERE x.act = 'correct')
SELECT CAST(coalesce(c.sequence, m.sequence, l.sequence) AS text) AS key,
       coalesce(m.sequence, c.sequence, l.sequence) AS sequence,
       CASE WHEN m.sequence IS NULL THEN 'no act says it' WHEN c.sequence IS NULL THEN 'it is gone'
            ELSE 'it, or its list of changes, is not what its act says' END AS what
FROM correction c FULL JOIN made m USING (sequence)
FULL JOIN listed l ON l.sequence = coalesce(c.sequence, m.sequence)
WHERE (CAST(c.year AS text), c.edition, CAST(c.revision AS text), CAST(c.judged AS text),
       coalesce(l.digest, encode(sha256(''), 'hex')))
      IS DISTINCT FROM (m.p ->> 'year', m.p ->> 'edition', m.p ->> 'revision', m.p ->> 'judged', m.p ->> 'sha256')
ORDER BY 2, 1
"""
_RECORDS = {
    "correction": _OTHER_CORRECTIONS,
    "document": _OTHER_PAPERS,
    "file_completion": _OTHER_COMPLETIONS,
    "delegation": _OTHER_DELEGATIONS,
    "policy": _OTHER_POLICIES,
    "cycle": _OTHER_YEARS,
    "command": _OTHER_RECEIPTS,
    "facts": _OTHER_FACTS,
}
_NOT_OF_AN_OLDER = f"""
SELECT x.sequence FROM act x
WHERE x.format = 1 AND x.sequence > (SELECT min(z.sequence) FROM act z WHERE z.format = 2) AND {_TAKEN_OVER} IS NULL
ORDER BY 1
"""
_DOCUMENTS = "SELECT id FROM document ORDER BY id"
_BYTES = """
SELECT sha256(b.content) = d.sha256 AND length(b.content) = d.bytes_count
FROM document d LEFT JOIN document_bytes b ON b.document_id = d.id WHERE d.id = :id
"""


async def other_steps(connection: AsyncConnection) -> list[OtherStep]:
    """The appraisals whose stage, self-rating or proposal differs from that of the acts."""
    rows = (await connection.execute(text(_OTHER_STEPS))).mappings()
    return [OtherStep(subject_of(row), row["what"], row["stored"], row["replayed"]) for row in rows]


async def other_records(connection: AsyncConnection) -> list[OtherRecord]:
    """Corrections, papers, completed files, delegations, policies, years, receipts and facts that differ from their acts."""
    records = []
    for relation, statement in _RECORDS.items():
        rows = await connection.execute(text(statement))
        records += [OtherRecord(relation, str(row.key), row.what, row.sequence) for row in rows]
    return records


async def other_subjects(connection: AsyncConnection) -> list[tuple[int, VerifiedSubject, str]]:
    """The acts whose appraisal has another subject now: sequence, present subject, subject of the act."""
    rows = (await connection.execute(text(_OTHER_SUBJECTS))).mappings()
    return [(row["sequence"], subject_of(row), str(row["said"])) for row in rows]


async def not_of_an_older_version(connection: AsyncConnection) -> list[int]:
    """The acts of format 1 in a database that was never written by an older version of the service."""
    return list((await connection.execute(text(_NOT_OF_AN_OLDER))).scalars())


async def other_bytes(connection: AsyncConnection) -> list[UUID]:
    """The documents whose bytes are missing, or have another hash; each document is opened separately."""
    documents = []
    for key in (await connection.execute(text(_DOCUMENTS))).scalars().all():
        await database_role.open_document(connection, key)
        if not (await connection.execute(text(_BYTES), {"id": key})).scalar_one():
            documents.append(key)
    return documents


async def without_act(connection: AsyncConnection) -> Mapping[str, Any]:
    """The ids of appraisals and documents without an act, in a database that an older version wrote."""
    steps = (await connection.execute(text(_OTHER_STEPS))).mappings()
    papers = await connection.execute(text(_OTHER_PAPERS))
    return {
        "appraisals": sorted({str(row["id"]) for row in steps}),
        "documents": [str(row.key) for row in papers],
    }
