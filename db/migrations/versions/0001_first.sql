CREATE TABLE cycle (
    year INTEGER NOT NULL,
    edition TEXT NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE,
    CONSTRAINT pk_cycle PRIMARY KEY (year),
    CONSTRAINT ck_cycle_dates CHECK (closed_on >= opened_on)
);


CREATE TABLE deployment (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_deployment PRIMARY KEY (key)
);


CREATE TABLE peer_group (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    track TEXT NOT NULL,
    CONSTRAINT pk_peer_group PRIMARY KEY (code),
    CONSTRAINT ck_peer_group_track CHECK (track IN ('BODY', 'OFFICIAL', 'PARTY_MEMBER'))
);


CREATE TABLE person (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    is_invented BOOLEAN NOT NULL,
    party_admitted_on DATE,
    is_civil_servant BOOLEAN NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id)
);

CREATE INDEX ix_person_search_key ON person (search_key);
CREATE INDEX ix_person_sort_key_id ON person (sort_key, id);

CREATE TABLE body (
    code TEXT NOT NULL,
    parent_code TEXT,
    leads_code TEXT,
    tier TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_class TEXT NOT NULL,
    peer_group_code TEXT,
    name TEXT NOT NULL,
    sort_key TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    source TEXT NOT NULL,
    founded_on DATE,
    dissolved_on DATE,
    CONSTRAINT pk_body PRIMARY KEY (code),
    CONSTRAINT ck_body_tier CHECK (tier IN ('PROVINCE', 'DISTRICT', 'GRASSROOTS')),
    CONSTRAINT ck_body_kind CHECK (kind IN ('PARTY_ORGANISATION', 'PARTY_COMMITTEE', 'STANDING_COMMITTEE', 'PARTY_AGENCY', 'PARTY_UNIT', 'PARTY_CAUCUS', 'PARTY_AFFAIRS_COMMITTEE', 'PARTY_CELL', 'CELL_COMMITTEE', 'LEADERSHIP_COLLECTIVE', 'FRONT_OR_MASS_ORGANISATION', 'PEOPLES_COUNCIL', 'COUNCIL_COMMITTEE', 'PEOPLES_COMMITTEE', 'NATIONAL_ASSEMBLY_DELEGATION', 'JUDICIAL_BODY', 'AGENCY', 'PUBLIC_UNIT', 'ASSOCIATION', 'ENTERPRISE')),
    CONSTRAINT ck_body_subject_class CHECK (subject_class IN ('ORG', 'COLLECTIVE', 'PERSON', 'LEADER')),
    CONSTRAINT ck_body_parent_is_another CHECK (code <> parent_code),
    CONSTRAINT ck_body_dates CHECK (dissolved_on >= founded_on),
    CONSTRAINT fk_body_parent_code FOREIGN KEY(parent_code) REFERENCES body (code),
    CONSTRAINT fk_body_leads_code FOREIGN KEY(leads_code) REFERENCES body (code),
    CONSTRAINT fk_body_peer_group_code FOREIGN KEY(peer_group_code) REFERENCES peer_group (code)
);

CREATE INDEX ix_body_leads_code ON body (leads_code);
CREATE INDEX ix_body_parent_code_sort_key_code ON body (parent_code, sort_key, code);
CREATE INDEX ix_body_peer_group_code ON body (peer_group_code);
CREATE INDEX ix_body_search_key ON body (search_key);

CREATE TABLE quota (
    peer_group_code TEXT NOT NULL,
    year INTEGER NOT NULL,
    excellent INTEGER NOT NULL,
    good INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    not_completed INTEGER NOT NULL,
    not_rated INTEGER NOT NULL,
    base INTEGER NOT NULL,
    over_quota BOOLEAN NOT NULL,
    CONSTRAINT pk_quota PRIMARY KEY (peer_group_code, year),
    CONSTRAINT ck_quota_holds CHECK (over_quota OR 5 * excellent <= base),
    CONSTRAINT ck_quota_counts CHECK (least(excellent, good, completed, not_completed, not_rated) >= 0),
    CONSTRAINT fk_quota_peer_group_code FOREIGN KEY(peer_group_code) REFERENCES peer_group (code),
    CONSTRAINT fk_quota_year FOREIGN KEY(year) REFERENCES cycle (year)
);

CREATE INDEX ix_quota_year ON quota (year);

CREATE TABLE body_class (
    body_code TEXT NOT NULL,
    class_code TEXT NOT NULL,
    CONSTRAINT pk_body_class PRIMARY KEY (body_code, class_code),
    CONSTRAINT fk_body_class_body_code FOREIGN KEY(body_code) REFERENCES body (code)
);

