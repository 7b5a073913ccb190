-- Holds the active policy until the transaction ends (Lock.POLICY, shared), and gives its revision. In a function each
-- statement sees what was committed before it, so the revision is read after the lock.
CREATE FUNCTION hold_policy() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(12404);
    RETURN (SELECT a.revision FROM policy_activation a ORDER BY a.sequence DESC LIMIT 1);
END $$;

-- Takes the locks of a command in their order (db/connection/lock.py): its key, the year, the quotas in which its subjects
-- count, its subjects and the appraisals that use their levels. Without a key, none is taken. A key that was taken before
-- gives its first input and answer, and nothing is locked.
CREATE FUNCTION lock_command(sender uuid, sent_key uuid, sent_hash bytea, sent_at timestamptz, subjects uuid[], users uuid[],
                             with_quotas boolean, OUT first_hash bytea, OUT first_answer text)
LANGUAGE plpgsql AS $$
BEGIN
    IF sent_key IS NOT NULL THEN
        INSERT INTO command (person_id, key, input_hash, answered_at) VALUES (sender, sent_key, sent_hash, sent_at)
        ON CONFLICT (person_id, key) DO NOTHING;
        IF NOT FOUND THEN
            SELECT c.input_hash, CAST(c.answer AS text) INTO first_hash, first_answer
            FROM command c WHERE c.person_id = sender AND c.key = sent_key;
            RETURN;
        END IF;
    END IF;
    PERFORM FROM cycle c WHERE c.year IN (SELECT a.year FROM appraisal a WHERE a.id = ANY(subjects)) ORDER BY c.year FOR SHARE;
    IF with_quotas THEN
        PERFORM FROM quota q
        WHERE (q.year, q.peer_group_code) IN (
            SELECT a.year, a.peer_group_code FROM appraisal a WHERE a.id = ANY(subjects))
        ORDER BY q.year, q.peer_group_code FOR UPDATE;
    END IF;
    PERFORM FROM appraisal a WHERE a.id = ANY(subjects || users) ORDER BY a.id FOR UPDATE;
END $$;

