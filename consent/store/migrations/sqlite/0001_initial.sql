-- The consent log: entries in the order in which they were made durable, and the seals over them.
-- docs/consent-log.md says what a seal covers.

-- The writer whose chain this file holds; one file has one chain for its whole life.
CREATE TABLE writer (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  created INTEGER NOT NULL -- milliseconds since 1970 in UTC, as every time in this table and the next ones
) WITHOUT ROWID;

-- An erased entry keeps position, kind, time, record id and commitment; every other column becomes NULL.
CREATE TABLE entry (
  position INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL, -- 0 consent record, 1 erasure, 2 clock set back
  time INTEGER NOT NULL,
  record_id BLOB NOT NULL CHECK (length(record_id) = 16),
  site TEXT,
  consent_id TEXT,
  event_id TEXT,
  expires INTEGER, -- seconds since 1970: the record's valid_until, or its time where it has none
  salt BLOB,
  payload BLOB,
  commitment BLOB, -- only once the payload is gone; until then it follows from salt and payload
  erased_by BLOB -- record id of the erasure entry that names this record
);

-- One visitor's history, and what makes a repeated event the same record.
CREATE UNIQUE INDEX entry_event ON entry (consent_id, event_id) WHERE consent_id IS NOT NULL;
CREATE UNIQUE INDEX entry_record ON entry (record_id);
CREATE INDEX entry_expires ON entry (expires) WHERE expires IS NOT NULL;

CREATE TABLE seal (
  number INTEGER PRIMARY KEY,
  first INTEGER NOT NULL, -- position of the batch's first entry
  size INTEGER NOT NULL, -- in entries
  sealed INTEGER NOT NULL,
  hash BLOB NOT NULL,
  locators BLOB NOT NULL -- the first 8 bytes of each entry's commitment, to name the one that is wrong
);
