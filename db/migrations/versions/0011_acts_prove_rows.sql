-- Acts of format 2: the content is digested with a salt of its own, and the chain joins digests alone. An older version
-- of the service still writes format 1, whose hash covers the content itself.
ALTER TABLE act ADD COLUMN format SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE act ADD COLUMN subject TEXT;
ALTER TABLE act ADD COLUMN facts_digest BYTEA;
ALTER TABLE act ADD COLUMN rows_digest BYTEA;
ALTER TABLE act ADD COLUMN salt BYTEA;
ALTER TABLE act ADD COLUMN digest BYTEA;
ALTER TABLE act ADD COLUMN transaction XID8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE act ADD CONSTRAINT ck_act_format CHECK (format IN (1, 2));
ALTER TABLE act ADD CONSTRAINT ck_act_digest CHECK ((format = 2) = (num_nonnulls(salt, digest) = 2));
ALTER TABLE act ADD CONSTRAINT ck_act_hash CHECK (format = 1 OR hash = sha256(int2send(format) || int8send(sequence) || previous_hash || digest));
ALTER TABLE act DROP CONSTRAINT ck_act_act;
ALTER TABLE act ADD CONSTRAINT ck_act_act CHECK (act IN ('self_rate', 'appraise', 'rate', 'compile', 'require_rereview', 'annul', 'appeal', 'answer_appeal', 'read_level', 'read_file', 'delegate', 'register', 'set_policy'));

-- A mark names the act that caused it, and is written just before that act.
ALTER TABLE review_mark DROP CONSTRAINT fk_review_mark_sequence;
ALTER TABLE review_mark ADD CONSTRAINT fk_review_mark_sequence FOREIGN KEY (sequence) REFERENCES act (sequence) DEFERRABLE INITIALLY DEFERRED;

-- The ledger: each row of the registry that a transaction wrote, with its digest; without one, the row was deleted.
-- `sequence` is the act that took it up: rows_digest of that act covers it. 0: no act has, yet.
CREATE TABLE row_change (
    relation TEXT NOT NULL,
    row_key TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL DEFAULT 0,
    transaction XID8 NOT NULL,
    digest BYTEA,
    CONSTRAINT pk_row_change PRIMARY KEY (relation, row_key, sequence, transaction),
    CONSTRAINT ck_row_change_digest_length CHECK (length(digest) = 32)
);

CREATE INDEX ix_row_change_open ON row_change (transaction) WHERE sequence = 0;

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION '% is append-only: no % (QĐ124:Đ15)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation'; END $$;

CREATE TRIGGER row_change_stays BEFORE DELETE OR TRUNCATE ON row_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER row_change_stays_taken BEFORE UPDATE ON row_change
    FOR EACH ROW WHEN (OLD.sequence <> 0) EXECUTE FUNCTION refuse_ledger_change();

