INSERT INTO deployment VALUES ('cursor_secret', encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'));

-- Which transaction wrote the row last; those that were there belong to this one.
ALTER TABLE appraisal ADD COLUMN changed_in XID8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE appraisal ALTER COLUMN changed_in DROP DEFAULT;

-- The database notes it by itself; no statement, COPY included, can say otherwise.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.changed_in := pg_current_xact_id(); RETURN NEW; END $$;

CREATE TRIGGER appraisal_notes_change BEFORE INSERT OR UPDATE ON appraisal
    FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE INDEX ix_appraisal_changed_in ON appraisal (changed_in);
CREATE INDEX ix_appraisal_year_id ON appraisal (year, id);
