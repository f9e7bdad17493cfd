-- The tokens of the administration's API. A token is 256 random bits, so its hash alone leads nobody back to it.

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

-- What administrators did stands in the log itself, as entries of kind 3; this finds them among the records.
CREATE INDEX entry_audit ON entry (record_id) WHERE kind = 3;
