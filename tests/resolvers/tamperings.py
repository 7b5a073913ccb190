"""Tamperings by the owner of the database, with triggers off; `verify` finds each.

Each is a name, the kind of finding that must be among those found, and statements on the demonstration.
"""

from dataclasses import dataclass

from resolvers.verification import DiscrepancyKind as Kind

RATED = "(SELECT min(sequence) FROM act WHERE act = 'rate' AND level = 'COMPLETED')"
OF_RATED = f"(SELECT appraisal_id FROM act WHERE sequence = {RATED})"
WITH_FACTS = "(SELECT appraisal_id FROM facts ORDER BY appraisal_id LIMIT 1)"
UNDECIDED = "(SELECT id FROM appraisal WHERE level IS NULL AND year = 2023 ORDER BY id LIMIT 1)"
LAST_RATED = "(SELECT max(sequence) FROM act WHERE act = 'rate')"
OTHER_PERSON = "(SELECT id FROM person ORDER BY id DESC LIMIT 1)"
MEMBER = """INSERT INTO membership (id, person_id, body_code, post_code, since)
SELECT gen_random_uuid(), {person}, body_code, code, DATE '{since}' FROM post WHERE code = 'ht.ubnd.ct'"""


@dataclass(frozen=True, slots=True)
class Tampering:
    name: str
    kind: Kind
    statements: tuple[str, ...]


def of(name: str, kind: Kind, *statements: str) -> Tampering:
    return Tampering(name, kind, statements)


def member(level: str) -> str:
    return f"""(SELECT a.person_id FROM appraisal a WHERE a.track = 'PARTY_MEMBER' AND a.year = 2023
    AND a.level = '{level}' ORDER BY a.id LIMIT 1)"""


SPARE = "'00000000-0000-4000-8000-00000000cafe'"
SPARE_PERSON = f"""INSERT INTO person SELECT (jsonb_populate_record(p, jsonb_build_object('id', {SPARE}))).*
FROM person p LIMIT 1"""


def exchanged() -> list[str]:
    """Over a spare person, as no statement may meet the same subject twice."""
    first, second = (
        f"""(SELECT x.appraisal_id FROM act x JOIN appraisal a ON a.id = x.appraisal_id
        WHERE x.act = 'rate' AND x.level = '{level}' AND a.track = 'PARTY_MEMBER' AND a.year = 2023
        ORDER BY x.sequence LIMIT 1)"""
        for level in ("GOOD", "COMPLETED")
    )
    person = (
        "(SELECT split_part(x.subject, ':', 3)::uuid FROM act x WHERE x.appraisal_id = {} LIMIT 1)"
    )
    return [
        f"UPDATE appraisal SET person_id = {SPARE} WHERE id = {first}",
        f"UPDATE appraisal SET person_id = {person.format(first)} WHERE id = {second}",
        f"UPDATE appraisal SET person_id = {person.format(second)} WHERE id = {first}",
    ]


