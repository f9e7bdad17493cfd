-- The consent log, what was shown, and what was decided about items. docs/consent-log.md says what a seal covers.
-- Times are milliseconds since 1970 in UTC unless a comment says otherwise. Text is compared byte by byte.

-- Each serving process appends to a chain of its own; number 0 is the chain of the commands, which take turns.
CREATE TABLE writer (
  number integer PRIMARY KEY,
  id bytea NOT NULL UNIQUE CHECK (octet_length(id) = 16),
  created bigint NOT NULL
);

-- An erased entry keeps writer, position, kind, time, record id and commitment; every other column becomes NULL.
-- One table, not one a month: an event's ids must be unique over all months, and a unique index of a partitioned table
-- would have to hold its month too.
CREATE TABLE entry (
  position bigint NOT NULL,
  time bigint NOT NULL,
  writer integer NOT NULL, -- no foreign key: it would be checked for each row; verifying the log finds strays
  kind smallint NOT NULL, -- 0 consent record, 1 erasure, 2 clock set back
  record_id bytea NOT NULL CHECK (octet_length(record_id) = 16),
  site text COLLATE "C",
  consent_id text COLLATE "C",
  event_id text COLLATE "C",
  expires bigint, -- seconds since 1970: the record's valid_until, or its time where it has none
  salt bytea,
  payload bytea,
  commitment bytea, -- only once the payload is gone; until then it follows from salt and payload
  erased_by bytea, -- record id of the erasure entry that names this record
  CONSTRAINT entry_key PRIMARY KEY (writer, position)
)
-- What was erased goes with the next run of autovacuum, not once a fifth of the table has changed.
WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 0);

-- One visitor's history, and what makes a repeated event the same record.
CREATE UNIQUE INDEX entry_event ON entry (consent_id, event_id) WHERE consent_id IS NOT NULL;
CREATE UNIQUE INDEX entry_record ON entry (record_id);
CREATE INDEX entry_expires ON entry (expires) WHERE expires IS NOT NULL;

-- The key is what keeps two processes from continuing one chain in two ways.
CREATE TABLE seal (
  number bigint NOT NULL,
  first bigint NOT NULL, -- position of the batch's first entry
  sealed bigint NOT NULL,
  size integer NOT NULL, -- in entries
  writer integer NOT NULL REFERENCES writer (number),
  hash bytea NOT NULL,
  locators bytea NOT NULL, -- the first 8 bytes of each entry's commitment, to name the one that is wrong
  CONSTRAINT seal_key PRIMARY KEY (writer, number)
);
CREATE UNIQUE INDEX seal_first ON seal (writer, first);

CREATE TABLE notice (
  version text COLLATE "C" PRIMARY KEY, -- SHA-256 of the content, hex
  site text COLLATE "C" NOT NULL,
  content bytea NOT NULL,
  created bigint NOT NULL
);

CREATE TABLE inventory (
  sha256 text COLLATE "C" PRIMARY KEY, -- SHA-256 of the content, hex
  site text COLLATE "C" NOT NULL,
  content bytea NOT NULL,
  created bigint NOT NULL
);

CREATE TABLE publication (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site text COLLATE "C" NOT NULL,
  notice_version text COLLATE "C" NOT NULL REFERENCES notice (version),
  inventory_sha256 text COLLATE "C" NOT NULL REFERENCES inventory (sha256),
  scan_id text NOT NULL,
  published bigint NOT NULL
);
CREATE INDEX publication_site ON publication (site, id);
CREATE INDEX publication_notice ON publication (notice_version, id);

-- What the privacy officer decided about items. Nothing is overwritten: the newest row of a site, kind, name and host
-- holds, and one without a category takes the decision back.
CREATE TABLE decision (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL, -- literal except for *
  host text COLLATE "C" NOT NULL, -- empty: on every host
  category text, -- NULL: taken back
  criterion text CHECK (criterion IN ('A', 'B')),
  vendor text NOT NULL,
  purpose text NOT NULL,
  reason text NOT NULL,
  reviewer text NOT NULL,
  decided bigint NOT NULL,
  lifetime text NOT NULL, -- class of the lifetime that it was made on; empty: not looked at
  set_by text NOT NULL, -- registrable domain of the setter that it was made on; empty: not looked at
  CHECK (category IS DISTINCT FROM 'necessary' OR (criterion IS NOT NULL AND reason <> ''))
);
CREATE INDEX decision_item ON decision (site, kind, name, host, id);
