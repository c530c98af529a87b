-- The facts and the log of their changes. SQLite and PostgreSQL both read this text.
-- Times are RFC 3339 in UTC with microseconds; lists and maps are JSON. A column that
-- names another row is null where it names none.

-- +goose Up

CREATE TABLE meta (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision BIGINT  NOT NULL,
    chain    TEXT    NOT NULL
);

INSERT INTO meta (one, revision, chain) VALUES (1, 0, '');

CREATE TABLE unit (
    id       TEXT   PRIMARY KEY,
    rev      BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    parent   TEXT   REFERENCES unit (id),
    asserted TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    locked   TEXT   NOT NULL
);

CREATE INDEX unit_parent ON unit (parent);

CREATE TABLE service (
    id              TEXT    PRIMARY KEY,
    rev             BIGINT  NOT NULL,
    name            TEXT    NOT NULL,
    display_name    TEXT    NOT NULL,
    unit            TEXT    REFERENCES unit (id),
    call_as_enabled BOOLEAN NOT NULL,
    numbers         TEXT    NOT NULL,
    uri             TEXT    NOT NULL,
    asserted        TEXT    NOT NULL,
    hue             INTEGER NOT NULL,
    serve_stale     TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    locked          TEXT    NOT NULL
);

CREATE INDEX service_unit ON service (unit);

CREATE TABLE profile (
    id       TEXT    PRIMARY KEY,
    rev      BIGINT  NOT NULL,
    name     TEXT    NOT NULL,
    unit     TEXT    REFERENCES unit (id),
    off_duty BOOLEAN NOT NULL,
    services TEXT    NOT NULL,
    source   TEXT    NOT NULL,
    locked   TEXT    NOT NULL
);

CREATE INDEX profile_unit ON profile (unit);

CREATE TABLE agent (
    id          TEXT    PRIMARY KEY,
    rev         BIGINT  NOT NULL,
    name        TEXT    NOT NULL,
    unit        TEXT    REFERENCES unit (id),
    enabled     BOOLEAN NOT NULL,
    aliases     TEXT    NOT NULL,
    number      TEXT    NOT NULL,
    uri         TEXT    NOT NULL,
    direction   TEXT    NOT NULL,
    profiles    TEXT    NOT NULL,
    responsible TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    locked      TEXT    NOT NULL
);

CREATE INDEX agent_unit ON agent (unit);

-- Every alias in its normal form, once over all agents.
CREATE TABLE alias (
    alias TEXT PRIMARY KEY,
    agent TEXT NOT NULL REFERENCES agent (id)
);

CREATE INDEX alias_agent ON alias (agent);

CREATE TABLE session (
    agent         TEXT   PRIMARY KEY REFERENCES agent (id),
    rev           BIGINT NOT NULL,
    profile       TEXT   REFERENCES profile (id),
    call_as       TEXT   REFERENCES service (id),
    since         TEXT   NOT NULL,
    expires_at    TEXT,
    ended_because TEXT   NOT NULL,
    source        TEXT   NOT NULL,
    locked        TEXT   NOT NULL
);

CREATE INDEX session_profile ON session (profile);
CREATE INDEX session_call_as ON session (call_as);

CREATE TABLE access_token (
    id         TEXT   PRIMARY KEY,
    rev        BIGINT NOT NULL,
    hash       TEXT   NOT NULL,
    principal  TEXT   NOT NULL,
    created_at TEXT   NOT NULL,
    expires_at TEXT,
    source     TEXT   NOT NULL,
    locked     TEXT   NOT NULL
);

-- The log: body holds every edit with its row before and after, kinds the kinds of
-- row in it, each between spaces.
CREATE TABLE changeset (
    rev    BIGINT PRIMARY KEY,
    chain  TEXT   NOT NULL,
    at     TEXT   NOT NULL,
    actor  TEXT   NOT NULL,
    origin TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    kinds  TEXT   NOT NULL,
    body   TEXT   NOT NULL
);

-- Which changesets wrote a row.
CREATE TABLE changed (
    kind TEXT   NOT NULL,
    id   TEXT   NOT NULL,
    rev  BIGINT NOT NULL,
    PRIMARY KEY (kind, id, rev)
);

-- The requests that were answered, and with what.
CREATE TABLE request (
    id    TEXT   PRIMARY KEY,
    rev   BIGINT NOT NULL,
    chain TEXT   NOT NULL,
    at    TEXT   NOT NULL
);

CREATE INDEX request_at ON request (at);
