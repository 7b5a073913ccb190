-- What is possible at all: one function writes the rows of a command under the same locks, without asking for rights,
-- order or the computed level. Each function digests its act itself; the triggers are those of the registry.
CREATE OR REPLACE FUNCTION bench_hold(sender uuid, sent_key uuid, held_year integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(12404);
    INSERT INTO command (person_id, key, input_hash, answered_at, answer)
    VALUES (sender, sent_key, sha256('bench'), now(), '{"receipt": null}');
    PERFORM FROM cycle WHERE year = held_year FOR SHARE;
END $$;

CREATE OR REPLACE FUNCTION bench_end(subjects uuid[], done text, given_level text, sender uuid, sent_key uuid, content jsonb, moves jsonb)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    rows_proved bytea;
    contents jsonb;
    salts bytea[];
    digests bytea[];
    last bigint;
BEGIN
    SELECT sha256(string_agg(sha256(convert_to(CAST(jsonb_build_array(relation, row_key, encode(digest, 'hex')) AS text), 'UTF8')),
                             CAST('' AS bytea) ORDER BY relation COLLATE "C", row_key))
    INTO rows_proved FROM row_change WHERE transaction = pg_current_xact_id() AND sequence = 0;
    SELECT jsonb_agg(jsonb_build_object('appraisal_id', a.id, 'act', done, 'at', now(), 'actor_person_id', sender,
               'level', given_level, 'payload', content, 'subject', a.track || ':' || a.year || ':' || coalesce(a.body_code, CAST(a.person_id AS text)),
               'rows_digest', CASE WHEN a.id = subjects[cardinality(subjects)] THEN rows_proved END) ORDER BY array_position(subjects, a.id)),
           array_agg(CAST(left(sha256(uuid_send(a.id))::text, 34) AS bytea)), array_agg(sha256(convert_to(CAST(content AS text), 'UTF8')))
    INTO contents, salts, digests
    FROM appraisal a WHERE a.id = ANY(subjects);
    SELECT e.last_sequence INTO last FROM end_command(contents, salts, digests, moves, sender, sent_key) e;
    RETURN last;
END $$;

CREATE OR REPLACE FUNCTION bench_rate_oneself(subject uuid, sender uuid, sent_key uuid) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM bench_hold(sender, sent_key, 2023);
    PERFORM FROM appraisal WHERE id = subject FOR UPDATE;
    UPDATE appraisal SET stage = 'SELF_RATED', self_level = 'GOOD', version = version + 1, changed_at = now() WHERE id = subject;
    RETURN bench_end(ARRAY[subject], 'self_rate', 'GOOD', sender, sent_key, '{}', '[]');
END $$;

CREATE OR REPLACE FUNCTION bench_record_facts(subject uuid, sender uuid, sent_key uuid, content jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM bench_hold(sender, sent_key, 2023);
    PERFORM FROM appraisal WHERE id = subject FOR UPDATE;
    INSERT INTO facts (appraisal_id, version, document, recorded_at, recorded_by)
    SELECT subject, coalesce(max(version), 0) + 1, content, now(), sender FROM facts WHERE appraisal_id = subject;
    UPDATE appraisal SET version = version + 1, changed_at = now() WHERE id = subject;
    DELETE FROM computation WHERE appraisal_id = subject;
    INSERT INTO computation (appraisal_id, facts_version, edition, facts, level, waits_for, findings, computed_at, edition_revision)
    VALUES (subject, 1, 'ha-tinh-2023', content, 'GOOD', '[]', content -> 'findings', now(), 1);
    UPDATE appraisal SET computed_level = 'GOOD', version = version + 1, changed_at = now() WHERE id = subject;
    RETURN bench_end(ARRAY[subject], 'compile', NULL, sender, sent_key, '{"kind": "facts"}', '[]');
END $$;

CREATE OR REPLACE FUNCTION bench_decide(subjects uuid[], sender uuid, sent_key uuid, held_group text, rater text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    moves jsonb;
BEGIN
    PERFORM bench_hold(sender, sent_key, 2023);
    PERFORM FROM quota WHERE year = 2023 AND peer_group_code = held_group FOR UPDATE;
    PERFORM FROM appraisal WHERE id = ANY(subjects) ORDER BY id FOR UPDATE;
    UPDATE appraisal SET stage = 'DECIDED', level = 'GOOD', decided_on = '2023-12-11', rater_id = rater, clause = 'HD01:7',
        reason = 'bench', document_number = '1', document_date = '2023-12-11', version = version + 1, changed_at = now()
    WHERE id = ANY(subjects);
    UPDATE quota q SET good = c.good, not_rated = c.not_rated, base = c.base
    FROM (SELECT count(*) FILTER (WHERE level = 'GOOD') AS good, count(*) FILTER (WHERE level IS NULL) AS not_rated,
                 count(*) FILTER (WHERE level IN ('EXCELLENT', 'GOOD')) AS base
          FROM appraisal WHERE year = 2023 AND peer_group_code = held_group) c
    WHERE q.year = 2023 AND q.peer_group_code = held_group;
    DELETE FROM review_mark WHERE appraisal_id = ANY(subjects);
    SELECT jsonb_agg(jsonb_build_object('year', 2023, 'home', home_body_code, 'track', track, 'before', NULL, 'after', 'GOOD'))
    INTO moves FROM appraisal WHERE id = ANY(subjects);
    RETURN bench_end(subjects, 'rate', 'GOOD', sender, sent_key, '{"document": {"number": "1"}, "version": 2}', moves);
END $$;
