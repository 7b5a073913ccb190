-- Ends a command: numbers and hashes its acts, assigns the rows that it wrote to the last one, moves the tallies, and
-- stores the receipt. The locks of the chain and of the tallies (db/connection/lock.py) are taken here, and held until the
-- commit that follows; everything that can be computed before is a parameter. In a function each statement sees
-- what was committed before it, so the head of the chain is read after its lock.
-- `contents` are rows of `act` without what the chain adds; `salts` and `digests` are theirs, in the same order.
-- `moves` has one row for each subject whose level changed: year, home, track, before, after.
CREATE FUNCTION end_command(contents jsonb, salts bytea[], digests bytea[], moves jsonb, sender uuid, sent_key uuid,
                            OUT last_sequence bigint, OUT last_hash bytea) LANGUAGE plpgsql AS $$
DECLARE
    first_sequence bigint;
    previous bytea[] := '{}';
    hashes bytea[] := '{}';
    moved_year integer;
BEGIN
    PERFORM pg_advisory_xact_lock(12402);
    SELECT a.sequence, a.hash INTO last_sequence, last_hash FROM act a ORDER BY a.sequence DESC LIMIT 1;
    IF NOT FOUND THEN
        last_sequence := 0;
        last_hash := decode(repeat('00', 32), 'hex');
    END IF;
    first_sequence := last_sequence;
    FOR number IN 1 .. cardinality(digests) LOOP
        previous := previous || last_hash;
        last_sequence := last_sequence + 1;
        last_hash := sha256(int2send(2::smallint) || int8send(last_sequence) || last_hash || digests[number]);
        hashes := hashes || last_hash;
    END LOOP;
    INSERT INTO act (sequence, appraisal_id, act, at, actor_person_id, actor_post_code, on_behalf_rater_id, level, clause,
                     reason, payload, subject, facts_digest, rows_digest, format, salt, digest, previous_hash, hash)
    SELECT first_sequence + c.number, a.appraisal_id, a.act, a.at, a.actor_person_id, a.actor_post_code,
           a.on_behalf_rater_id, a.level, a.clause, a.reason, a.payload, a.subject, a.facts_digest, a.rows_digest,
           2, salts[c.number], digests[c.number], previous[c.number], hashes[c.number]
    FROM jsonb_array_elements(contents) WITH ORDINALITY AS c(content, number),
         LATERAL jsonb_populate_record(NULL::act, c.content) AS a
    ORDER BY c.number;
    UPDATE command c SET answer = jsonb_set(c.answer, '{receipt}',
        jsonb_build_object('sequence', last_sequence, 'hash', encode(last_hash, 'hex')))
    WHERE c.person_id = sender AND c.key = sent_key AND jsonb_exists(c.answer, 'receipt');
    UPDATE row_change SET sequence = last_sequence WHERE transaction = pg_current_xact_id() AND sequence = 0;
    FOR moved_year IN SELECT DISTINCT CAST(m ->> 'year' AS integer) FROM jsonb_array_elements(moves) AS m ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(12403, moved_year);
        PERFORM move_tallies(moved_year, moves);
    END LOOP;
END $$;

-- Applies changed levels to the tallies of the bodies where they changed, and of all above them; their lock is held.
-- No level before or after: not rated. NOWHERE: not counted there.
CREATE FUNCTION move_tallies(moved_year integer, moves jsonb) RETURNS void LANGUAGE sql AS $$
WITH change AS (
    SELECT m ->> 'home' AS home, m ->> 'track' AS track, m ->> 'before' AS before, m ->> 'after' AS after
    FROM jsonb_array_elements(moves) AS m WHERE CAST(m ->> 'year' AS integer) = moved_year
), step AS (
    SELECT home, track, coalesce(before, '') AS level, -1 AS by FROM change
    UNION ALL
    SELECT home, track, coalesce(after, ''), 1 FROM change
), delta AS (
    SELECT t.ancestor_code, s.track,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'EXCELLENT'), 0) AS excellent,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'GOOD'), 0) AS good,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'COMPLETED'), 0) AS completed,
           coalesce(sum(s.by) FILTER (WHERE s.level = 'NOT_COMPLETED'), 0) AS not_completed,
           coalesce(sum(s.by) FILTER (WHERE s.level = ''), 0) AS not_rated,
           coalesce(sum(s.by) FILTER (WHERE s.level <> 'NOWHERE'), 0) AS total
    FROM step s JOIN body_tree t ON t.body_code = s.home
    GROUP BY t.ancestor_code, s.track
)
UPDATE tally o
SET excellent = o.excellent + d.excellent, good = o.good + d.good,
    completed = o.completed + d.completed, not_completed = o.not_completed + d.not_completed,
    not_rated = o.not_rated + d.not_rated, total = o.total + d.total
FROM delta d
WHERE o.body_code = d.ancestor_code AND o.track = d.track AND o.year = moved_year
$$;
