-- The data that the suite prescribes. Its keys are ours: whatever an entity is named by is unique.

CREATE TABLE person (
    email text PRIMARY KEY,
    name text,
    total_products_created integer,
    years_of_employment integer NOT NULL
);

CREATE TABLE product (
    id text PRIMARY KEY,
    sku text,
    package text,
    variation_id text,
    size text,
    weight double precision,
    unit text,
    created_by text REFERENCES person,
    notes text,
    UNIQUE (sku, package),
    UNIQUE (sku, variation_id)
);

CREATE TABLE research (
    case_number text PRIMARY KEY,
    description text,
    outcome text,
    product_id text NOT NULL REFERENCES product
);

CREATE TABLE inventory (id text PRIMARY KEY);

CREATE TABLE deprecated_product (
    sku text,
    package text,
    reason text,
    created_by text REFERENCES person,
    inventory_id text NOT NULL REFERENCES inventory,
    PRIMARY KEY (sku, package)
);

INSERT INTO person VALUES ('support@apollographql.com', 'Jane Smith', 1337, 10);

INSERT INTO product VALUES
    ('apollo-federation', 'federation', '@apollo/federation', 'OSS', 'small', 1, 'kg', 'support@apollographql.com', NULL),
    ('apollo-studio', 'studio', '', 'platform', 'small', 1, 'kg', 'support@apollographql.com', NULL);

INSERT INTO research VALUES
    ('1234', 'Federation Study', NULL, 'apollo-federation'),
    ('1235', 'Studio Study', NULL, 'apollo-studio');

INSERT INTO inventory VALUES ('apollo-oss');

INSERT INTO deprecated_product VALUES
    ('apollo-federation-v1', '@apollo/federation-v1', 'Migrate to Federation V2', 'support@apollographql.com', 'apollo-oss');
