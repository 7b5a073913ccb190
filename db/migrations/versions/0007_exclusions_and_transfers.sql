ALTER TABLE appraisal ADD COLUMN excluded TEXT;
ALTER TABLE appraisal ADD CONSTRAINT ck_appraisal_excluded CHECK (excluded IN ('EXCUSED', 'SUSPENDED', 'NEWLY_ADMITTED', 'CENTRAL_LEADERSHIP'));
ALTER TABLE appraisal ADD CONSTRAINT ck_appraisal_excluded_without_level CHECK (excluded IS NULL OR level IS NULL);
CREATE INDEX ix_appraisal_excluded ON appraisal (year) WHERE excluded IS NOT NULL;

ALTER TABLE membership ADD COLUMN transferred BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE membership ADD CONSTRAINT ck_membership_transferred CHECK (NOT transferred OR until IS NOT NULL);

-- What was left by a transfer before the rating gives its classes up to the year before: in the year of the transfer
-- the subject is rated where the highest post is held then (QĐ124:Đ7.2.3).
CREATE OR REPLACE VIEW official_standing AS
SELECT m.person_id, m.since,
       CASE WHEN m.transferred THEN make_date(CAST(extract(year FROM m.until) AS integer) - 1, 12, 31) ELSE m.until END AS until,
       p.code AS post_code, p.body_code, c.class_code
FROM membership m
JOIN post p ON p.code = m.post_code
LEFT JOIN post_class c ON c.post_code = p.code;

CREATE OR REPLACE VIEW member_standing AS
SELECT m.person_id, m.since,
       CASE WHEN m.transferred THEN make_date(CAST(extract(year FROM m.until) AS integer) - 1, 12, 31) ELSE m.until END AS until,
       m.body_code, c.class_code
FROM membership m
LEFT JOIN member_class c ON c.body_code = m.body_code
WHERE m.post_code IS NULL;

DROP VIEW listed_appraisal;

CREATE VIEW listed_appraisal AS
SELECT a.*, coalesce(b.sort_key, i.sort_key) AS sort_key, coalesce(a.due, DATE '9999-12-31') AS due_order
FROM appraisal a
LEFT JOIN body b ON b.code = a.body_code
LEFT JOIN person i ON i.id = a.person_id;