-- What a row says, as text that no setting of a session changes but the time zone (UTC here); a column added later is
-- added to the function of its table.
CREATE FUNCTION row_key(n appraisal) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.id AS text) $$;
CREATE FUNCTION row_digest(n appraisal) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.id, n.year, n.track, n.body_code, n.person_id, n.post_code, n.home_body_code, n.subject_class, n.peer_group_code, n.stage, n.version, n.self_level, n.proposed_level, n.computed_level, n.level, n.decided_on, n.rater_id, n.clause, n.reason, n.document_number, n.document_date, n.due, n.changed_at, n.to_review, n.excluded) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n facts) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.appraisal_id AS text) || ' ' || CAST(n.version AS text) $$;
CREATE FUNCTION row_digest(n facts) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.appraisal_id, n.version, n.document, n.recorded_at, n.recorded_by) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n command) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.person_id AS text) || ' ' || CAST(n.key AS text) $$;
CREATE FUNCTION row_digest(n command) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.person_id, n.key, encode(n.input_hash, 'hex'), n.answer - 'receipt', jsonb_exists(n.answer, 'receipt'), n.answered_at) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n review_mark) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.appraisal_id AS text) || ' ' || CAST(n.cause_id AS text) || ' ' || CAST(n.sequence AS text) $$;
CREATE FUNCTION row_digest(n review_mark) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.appraisal_id, n.cause_id, n.sequence) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n document) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.id AS text) $$;
CREATE FUNCTION row_digest(n document) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.id, n.appraisal_id, n.paper, n.number, n.issued_on, n.issuer, encode(n.sha256, 'hex'), n.bytes_count, n.media_type, n.received_at, n.received_by, n.received_post) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n file_completion) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.appraisal_id AS text) $$;
CREATE FUNCTION row_digest(n file_completion) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.appraisal_id, n.completed_on, n.completed_by, n.post_code) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n delegation) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.id AS text) $$;
CREATE FUNCTION row_digest(n delegation) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.id, n.rater_id, n.post_code, n.acts, n.classes, n.bodies, n.since, n.until, n.document_number, n.document_date, n.recorded_by, n.recorded_at, n.withdrawn_on, n.withdrawn_by, n.withdrawal_number, n.withdrawal_date) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n policy) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.revision $$;
CREATE FUNCTION row_digest(n policy) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.revision, n.content, n.recorded_at) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n policy_activation) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.sequence AS text) $$;
CREATE FUNCTION row_digest(n policy_activation) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.sequence, n.revision, n.activated_at) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n policy_signature) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.revision || ' ' || CAST(n.follows AS text) || ' ' || CAST(n.person_id AS text) $$;
CREATE FUNCTION row_digest(n policy_signature) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.revision, n.follows, n.person_id, n.post_code, n.signed_at) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n cycle) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.year AS text) $$;
CREATE FUNCTION row_digest(n cycle) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.year, n.edition, n.opened_on, n.closed_on) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n peer_group) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.code $$;
CREATE FUNCTION row_digest(n peer_group) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.code, n.name, n.track) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n person) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.id AS text) $$;
CREATE FUNCTION row_digest(n person) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.id, n.name, n.sort_key, n.search_key, n.is_invented, n.party_admitted_on, n.is_civil_servant) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n body) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.code $$;
CREATE FUNCTION row_digest(n body) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.code, n.parent_code, n.leads_code, n.tier, n.kind, n.subject_class, n.peer_group_code, n.name, n.sort_key, n.search_key, n.source, n.founded_on, n.dissolved_on, n.succeeded_by) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n body_class) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.body_code || ' ' || n.class_code $$;
CREATE FUNCTION row_digest(n body_class) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.body_code, n.class_code) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n body_tree) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.ancestor_code || ' ' || n.body_code $$;
CREATE FUNCTION row_digest(n body_tree) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.ancestor_code, n.body_code, n.depth) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n post) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.code $$;
CREATE FUNCTION row_digest(n post) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.code, n.body_code, n.rank, n.title, n.seats, n.source) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n body_post) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.body_code || ' ' || n.post_code $$;
CREATE FUNCTION row_digest(n body_post) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.body_code, n.post_code) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n membership) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CAST(n.id AS text) $$;
CREATE FUNCTION row_digest(n membership) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.id, n.person_id, n.body_code, n.post_code, n.since, n.until, n.transferred) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n post_class) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.post_code || ' ' || n.class_code $$;
CREATE FUNCTION row_digest(n post_class) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.post_code, n.class_code) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n member_class) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.body_code || ' ' || n.class_code $$;
CREATE FUNCTION row_digest(n member_class) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.body_code, n.class_code) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n post_role) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.post_code || ' ' || n.rater_code $$;
CREATE FUNCTION row_digest(n post_role) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.post_code, n.rater_code, n.seat) AS text), 'UTF8')) $$;

CREATE FUNCTION row_key(n rater) RETURNS text LANGUAGE sql STABLE AS $$ SELECT n.id $$;
CREATE FUNCTION row_digest(n rater) RETURNS bytea LANGUAGE sql STABLE AS $$ SELECT sha256(convert_to(CAST(jsonb_build_array(
    n.id, n.code, n.section, n.name, n.clause, n.scope_body_code, n.chair_post_code, n.compiled_by_body_code) AS text), 'UTF8')) $$;

-- One function for each relation: the rows of a transition table have no type of their own.
DO $do$ DECLARE name TEXT; BEGIN
    FOREACH name IN ARRAY ARRAY['appraisal', 'body', 'body_class', 'body_post', 'body_tree', 'command', 'cycle', 'delegation', 'document', 'facts', 'file_completion', 'member_class', 'membership', 'peer_group', 'person', 'policy', 'policy_activation', 'policy_signature', 'post', 'post_class', 'post_role', 'rater', 'review_mark'] LOOP
        EXECUTE format($make$
CREATE FUNCTION note_rows_of_%1$s() RETURNS trigger LANGUAGE plpgsql SET timezone TO 'UTC' AS $body$ BEGIN
    INSERT INTO row_change (relation, row_key, transaction, digest)
    SELECT '%1$s', row_key(CAST(ROW(n.*) AS %1$s)), pg_current_xact_id(),
           CASE WHEN TG_OP <> 'DELETE' THEN row_digest(CAST(ROW(n.*) AS %1$s)) END
    FROM changed n
    ON CONFLICT (relation, row_key, sequence, transaction) DO UPDATE SET digest = excluded.digest; RETURN NULL; END $body$
$make$, name); EXECUTE format('CREATE TRIGGER %1$s_notes_insert AFTER INSERT ON %1$s REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_rows_of_%1$s()', name); EXECUTE format('CREATE TRIGGER %1$s_notes_update AFTER UPDATE ON %1$s REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_rows_of_%1$s()', name); EXECUTE format('CREATE TRIGGER %1$s_notes_delete AFTER DELETE ON %1$s REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_rows_of_%1$s()', name); END LOOP; END $do$;
