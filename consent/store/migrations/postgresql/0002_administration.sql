-- The tokens of the administration's API. A token is 256 random bits, so its hash alone leads nobody back to it.

CREATE TABLE token (
  id text COLLATE "C" PRIMARY KEY, -- public: it stands in the token itself, in lists and in the audit
  name text NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  scopes text NOT NULL, -- words with a space between
  sites text NOT NULL, -- the same; empty: all sites
  created bigint NOT NULL,
  expires bigint,
  revoked bigint
);

-- What administrators did stands in the log itself, as entries of kind 3; this finds them among the records.
CREATE INDEX entry_audit ON entry (record_id) WHERE kind = 3;
