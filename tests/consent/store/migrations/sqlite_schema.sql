CREATE TABLE account (
  name TEXT PRIMARY KEY, -- in lower case; the audit names it
  role TEXT NOT NULL CHECK (role IN ('reviewer', 'admin')),
  sites TEXT NOT NULL, -- words with a space between; empty: all sites
  password TEXT NOT NULL, -- in the PHC string format; empty: signs in through a proxy only
  created INTEGER NOT NULL, -- milliseconds since 1970 in UTC, as every time here
  changed INTEGER NOT NULL -- when the password was set
);

CREATE TABLE account_session (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL, -- of the last request, to the minute
  expires INTEGER NOT NULL -- whatever is asked until then
);

CREATE INDEX account_session_account ON account_session (account);

CREATE INDEX account_session_expires ON account_session (expires);

CREATE VIEW batch (position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload) AS
SELECT position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload FROM entry;

CREATE TRIGGER batch_entry INSTEAD OF INSERT ON batch WHEN NEW.kind >= 0 BEGIN
  INSERT INTO entry (position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload)
  VALUES (NEW.position, NEW.kind, NEW.time, NEW.record_id, NEW.site, NEW.consent_id, NEW.event_id, NEW.expires, NEW.salt,
    NEW.payload);
END;

CREATE TRIGGER batch_seal INSTEAD OF INSERT ON batch WHEN NEW.kind = -1 BEGIN
  INSERT INTO seal (number, first, size, sealed, hash, locators)
  VALUES (NEW.position, NEW.time, NEW.expires, NEW.site, NEW.record_id, NEW.payload);
END;

CREATE TABLE decision (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL, -- literal except for *
  host TEXT NOT NULL, -- empty: on every host
  category TEXT, -- NULL: taken back
  criterion TEXT CHECK (criterion IN ('A', 'B')),
  vendor TEXT NOT NULL,
  purpose TEXT NOT NULL,
  reason TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  decided INTEGER NOT NULL, -- milliseconds since 1970 in UTC
  lifetime TEXT NOT NULL, -- class of the lifetime that it was made on; empty: not looked at
  set_by TEXT NOT NULL, -- registrable domain of the setter that it was made on; empty: not looked at
  CHECK (category IS NOT 'necessary' OR (criterion IS NOT NULL AND reason <> ''))
);

CREATE INDEX decision_item ON decision (site, kind, name, host, id);

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

CREATE INDEX entry_audit ON entry (record_id) WHERE kind = 3;

CREATE UNIQUE INDEX entry_event ON entry (consent_id, event_id) WHERE consent_id IS NOT NULL;

CREATE INDEX entry_expires ON entry (expires) WHERE expires IS NOT NULL;

CREATE UNIQUE INDEX entry_record ON entry (record_id);

CREATE TABLE inventory (
  sha256 TEXT PRIMARY KEY, -- SHA-256 of the content, hex
  site TEXT NOT NULL,
  content BLOB NOT NULL,
  created INTEGER NOT NULL
);

CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied INTEGER NOT NULL);

CREATE TABLE notice (
  version TEXT PRIMARY KEY, -- SHA-256 of the content, hex
  site TEXT NOT NULL,
  content BLOB NOT NULL,
  created INTEGER NOT NULL
);

CREATE TABLE picture (
  sha256 TEXT PRIMARY KEY, -- SHA-256 of the content, hex
  notice_version TEXT NOT NULL REFERENCES notice (version),
  form TEXT NOT NULL, -- desktop or phone
  widget_sha256 TEXT NOT NULL,
  content BLOB NOT NULL, -- PNG
  created INTEGER NOT NULL -- milliseconds since 1970 in UTC
);

CREATE INDEX picture_notice ON picture (notice_version);

CREATE TABLE publication (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  notice_version TEXT NOT NULL REFERENCES notice (version),
  inventory_sha256 TEXT NOT NULL REFERENCES inventory (sha256),
  scan_id TEXT NOT NULL,
  published INTEGER NOT NULL
);

CREATE INDEX publication_site ON publication (site, id);

CREATE TABLE seal (
  number INTEGER PRIMARY KEY,
  first INTEGER NOT NULL, -- position of the batch's first entry
  size INTEGER NOT NULL, -- in entries
  sealed INTEGER NOT NULL,
  hash BLOB NOT NULL,
  locators BLOB NOT NULL -- the first 8 bytes of each entry's commitment, to name the one that is wrong
);

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE token (
  id TEXT PRIMARY KEY, -- public: it stands in the token itself, in lists and in the audit
  name TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  scopes TEXT NOT NULL, -- words with a space between
  sites TEXT NOT NULL, -- the same; empty: all sites
  created INTEGER NOT NULL, -- milliseconds since 1970 in UTC, as the next two
  expires INTEGER,
  revoked INTEGER
);

CREATE TABLE writer (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  created INTEGER NOT NULL -- milliseconds since 1970 in UTC, as every time in this table and the next ones
) WITHOUT ROWID;
