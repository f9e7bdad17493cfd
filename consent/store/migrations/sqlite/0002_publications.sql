-- What was shown, and when: notices and inventories by their hash, and each site's publications in order.

CREATE TABLE notice (
  version TEXT PRIMARY KEY, -- SHA-256 of the content, hex
  site TEXT NOT NULL,
  content BLOB NOT NULL,
  created INTEGER NOT NULL
);

CREATE TABLE inventory (
  sha256 TEXT PRIMARY KEY, -- SHA-256 of the content, hex
  site TEXT NOT NULL,
  content BLOB NOT NULL,
  created INTEGER NOT NULL
);

CREATE TABLE publication (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  notice_version TEXT NOT NULL REFERENCES notice (version),
  inventory_sha256 TEXT NOT NULL REFERENCES inventory (sha256),
  scan_id TEXT NOT NULL,
  published INTEGER NOT NULL
);

CREATE INDEX publication_site ON publication (site, id);
