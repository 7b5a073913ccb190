-- An older version of the service knows the first revision alone, which is the default: it judges by that.
ALTER TABLE computation ADD COLUMN edition_revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE computation ADD CONSTRAINT ck_computation_edition_revision CHECK (edition_revision > 0);

ALTER TABLE act DROP CONSTRAINT ck_act_act;
ALTER TABLE act ADD CONSTRAINT ck_act_act CHECK (act IN ('self_rate', 'appraise', 'rate', 'compile', 'require_rereview', 'annul', 'appeal', 'answer_appeal', 'read_level', 'read_file', 'delegate', 'register', 'set_policy', 'correct'));

-- What a corrected law changed in a year: written just before the act that it names, whose payload holds its digest.
CREATE TABLE correction (
    sequence BIGINT NOT NULL,
    year INTEGER NOT NULL,
    edition TEXT NOT NULL,
    revision INTEGER NOT NULL,
    judged INTEGER NOT NULL,
    CONSTRAINT pk_correction PRIMARY KEY (sequence),
    CONSTRAINT ck_correction_revision CHECK (revision > 1),
    CONSTRAINT ck_correction_judged CHECK (judged >= 0),
    CONSTRAINT fk_correction_sequence FOREIGN KEY(sequence) REFERENCES act (sequence) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_correction_year FOREIGN KEY(year) REFERENCES cycle (year)
);
CREATE INDEX ix_correction_year ON correction (year);

CREATE TABLE correction_change (
    sequence BIGINT NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    appraisal_id UUID,
    peer_group_code TEXT,
    clauses TEXT[] NOT NULL,
    before TEXT,
    after TEXT,
    marks BOOLEAN NOT NULL,
    CONSTRAINT pk_correction_change PRIMARY KEY (sequence, place),
    CONSTRAINT ck_correction_change_kind CHECK (kind IN ('LEVEL', 'WAIT', 'GROUP', 'QUOTA')),
    CONSTRAINT ck_correction_change_one_subject CHECK ((kind = 'QUOTA') = (peer_group_code IS NOT NULL) AND num_nonnulls(appraisal_id, peer_group_code) = 1),
    CONSTRAINT fk_correction_change_sequence FOREIGN KEY(sequence) REFERENCES correction (sequence),
    CONSTRAINT fk_correction_change_appraisal_id FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    CONSTRAINT fk_correction_change_peer_group_code FOREIGN KEY(peer_group_code) REFERENCES peer_group (code)
);
CREATE INDEX ix_correction_change_appraisal_id ON correction_change (appraisal_id);
CREATE INDEX ix_correction_change_peer_group_code ON correction_change (peer_group_code);

CREATE TRIGGER correction_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON correction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER correction_change_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON correction_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
