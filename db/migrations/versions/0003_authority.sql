ALTER TABLE body ADD COLUMN succeeded_by TEXT;
ALTER TABLE body ADD CONSTRAINT fk_body_succeeded_by FOREIGN KEY (succeeded_by) REFERENCES body (code);
ALTER TABLE body ADD CONSTRAINT ck_body_successor CHECK (succeeded_by IS NULL OR dissolved_on IS NOT NULL AND succeeded_by <> code);
CREATE INDEX ix_body_succeeded_by ON body (succeeded_by);

CREATE TABLE member_class (
    body_code TEXT NOT NULL,
    class_code TEXT NOT NULL,
    CONSTRAINT pk_member_class PRIMARY KEY (body_code, class_code),
    CONSTRAINT fk_member_class_body_code FOREIGN KEY(body_code) REFERENCES body (code)
);

CREATE INDEX ix_member_class_class_code ON member_class (class_code);

CREATE TABLE delegation (
    id UUID NOT NULL,
    rater_id TEXT NOT NULL,
    post_code TEXT NOT NULL,
    acts TEXT[] NOT NULL,
    classes TEXT[] NOT NULL,
    bodies TEXT[] NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    document_number TEXT NOT NULL,
    document_date DATE NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_on DATE,
    withdrawn_by UUID,
    withdrawal_number TEXT,
    withdrawal_date DATE,
    CONSTRAINT pk_delegation PRIMARY KEY (id),
    CONSTRAINT ck_delegation_dates CHECK (until >= since),
    CONSTRAINT ck_delegation_acts CHECK (cardinality(acts) > 0),
    CONSTRAINT ck_delegation_classes CHECK (cardinality(classes) > 0),
    CONSTRAINT ck_delegation_withdrawal CHECK (num_nulls(withdrawn_on, withdrawn_by, withdrawal_number, withdrawal_date) IN (0, 4)),
    CONSTRAINT fk_delegation_rater_id FOREIGN KEY(rater_id) REFERENCES rater (id),
    CONSTRAINT fk_delegation_post_code FOREIGN KEY(post_code) REFERENCES post (code),
    CONSTRAINT fk_delegation_recorded_by FOREIGN KEY(recorded_by) REFERENCES person (id),
    CONSTRAINT fk_delegation_withdrawn_by FOREIGN KEY(withdrawn_by) REFERENCES person (id)
);

CREATE INDEX ix_delegation_post_code ON delegation (post_code);
CREATE INDEX ix_delegation_rater_id ON delegation (rater_id);
CREATE INDEX ix_delegation_recorded_by ON delegation (recorded_by);
CREATE INDEX ix_delegation_withdrawn_by ON delegation (withdrawn_by);

CREATE TABLE policy (
    revision TEXT NOT NULL,
    content TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_policy PRIMARY KEY (revision)
);

CREATE TABLE policy_activation (
    sequence INTEGER NOT NULL,
    revision TEXT NOT NULL,
    activated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_policy_activation PRIMARY KEY (sequence),
    CONSTRAINT ck_policy_activation_sequence CHECK (sequence > 0),
    CONSTRAINT fk_policy_activation_revision FOREIGN KEY(revision) REFERENCES policy (revision)
);

CREATE INDEX ix_policy_activation_revision ON policy_activation (revision);

CREATE TABLE policy_signature (
    revision TEXT NOT NULL,
    follows INTEGER NOT NULL,
    person_id UUID NOT NULL,
    post_code TEXT NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_policy_signature PRIMARY KEY (revision, follows, person_id),
    CONSTRAINT fk_policy_signature_revision FOREIGN KEY(revision) REFERENCES policy (revision),
    CONSTRAINT fk_policy_signature_follows FOREIGN KEY(follows) REFERENCES policy_activation (sequence),
    CONSTRAINT fk_policy_signature_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_policy_signature_post_code FOREIGN KEY(post_code) REFERENCES post (code)
);

CREATE INDEX ix_policy_signature_follows ON policy_signature (follows);
CREATE INDEX ix_policy_signature_person_id ON policy_signature (person_id);
CREATE INDEX ix_policy_signature_post_code ON policy_signature (post_code);

CREATE TRIGGER policy_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_activation_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_activation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_signature_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_signature
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Why somebody is in a class, and where: a body itself, a post held, a cell belonged to. A holding without a class
-- stands here too: it still lies somewhere.
CREATE VIEW body_standing AS
SELECT b.code AS body_code, c.class_code
FROM body b LEFT JOIN body_class c ON c.body_code = b.code;

CREATE VIEW official_standing AS
SELECT m.person_id, m.since, m.until, p.code AS post_code, p.body_code, c.class_code
FROM membership m
JOIN post p ON p.code = m.post_code
LEFT JOIN post_class c ON c.post_code = p.code;

CREATE VIEW member_standing AS
SELECT m.person_id, m.since, m.until, m.body_code, c.class_code
FROM membership m
LEFT JOIN member_class c ON c.body_code = m.body_code
WHERE m.post_code IS NULL;

CREATE VIEW appraisal_standing AS
SELECT a.id AS appraisal_id, a.year, s.body_code, s.class_code
FROM appraisal a JOIN body_standing s ON s.body_code = a.body_code
WHERE a.track = 'BODY'
UNION ALL
SELECT a.id, a.year, s.body_code, s.class_code
FROM appraisal a
JOIN official_standing s ON s.person_id = a.person_id
    AND s.since <= make_date(a.year, 12, 31) AND (s.until IS NULL OR s.until >= make_date(a.year, 1, 1))
WHERE a.track = 'OFFICIAL'
UNION ALL
SELECT a.id, a.year, s.body_code, s.class_code
FROM appraisal a
JOIN member_standing s ON s.person_id = a.person_id
    AND s.since <= make_date(a.year, 12, 31) AND (s.until IS NULL OR s.until >= make_date(a.year, 1, 1))
WHERE a.track = 'PARTY_MEMBER';

-- Whose own place a body lies in: below the rater's own body, or below one that this body carries on for.
CREATE VIEW rater_place AS
SELECT r.id AS rater_id, r.scope_body_code AS place FROM rater r
UNION ALL
SELECT r.id, gone.code FROM rater r JOIN body gone ON gone.succeeded_by = r.scope_body_code;

-- The committee directly above a body: the nearest whose place the body lies in without being it (QĐ124:Đ8.3, Đ13.3).
-- A collective stands where the organisation stands that it leads; a party cell stands in the party's own tree.
CREATE VIEW direct_superior AS
SELECT DISTINCT ON (b.code) b.code AS body_code, r.id AS rater_id
FROM body b
JOIN body_tree t ON t.depth > 0
    AND t.body_code = CASE b.kind WHEN 'PARTY_CELL' THEN b.code ELSE coalesce(b.leads_code, b.code) END
JOIN rater_place q ON q.place = t.ancestor_code
JOIN rater r ON r.id = q.rater_id
WHERE r.code IN ('grassroots_committee', 'district_standing_committee', 'bloc_standing_committee', 'provincial_standing_committee')
ORDER BY b.code, t.depth, r.id;

-- Appraisals as lists show them: by the day they are due, then by the subject's name.
CREATE VIEW listed_appraisal AS
SELECT a.*, coalesce(b.sort_key, i.sort_key) AS sort_key, coalesce(a.due, DATE '9999-12-31') AS due_order
FROM appraisal a
LEFT JOIN body b ON b.code = a.body_code
LEFT JOIN person i ON i.id = a.person_id;
