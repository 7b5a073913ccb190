CREATE TABLE document (
    id UUID NOT NULL,
    appraisal_id UUID NOT NULL,
    paper TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_on DATE NOT NULL,
    issuer TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes_count INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by UUID NOT NULL,
    received_post TEXT,
    CONSTRAINT pk_document PRIMARY KEY (id),
    CONSTRAINT ck_document_sha256_length CHECK (length(sha256) = 32),
    CONSTRAINT ck_document_bytes_count CHECK (bytes_count BETWEEN 1 AND 20971520),
    CONSTRAINT uq_document_appraisal_id_paper_sha256 UNIQUE (appraisal_id, paper, sha256),
    CONSTRAINT fk_document_appraisal_id FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    CONSTRAINT fk_document_received_by FOREIGN KEY(received_by) REFERENCES person (id),
    CONSTRAINT fk_document_received_post FOREIGN KEY(received_post) REFERENCES post (code)
);

CREATE INDEX ix_document_received_by ON document (received_by);
CREATE INDEX ix_document_received_post ON document (received_post);

-- Apart from their document, so that whoever lists documents reads no bytes; not compressed, as scans hardly shrink.
CREATE TABLE document_bytes (
    document_id UUID NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_document_bytes PRIMARY KEY (document_id),
    CONSTRAINT ck_document_bytes_length CHECK (length(content) BETWEEN 1 AND 20971520),
    CONSTRAINT fk_document_bytes_document_id FOREIGN KEY(document_id) REFERENCES document (id)
);

ALTER TABLE document_bytes ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE file_completion (
    appraisal_id UUID NOT NULL,
    completed_on DATE NOT NULL,
    completed_by UUID NOT NULL,
    post_code TEXT NOT NULL,
    CONSTRAINT pk_file_completion PRIMARY KEY (appraisal_id),
    CONSTRAINT fk_file_completion_appraisal_id FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    CONSTRAINT fk_file_completion_completed_by FOREIGN KEY(completed_by) REFERENCES person (id),
    CONSTRAINT fk_file_completion_post_code FOREIGN KEY(post_code) REFERENCES post (code)
);

CREATE INDEX ix_file_completion_completed_by ON file_completion (completed_by);
CREATE INDEX ix_file_completion_post_code ON file_completion (post_code);

CREATE TRIGGER document_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_bytes_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document_bytes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER file_completion_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON file_completion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