-- Counts the quotas of a year again, of every group or of these, from the decided levels; how many changed. The share is
-- that of the edition: more than it allows are marked where they may exceed it, else ck_quota_holds refuses them.
CREATE FUNCTION recount_quotas(counted_year integer, groups text[], base_levels text[], may_exceed boolean, part integer,
                               rest integer, whole integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN
    WITH counted AS (
        SELECT g.code,
               count(*) FILTER (WHERE a.level = 'EXCELLENT') AS excellent,
               count(*) FILTER (WHERE a.level = 'GOOD') AS good,
               count(*) FILTER (WHERE a.level = 'COMPLETED') AS completed,
               count(*) FILTER (WHERE a.level = 'NOT_COMPLETED') AS not_completed,
               count(a.id) FILTER (WHERE a.level IS NULL AND a.excluded IS NULL) AS not_rated,
               count(*) FILTER (WHERE a.level = ANY(base_levels)) AS base
        FROM peer_group g LEFT JOIN appraisal a ON a.peer_group_code = g.code AND a.year = counted_year
        WHERE groups IS NULL OR g.code = ANY(groups)
        GROUP BY g.code
    )
    INSERT INTO quota (peer_group_code, year, excellent, good, completed, not_completed, not_rated, base, over_quota,
                       share_part, share_rest, share_whole)
    SELECT c.code, counted_year, c.excellent, c.good, c.completed, c.not_completed, c.not_rated, c.base,
           may_exceed AND c.excellent * whole > c.base * part + rest, part, rest, whole
    FROM counted c ORDER BY c.code
    ON CONFLICT (peer_group_code, year) DO UPDATE
    SET (excellent, good, completed, not_completed, not_rated, base, over_quota, share_part, share_rest, share_whole) = ROW(
        excluded.excellent, excluded.good, excluded.completed, excluded.not_completed,
        excluded.not_rated, excluded.base, excluded.over_quota,
        excluded.share_part, excluded.share_rest, excluded.share_whole)
    WHERE (quota.*) IS DISTINCT FROM (excluded.*);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;

-- Writes the rows of a command, whose locks are held, and gives what its acts prove: the subject and the digest of the
-- facts of each of `proved`, and in a row without an id the digest of every row that the transaction wrote.
-- `appraisals` have the version before the change; columns that they do not name stay. Another version is refused, as is
-- a quota that does not hold. `quota` has the arguments of recount_quotas, or is null; `concluded` are decided (again).
CREATE FUNCTION write_command(appraisals jsonb, new_facts jsonb, new_computations jsonb, quota jsonb, concluded uuid[],
                              sender uuid, sent_key uuid, sent_answer jsonb, proved uuid[])
RETURNS TABLE (id uuid, subject text, facts_digest bytea, rows_digest bytea) LANGUAGE plpgsql AS $$
DECLARE
    written bigint;
BEGIN
    IF new_facts IS NOT NULL THEN
        INSERT INTO facts (appraisal_id, version, document, recorded_at, recorded_by)
        SELECT f.appraisal_id, f.version, f.document, f.recorded_at, f.recorded_by
        FROM jsonb_populate_recordset(NULL::facts, new_facts) AS f;
    END IF;
    IF new_computations IS NOT NULL THEN
        DELETE FROM computation c USING jsonb_populate_recordset(NULL::computation, new_computations) AS n
        WHERE c.appraisal_id = n.appraisal_id;
        INSERT INTO computation (appraisal_id, facts_version, edition, facts, level, waits_for, findings, computed_at, edition_revision)
        SELECT n.appraisal_id, n.facts_version, n.edition, n.facts, n.level, n.waits_for, n.findings, n.computed_at, n.edition_revision
        FROM jsonb_populate_recordset(NULL::computation, new_computations) AS n;
    END IF;
    IF appraisals IS NOT NULL THEN
        UPDATE appraisal a
        SET (post_code, home_body_code, subject_class, peer_group_code, stage, self_level, proposed_level, computed_level, level,
             decided_on, rater_id, clause, reason, document_number, document_date, due, changed_at, to_review, excluded, version) = (
            SELECT n.post_code, n.home_body_code, n.subject_class, n.peer_group_code, n.stage, n.self_level, n.proposed_level,
                   n.computed_level, n.level, n.decided_on, n.rater_id, n.clause, n.reason, n.document_number, n.document_date,
                   n.due, n.changed_at, n.to_review, n.excluded, a.version + 1
            FROM jsonb_populate_record(a, r.content) AS n)
        FROM jsonb_array_elements(appraisals) AS r(content)
        WHERE a.id = CAST(r.content ->> 'id' AS uuid) AND a.version = CAST(r.content ->> 'version' AS integer);
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written < jsonb_array_length(appraisals) THEN
            RAISE EXCEPTION 'an appraisal has another version' USING ERRCODE = 'XE409';
        END IF;
    END IF;
    IF quota IS NOT NULL THEN
        PERFORM recount_quotas(q.year, q.groups, q.base_levels, q.may_exceed, q.part, q.rest, q.whole)
        FROM jsonb_to_record(quota) AS q(year integer, groups text[], base_levels text[], may_exceed boolean, part integer,
                                         rest integer, whole integer);
    END IF;
    IF cardinality(concluded) > 0 THEN
        DELETE FROM review_mark m WHERE m.appraisal_id = ANY(concluded);
    END IF;
    IF sent_key IS NOT NULL THEN
        UPDATE command c SET answer = sent_answer WHERE c.person_id = sender AND c.key = sent_key;
    END IF;
    RETURN QUERY
    SELECT a.id, a.track || ':' || a.year || ':' || coalesce(a.body_code, CAST(a.person_id AS text)),
           (SELECT sha256(convert_to(CAST(f.document AS text), 'UTF8')) FROM facts f
            WHERE f.appraisal_id = a.id ORDER BY f.version DESC LIMIT 1),
           CAST(NULL AS bytea)
    FROM appraisal a WHERE a.id = ANY(proved)
    UNION ALL
    SELECT CAST(NULL AS uuid), CAST(NULL AS text), CAST(NULL AS bytea), o.digest FROM open_rows_digest() o(digest);
END $$;

-- The digest of the rows that this transaction wrote and no act covers yet (db/repositories/ledger.py).
CREATE FUNCTION open_rows_digest() RETURNS bytea LANGUAGE sql STABLE AS $$
SELECT sha256(string_agg(sha256(convert_to(CAST(jsonb_build_array(relation, row_key, encode(digest, 'hex')) AS text), 'UTF8')),
                         CAST('' AS bytea) ORDER BY relation COLLATE "C", row_key))
FROM row_change WHERE transaction = pg_current_xact_id() AND sequence = 0
$$;

-- Ends a command with the arguments of `end_command` that the setting xeploai.end holds as JSON, bytes as hexadecimal digits.
-- It has no parameter, so it can be sent together with the COMMIT: no client works while the locks are held.
CREATE FUNCTION end_prepared_command() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    prepared jsonb := CAST(current_setting('xeploai.end') AS jsonb);
BEGIN
    PERFORM end_command(
        prepared -> 'contents',
        ARRAY(SELECT decode(e.value, 'hex') FROM jsonb_array_elements_text(prepared -> 'salts')
              WITH ORDINALITY AS e(value, place) ORDER BY e.place),
        ARRAY(SELECT decode(e.value, 'hex') FROM jsonb_array_elements_text(prepared -> 'digests')
              WITH ORDINALITY AS e(value, place) ORDER BY e.place),
        prepared -> 'moves', CAST(prepared ->> 'sender' AS uuid), CAST(prepared ->> 'sent_key' AS uuid));
END $$;