CREATE INDEX ix_body_class_class_code ON body_class (class_code);

CREATE TABLE body_tree (
    ancestor_code TEXT NOT NULL,
    body_code TEXT NOT NULL,
    depth INTEGER NOT NULL,
    CONSTRAINT pk_body_tree PRIMARY KEY (ancestor_code, body_code),
    CONSTRAINT ck_body_tree_depth CHECK (depth >= 0),
    CONSTRAINT fk_body_tree_ancestor_code FOREIGN KEY(ancestor_code) REFERENCES body (code),
    CONSTRAINT fk_body_tree_body_code FOREIGN KEY(body_code) REFERENCES body (code)
);

CREATE INDEX ix_body_tree_body_code ON body_tree (body_code);

CREATE TABLE post (
    code TEXT NOT NULL,
    body_code TEXT NOT NULL,
    rank TEXT NOT NULL,
    title TEXT NOT NULL,
    seats INTEGER NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT pk_post PRIMARY KEY (code),
    CONSTRAINT ck_post_rank CHECK (rank IN ('SECRETARY', 'HEAD', 'DEPUTY_SECRETARY', 'DEPUTY', 'MEMBER')),
    CONSTRAINT ck_post_seats CHECK (seats > 0),
    CONSTRAINT fk_post_body_code FOREIGN KEY(body_code) REFERENCES body (code)
);

CREATE INDEX ix_post_body_code ON post (body_code);

CREATE TABLE tally (
    body_code TEXT NOT NULL,
    year INTEGER NOT NULL,
    track TEXT NOT NULL,
    excellent INTEGER NOT NULL,
    good INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    not_completed INTEGER NOT NULL,
    not_rated INTEGER NOT NULL,
    total INTEGER NOT NULL,
    CONSTRAINT pk_tally PRIMARY KEY (body_code, year, track),
    CONSTRAINT ck_tally_track CHECK (track IN ('BODY', 'OFFICIAL', 'PARTY_MEMBER')),
    CONSTRAINT ck_tally_total CHECK (excellent + good + completed + not_completed + not_rated = total),
    CONSTRAINT fk_tally_body_code FOREIGN KEY(body_code) REFERENCES body (code),
    CONSTRAINT fk_tally_year FOREIGN KEY(year) REFERENCES cycle (year)
);

CREATE INDEX ix_tally_year ON tally (year);

CREATE TABLE body_post (
    body_code TEXT NOT NULL,
    post_code TEXT NOT NULL,
    CONSTRAINT pk_body_post PRIMARY KEY (body_code, post_code),
    CONSTRAINT fk_body_post_body_code FOREIGN KEY(body_code) REFERENCES body (code),
    CONSTRAINT fk_body_post_post_code FOREIGN KEY(post_code) REFERENCES post (code)
);

CREATE INDEX ix_body_post_post_code ON body_post (post_code);

CREATE TABLE membership (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    body_code TEXT NOT NULL,
    post_code TEXT,
    since DATE NOT NULL,
    until DATE,
    CONSTRAINT pk_membership PRIMARY KEY (id),
    CONSTRAINT ck_membership_dates CHECK (until >= since),
    CONSTRAINT fk_membership_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_membership_body_code FOREIGN KEY(body_code) REFERENCES body (code),
    CONSTRAINT fk_membership_post_code FOREIGN KEY(post_code) REFERENCES post (code)
);

CREATE INDEX ix_membership_body_code_since_until ON membership (body_code, since, until);
CREATE INDEX ix_membership_person_id_since_until ON membership (person_id, since, until);
CREATE INDEX ix_membership_post_code_since_until ON membership (post_code, since, until);

CREATE TABLE post_class (
    post_code TEXT NOT NULL,
    class_code TEXT NOT NULL,
    CONSTRAINT pk_post_class PRIMARY KEY (post_code, class_code),
    CONSTRAINT fk_post_class_post_code FOREIGN KEY(post_code) REFERENCES post (code)
);

CREATE INDEX ix_post_class_class_code ON post_class (class_code);

CREATE TABLE post_role (
    post_code TEXT NOT NULL,
    rater_code TEXT NOT NULL,
    seat TEXT NOT NULL,
    CONSTRAINT pk_post_role PRIMARY KEY (post_code, rater_code),
    CONSTRAINT ck_post_role_seat CHECK (seat IN ('chair', 'member')),
    CONSTRAINT fk_post_role_post_code FOREIGN KEY(post_code) REFERENCES post (code)
);

