-- Who signs in to the dashboard, and who is signed in. A password is kept as an argon2id hash, a session's secret as its
-- SHA-256: it is 256 random bits, so nobody can go through them all.

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