CHAIN = [
    of(
        "an act's level",
        Kind.CHAIN,
        f"UPDATE act SET level = 'EXCELLENT' WHERE sequence = {RATED}",
    ),
    of("an act's reason", Kind.CHAIN, "UPDATE act SET reason = 'Khác' WHERE sequence = 4000"),
    of(
        "an act's payload",
        Kind.CHAIN,
        """UPDATE act SET payload = '{"x": 1}' WHERE sequence = 4000""",
    ),
    of("an act's subject", Kind.CHAIN, "UPDATE act SET subject = 'x' WHERE sequence = 4000"),
    of(
        "two acts swapped",
        Kind.CHAIN,
        "ALTER TABLE act DROP CONSTRAINT ck_act_hash, DROP CONSTRAINT ck_act_sequence",
        "UPDATE act SET sequence = -1 WHERE sequence = 4000",
        "UPDATE act SET sequence = 4000 WHERE sequence = 4001",
        "UPDATE act SET sequence = 4001 WHERE sequence = -1",
    ),
    of("the last rating deleted", Kind.DECISION, f"DELETE FROM act WHERE sequence >= {LAST_RATED}"),
    of("an act deleted", Kind.CHAIN, f"DELETE FROM act WHERE sequence = {RATED}"),
]
APPRAISALS = [
    of("a level", Kind.DECISION, f"UPDATE appraisal SET level = 'EXCELLENT' WHERE id = {OF_RATED}"),
    of(
        "a level taken away",
        Kind.DECISION,
        f"UPDATE appraisal SET level = NULL, stage = 'PROPOSED' WHERE id = {OF_RATED}",
    ),
    of(
        "two people exchanged",
        Kind.SUBJECT,
        *exchanged(),
    ),
    of(
        "an appraisal left out",
        Kind.PLACE,
        f"UPDATE appraisal SET excluded = 'EXCUSED' WHERE id = {UNDECIDED}",
    ),
    of(
        "a peer group",
        Kind.ROW,
        f"UPDATE appraisal SET peer_group_code = 'caucuses' WHERE id = {OF_RATED}",
    ),
    of(
        "a self-rating",
        Kind.STEP,
        f"UPDATE appraisal SET self_level = 'NOT_COMPLETED' WHERE id = {UNDECIDED}",
    ),
    of(
        "a proposal",
        Kind.STEP,
        f"UPDATE appraisal SET proposed_level = 'NOT_COMPLETED' WHERE id = {UNDECIDED}",
    ),
    of(
        "a stage forward",
        Kind.STEP,
        "UPDATE appraisal SET stage = 'PROPOSED' WHERE id = "
        "(SELECT id FROM appraisal WHERE stage = 'NOT_STARTED' AND year = 2023 ORDER BY id LIMIT 1)",
    ),
    of(
        "a stage back",
        Kind.STEP,
        "UPDATE appraisal SET stage = 'NOT_STARTED' WHERE id = "
        "(SELECT id FROM appraisal WHERE stage = 'PROPOSED' AND year = 2023 ORDER BY id LIMIT 1)",
    ),
    of("a reason", Kind.ROW, f"UPDATE appraisal SET reason = 'Khác' WHERE id = {OF_RATED}"),
    of(
        "a decision's paper",
        Kind.ROW,
        f"UPDATE appraisal SET document_number = '9-KL' WHERE id = {OF_RATED}",
    ),
    of(
        "a decision's day of paper",
        Kind.ROW,
        f"UPDATE appraisal SET document_date = DATE '2023-01-01' WHERE id = {OF_RATED}",
    ),
    of(
        "a due day", Kind.ROW, f"UPDATE appraisal SET due = DATE '2030-01-01' WHERE id = {OF_RATED}"
    ),
    of("a version", Kind.ROW, f"UPDATE appraisal SET version = version + 1 WHERE id = {OF_RATED}"),
    of("a mark", Kind.ROW, f"UPDATE appraisal SET to_review = NOT to_review WHERE id = {OF_RATED}"),
    of(
        "an invented mark",
        Kind.ROW,
        f"INSERT INTO review_mark VALUES ({OF_RATED}, {UNDECIDED}, 4000)",
    ),
    of(
        "a moment of change",
        Kind.ROW,
        f"UPDATE appraisal SET changed_at = now() WHERE id = {OF_RATED}",
    ),
    of("an appraisal deleted", Kind.ROW, f"DELETE FROM appraisal WHERE id = {UNDECIDED}"),
]
FACTS = [
    of(
        "facts",
        Kind.RECORD,
        f"""UPDATE facts SET document = document || '{{"weak_criteria": 0}}' WHERE appraisal_id = {WITH_FACTS}""",
    ),
    of(
        "facts with their computation",
        Kind.RECORD,
        f"""UPDATE facts SET document = document || '{{"note": 1}}' WHERE appraisal_id = {WITH_FACTS}""",
        f"""UPDATE computation SET facts = facts || '{{"note": 1}}' WHERE appraisal_id = {WITH_FACTS}""",
    ),
    of("who recorded facts", Kind.ROW, f"UPDATE facts SET recorded_by = {OTHER_PERSON}"),
]
PAPERS = [
    of("bytes replaced", Kind.BYTES, "UPDATE document_bytes SET content = 'other'"),
    of("bytes deleted", Kind.BYTES, "DELETE FROM document_bytes"),
    of("a document deleted", Kind.RECORD, "DELETE FROM document_bytes", "DELETE FROM document"),
    of(
        "a document moved",
        Kind.RECORD,
        f"UPDATE document SET appraisal_id = {UNDECIDED} WHERE id = (SELECT min(CAST(id AS text))::uuid FROM document)",
    ),
    of("a document's number", Kind.RECORD, "UPDATE document SET number = '9-X'"),
    of("a document's receiver", Kind.ROW, f"UPDATE document SET received_by = {OTHER_PERSON}"),
    of(
        "an invented completion",
        Kind.RECORD,
        f"""INSERT INTO file_completion SELECT {UNDECIDED}, DATE '2023-12-20', {OTHER_PERSON}, 'ht.ubnd.ct'""",
    ),
]
CORRECTIONS = [
    of(
        "an invented correction",
        Kind.RECORD,
        "INSERT INTO correction VALUES (1, 2023, 'ha-tinh-2023', 2, 0)",
    ),
    of(
        "a line of no correction",
        Kind.RECORD,
        f"""INSERT INTO correction_change (sequence, place, kind, appraisal_id, clauses, marks)
            VALUES (1, 1, 'LEVEL', {UNDECIDED}, '{{}}', false)""",
    ),
    of(
        "an act's correction",
        Kind.CHAIN,
        "UPDATE act SET act = 'correct' WHERE sequence = 100",
    ),
]
"""The list of a correction; tests/deploy/test_correction.py makes one."""
POWERS = [
    of("a delegation widened", Kind.RECORD, "UPDATE delegation SET until = DATE '2030-12-31'"),
    of(
        "an invented delegation",
        Kind.RECORD,
        """INSERT INTO delegation SELECT gen_random_uuid(), rater_id, post_code, acts, classes, bodies, since, until,
           document_number, document_date, recorded_by, recorded_at FROM delegation LIMIT 1""",
    ),
    of("delegations deleted", Kind.RECORD, "DELETE FROM delegation"),
    of(
        "a delegation withdrawn",
        Kind.RECORD,
        f"""UPDATE delegation SET withdrawn_on = since, withdrawn_by = {OTHER_PERSON},
            withdrawal_number = '1', withdrawal_date = since""",
    ),
    of("a policy's content", Kind.RECORD, "UPDATE policy SET content = content || ' '"),
    of(
        "an activation without signatures",
        Kind.RECORD,
        """INSERT INTO policy_activation SELECT max(sequence) + 1, max(revision), now() FROM policy_activation""",
    ),
    of(
        "a forged signature",
        Kind.ROW,
        f"""INSERT INTO policy_signature SELECT revision, sequence, {OTHER_PERSON}, 'ht.ubnd.ct', now()
            FROM policy_activation ORDER BY sequence DESC LIMIT 1""",
    ),
]
ANSWERED = "(c.person_id, c.key) = (SELECT person_id, key FROM command WHERE answer ? 'receipt' ORDER BY key LIMIT 1)"
ANSWERS = [
    of(
        "a receipt of another act",
        Kind.RECORD,
        f"""UPDATE command c SET answer = jsonb_set(answer, '{{receipt}}', (SELECT jsonb_build_object(
            'sequence', x.sequence, 'hash', encode(x.hash, 'hex')) FROM act x WHERE x.sequence = 100))
            WHERE {ANSWERED}""",
    ),
    of(
        "a receipt emptied",
        Kind.RECORD,
        f"UPDATE command c SET answer = jsonb_set(answer, '{{receipt}}', 'null') WHERE {ANSWERED}",
    ),
    of(
        "a receipt taken away",
        Kind.ROW,
        f"UPDATE command c SET answer = answer - 'receipt' WHERE {ANSWERED}",
    ),
]
REGISTRY = [
    of(
        "names exchanged",
        Kind.ROW,
        f"""UPDATE person p SET name = (SELECT q.name FROM person q WHERE q.id =
            CASE p.id WHEN {member("GOOD")} THEN {member("COMPLETED")} ELSE {member("GOOD")} END)
            WHERE p.id IN ({member("GOOD")}, {member("COMPLETED")})""",
    ),
    of("a person renamed", Kind.ROW, f"UPDATE person SET name = 'X' WHERE id = {OTHER_PERSON}"),
    of(
        "a new chair from tomorrow",
        Kind.ROW,
        MEMBER.format(person=OTHER_PERSON, since="2023-12-12"),
    ),
    of(
        "the days of one who acted",
        Kind.POST,
        f"""UPDATE membership m SET since = DATE '2024-01-01', until = NULL FROM act r WHERE r.sequence = {RATED}
            AND (m.person_id, m.post_code) = (r.actor_person_id, r.actor_post_code)""",
    ),
    of(
        "the days of one who never acted",
        Kind.ROW,
        """UPDATE membership SET since = since - 1 WHERE person_id NOT IN
           (SELECT actor_person_id FROM act WHERE actor_person_id IS NOT NULL)""",
    ),
    of("a seat on a rater", Kind.ROW, "UPDATE post_role SET seat = 'chair' WHERE seat = 'member'"),
    of("a class of a post", Kind.ROW, "DELETE FROM post_class WHERE post_code = 'ht.ubnd.ct'"),
    of("a chair", Kind.ROW, "UPDATE rater SET chair_post_code = 'ht.ubnd.ct'"),
    of("a body's parent", Kind.ROW, "UPDATE body SET parent_code = 'ht' WHERE parent_code <> 'ht'"),
    of("the tree of bodies", Kind.ROW, "DELETE FROM body_tree WHERE depth = 2"),
    of("a year reopened", Kind.ROW, "UPDATE cycle SET closed_on = NULL WHERE year = 2022"),
    of("a year's edition", Kind.ROW, "UPDATE cycle SET edition = 'x' WHERE year = 2022"),
]
OF_NO_YEAR = """INSERT INTO {table} SELECT (jsonb_populate_record(n, '{{"year": 2030}}')).* FROM {table} n
WHERE n.not_rated > 0 LIMIT 1"""
COUNTS = [
    of("a quota", Kind.QUOTA, "UPDATE quota SET not_rated = not_rated + 1 WHERE year = 2022"),
    of("a mark over the quota", Kind.OVER_QUOTA, "UPDATE quota SET over_quota = true"),
    of("a quota of a year that is none", Kind.QUOTA, OF_NO_YEAR.format(table="quota")),
    of("a tally of a year that is none", Kind.TALLY, OF_NO_YEAR.format(table="tally")),
    of(
        "the edition of a computation",
        Kind.COMPUTATION,
        f"UPDATE computation SET edition = 'x' WHERE appraisal_id = {WITH_FACTS}",
    ),
    of("the share of a quota", Kind.QUOTA, "UPDATE quota SET share_part = 2 WHERE year = 2022"),
    of(
        "a tally",
        Kind.TALLY,
        "UPDATE tally SET good = good - 1, completed = completed + 1 WHERE good > 0",
    ),
]
GUARDS = [
    of("a trigger dropped", Kind.GUARD, "DROP TRIGGER act_is_append_only ON act"),
    of("a trigger switched off", Kind.GUARD, "ALTER TABLE appraisal DISABLE TRIGGER USER"),
    of(
        "a function made empty",
        Kind.GUARD,
        """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
           AS $$ BEGIN RETURN NULL; END $$""",
    ),
    of("a rule added", Kind.GUARD, "CREATE RULE kept AS ON DELETE TO act DO INSTEAD NOTHING"),
    of("a check dropped", Kind.GUARD, "ALTER TABLE quota DROP CONSTRAINT ck_quota_holds"),
]
OF_MEMBER = """(SELECT x.appraisal_id FROM act x JOIN appraisal a ON a.id = x.appraisal_id
    WHERE a.year = 2023 AND a.track = 'PARTY_MEMBER' AND x.act = 'rate' ORDER BY x.sequence LIMIT 1)"""
