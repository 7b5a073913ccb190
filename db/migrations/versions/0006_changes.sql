INSERT INTO deployment VALUES ('cursor_secret', encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'));

-- Which transaction wrote the row last; those that were there belong to this one.
ALTER TABLE appraisal ADD COLUMN changed_in XID8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE appraisal ALTER COLUMN changed_in DROP DEFAULT;

-- The database notes it by itself; no statement, COPY included, can say otherwise.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.changed_in := pg_current_xact_id(); RETURN NEW; END $$;

CREATE TRIGGER appraisal_notes_change BEFORE INSERT OR UPDATE ON appraisal
    FOR EACH ROW EXECUTE FUNCTION note_change();

-- Whoever listens is told once for each transaction, when it commits.
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('evaluation', ''); RETURN NULL; END $$;

CREATE TRIGGER appraisal_tells_change AFTER INSERT OR UPDATE ON appraisal
    FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

CREATE INDEX ix_appraisal_changed_in ON appraisal (changed_in);
CREATE INDEX ix_appraisal_year_id ON appraisal (year, id);

-- Whose numbers these are: a dump that is restored elsewhere carries numbers of transactions that mean nothing there.
INSERT INTO deployment SELECT 'transactions_of', system_identifier::text FROM pg_control_system();

-- Lists show what was added.
DROP VIEW listed_appraisal;
CREATE VIEW listed_appraisal AS
SELECT a.*, coalesce(b.sort_key, i.sort_key) AS sort_key, coalesce(a.due, DATE '9999-12-31') AS due_order
FROM appraisal a
LEFT JOIN body b ON b.code = a.body_code
LEFT JOIN person i ON i.id = a.person_id;

-- Names by their words, each by how it begins; without marks, as search_key has them.
CREATE INDEX ix_body_words ON body USING gin (array_to_tsvector(string_to_array(search_key, ' ')));
CREATE INDEX ix_person_words ON person USING gin (array_to_tsvector(string_to_array(search_key, ' ')));

-- Nothing looks for these any more.
DROP INDEX ix_body_search_key;
DROP INDEX ix_person_search_key;
DROP INDEX ix_appraisal_changed_at_id;
