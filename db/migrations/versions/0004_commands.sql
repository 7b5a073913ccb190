CREATE TABLE command (
    person_id UUID NOT NULL,
    key UUID NOT NULL,
    input_hash BYTEA NOT NULL,
    answer JSONB,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_command PRIMARY KEY (person_id, key),
    CONSTRAINT ck_command_hash_length CHECK (length(input_hash) = 32),
    CONSTRAINT fk_command_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE review_mark (
    appraisal_id UUID NOT NULL,
    cause_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    CONSTRAINT pk_review_mark PRIMARY KEY (appraisal_id, cause_id, sequence),
    CONSTRAINT fk_review_mark_appraisal_id FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    CONSTRAINT fk_review_mark_cause_id FOREIGN KEY(cause_id) REFERENCES appraisal (id),
    CONSTRAINT fk_review_mark_sequence FOREIGN KEY(sequence) REFERENCES act (sequence)
);

CREATE INDEX ix_review_mark_cause_id ON review_mark (cause_id);
CREATE INDEX ix_review_mark_sequence ON review_mark (sequence);