ORDER = [
    of(
        "a proposal deleted under its decision",
        Kind.ORDER,
        f"DELETE FROM act WHERE act = 'appraise' AND appraisal_id = {OF_MEMBER}",
    ),
    of(
        "a review deleted under its self-rating",
        Kind.ORDER,
        f"DELETE FROM act WHERE payload ->> 'kind' = 'review' AND appraisal_id = {OF_MEMBER}",
    ),
    of(
        "a decision dated back",
        Kind.ORDER,
        "UPDATE act SET at = at - interval '20 days' WHERE act = 'rate' AND payload ->> 'kind' IS NULL "
        f"AND sequence = {LAST_RATED}",
    ),
    of(
        "what a superior let through deleted",
        Kind.ORDER,
        "DELETE FROM act WHERE payload ->> 'kind' = 'exception' AND payload ->> 'step' = 'RATE'",
    ),
]
TAMPERINGS = [
    *CHAIN,
    *APPRAISALS,
    *FACTS,
    *PAPERS,
    *CORRECTIONS,
    *POWERS,
    *ANSWERS,
    *REGISTRY,
    *COUNTS,
    *ORDER,
    *GUARDS,
]
ONE_OF_EACH = [
    next(tampering for tampering in TAMPERINGS if tampering.kind is kind)
    for kind in sorted({tampering.kind for tampering in TAMPERINGS})
]
"""One for each kind of finding."""