CREATE INDEX ix_post_role_rater_code ON post_role (rater_code);

CREATE TABLE rater (
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    section TEXT NOT NULL,
    name TEXT NOT NULL,
    clause TEXT NOT NULL,
    scope_body_code TEXT NOT NULL,
    chair_post_code TEXT,
    compiled_by_body_code TEXT,
    CONSTRAINT pk_rater PRIMARY KEY (id),
    CONSTRAINT uq_rater_code_scope_body_code UNIQUE (code, scope_body_code),
    CONSTRAINT fk_rater_scope_body_code FOREIGN KEY(scope_body_code) REFERENCES body (code),
    CONSTRAINT fk_rater_chair_post_code FOREIGN KEY(chair_post_code) REFERENCES post (code),
    CONSTRAINT fk_rater_compiled_by_body_code FOREIGN KEY(compiled_by_body_code) REFERENCES body (code)
);

CREATE INDEX ix_rater_chair_post_code ON rater (chair_post_code);
CREATE INDEX ix_rater_compiled_by_body_code ON rater (compiled_by_body_code);
CREATE INDEX ix_rater_scope_body_code ON rater (scope_body_code);

CREATE TABLE appraisal (
    id UUID NOT NULL,
    year INTEGER NOT NULL,
    track TEXT NOT NULL,
    body_code TEXT,
    person_id UUID,
    post_code TEXT,
    home_body_code TEXT NOT NULL,
    subject_class TEXT NOT NULL,
    peer_group_code TEXT,
    stage TEXT NOT NULL,
    version INTEGER NOT NULL,
    self_level TEXT,
    proposed_level TEXT,
    computed_level TEXT,
    level TEXT,
    decided_on DATE,
    rater_id TEXT,
    clause TEXT,
    reason TEXT,
    document_number TEXT,
    document_date DATE,
    due DATE,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    to_review BOOLEAN NOT NULL,
    CONSTRAINT pk_appraisal PRIMARY KEY (id),
    CONSTRAINT ck_appraisal_track CHECK (track IN ('BODY', 'OFFICIAL', 'PARTY_MEMBER')),
    CONSTRAINT ck_appraisal_subject_class CHECK (subject_class IN ('ORG', 'COLLECTIVE', 'PERSON', 'LEADER')),
    CONSTRAINT ck_appraisal_stage CHECK (stage IN ('NOT_STARTED', 'REVIEWED', 'SELF_RATED', 'PROPOSED', 'DECIDED')),
    CONSTRAINT ck_appraisal_self_level CHECK (self_level IN ('NOT_COMPLETED', 'COMPLETED', 'GOOD', 'EXCELLENT')),
    CONSTRAINT ck_appraisal_proposed_level CHECK (proposed_level IN ('NOT_COMPLETED', 'COMPLETED', 'GOOD', 'EXCELLENT')),
    CONSTRAINT ck_appraisal_computed_level CHECK (computed_level IN ('NOT_COMPLETED', 'COMPLETED', 'GOOD', 'EXCELLENT', 'UNDETERMINED')),
    CONSTRAINT ck_appraisal_level CHECK (level IN ('NOT_COMPLETED', 'COMPLETED', 'GOOD', 'EXCELLENT')),
    CONSTRAINT ck_appraisal_one_subject CHECK (num_nonnulls(body_code, person_id) = 1),
    CONSTRAINT ck_appraisal_track_fits CHECK ((track = 'BODY') = (body_code IS NOT NULL)),
    CONSTRAINT ck_appraisal_version CHECK (version > 0),
    CONSTRAINT ck_appraisal_decided CHECK ((stage = 'DECIDED') = (level IS NOT NULL)),
    CONSTRAINT ck_appraisal_decided_by CHECK (level IS NULL OR num_nulls(decided_on, rater_id, clause) = 0),
    CONSTRAINT uq_appraisal_year_track_body_code UNIQUE (year, track, body_code),
    CONSTRAINT uq_appraisal_year_track_person_id UNIQUE (year, track, person_id),
    CONSTRAINT fk_appraisal_year FOREIGN KEY(year) REFERENCES cycle (year),
    CONSTRAINT fk_appraisal_body_code FOREIGN KEY(body_code) REFERENCES body (code),
    CONSTRAINT fk_appraisal_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_appraisal_post_code FOREIGN KEY(post_code) REFERENCES post (code),
    CONSTRAINT fk_appraisal_home_body_code FOREIGN KEY(home_body_code) REFERENCES body (code),
    CONSTRAINT fk_appraisal_peer_group_code FOREIGN KEY(peer_group_code) REFERENCES peer_group (code),
    CONSTRAINT fk_appraisal_rater_id FOREIGN KEY(rater_id) REFERENCES rater (id)
);

CREATE INDEX ix_appraisal_body_code ON appraisal (body_code);
CREATE INDEX ix_appraisal_changed_at_id ON appraisal (changed_at, id);
CREATE INDEX ix_appraisal_home_body_code ON appraisal (home_body_code);
CREATE INDEX ix_appraisal_peer_group_code_year ON appraisal (peer_group_code, year);
CREATE INDEX ix_appraisal_person_id ON appraisal (person_id);
CREATE INDEX ix_appraisal_post_code ON appraisal (post_code);
CREATE INDEX ix_appraisal_rater_id_year_stage ON appraisal (rater_id, year, stage);
CREATE INDEX ix_appraisal_year_track_home_body_code ON appraisal (year, track, home_body_code);

CREATE TABLE act (
    sequence BIGINT NOT NULL,
    appraisal_id UUID,
    act TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_person_id UUID,
    actor_post_code TEXT,
    on_behalf_rater_id TEXT,
    level TEXT,
    clause TEXT,
    reason TEXT,
    payload JSONB NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_act PRIMARY KEY (sequence),
    CONSTRAINT ck_act_act CHECK (act IN ('self_rate', 'appraise', 'rate', 'compile', 'require_rereview', 'annul', 'appeal', 'answer_appeal', 'read_level', 'read_file', 'delegate')),
    CONSTRAINT ck_act_level CHECK (level IN ('NOT_COMPLETED', 'COMPLETED', 'GOOD', 'EXCELLENT')),
    CONSTRAINT ck_act_sequence CHECK (sequence > 0),
    CONSTRAINT ck_act_hash_length CHECK (length(previous_hash) = 32 AND length(hash) = 32),
    CONSTRAINT uq_act_previous_hash UNIQUE (previous_hash),
    CONSTRAINT fk_act_appraisal_id FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    CONSTRAINT fk_act_actor_person_id FOREIGN KEY(actor_person_id) REFERENCES person (id),
    CONSTRAINT fk_act_actor_post_code FOREIGN KEY(actor_post_code) REFERENCES post (code),
    CONSTRAINT fk_act_on_behalf_rater_id FOREIGN KEY(on_behalf_rater_id) REFERENCES rater (id)
);

CREATE INDEX ix_act_actor_person_id ON act (actor_person_id);
CREATE INDEX ix_act_actor_post_code ON act (actor_post_code);
CREATE INDEX ix_act_appraisal_id ON act (appraisal_id);
CREATE INDEX ix_act_on_behalf_rater_id ON act (on_behalf_rater_id);

CREATE TABLE facts (
    appraisal_id UUID NOT NULL,
    version INTEGER NOT NULL,
    document JSONB NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID,
    CONSTRAINT pk_facts PRIMARY KEY (appraisal_id, version),
    CONSTRAINT ck_facts_version CHECK (version > 0),
    CONSTRAINT fk_facts_appraisal_id FOREIGN KEY(appraisal_id) REFERENCES appraisal (id),
    CONSTRAINT fk_facts_recorded_by FOREIGN KEY(recorded_by) REFERENCES person (id)
);

CREATE INDEX ix_facts_recorded_by ON facts (recorded_by);

CREATE TABLE computation (
    appraisal_id UUID NOT NULL,
    facts_version INTEGER NOT NULL,
    edition TEXT NOT NULL,
    facts JSONB NOT NULL,
    level TEXT,
    waits_for JSONB NOT NULL,
    findings JSONB NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_computation PRIMARY KEY (appraisal_id),
    CONSTRAINT ck_computation_level CHECK (level IN ('NOT_COMPLETED', 'COMPLETED', 'GOOD', 'EXCELLENT', 'UNDETERMINED')),
    CONSTRAINT ck_computation_level_or_waits CHECK ((level IS NULL) = (waits_for <> '[]'::jsonb)),
    CONSTRAINT fk_computation_appraisal_id_facts_version FOREIGN KEY(appraisal_id, facts_version) REFERENCES facts (appraisal_id, version)
);


CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION '% is append-only: no % (QĐ124:Đ15)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation'; END $$;

CREATE TRIGGER act_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON act
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER facts_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON facts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
