-- Scans: runs, what they found, what is kept of them, and when schedules are due. Times are milliseconds since 1970.

CREATE TABLE scan_run (
  scan_id TEXT PRIMARY KEY, -- UUIDv7: in the order of queuing
  site TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'failed')),
  "trigger" TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  queued_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL, -- nobody begins it before
  pages INTEGER, -- instead of the site's own settings, as the next one
  states TEXT NOT NULL, -- words with a space between
  started_ms INTEGER,
  finished_ms INTEGER,
  worker TEXT NOT NULL, -- who has it, or had it last
  lease_ms INTEGER NOT NULL DEFAULT 0, -- until when it is that worker's without a word from it
  attempts INTEGER NOT NULL,
  pages_done INTEGER NOT NULL,
  pages_total INTEGER NOT NULL,
  state TEXT NOT NULL,
  message TEXT NOT NULL,
  number INTEGER CHECK ((number IS NULL) = (status <> 'finished')), -- its place among the site's finished ones
  verdict TEXT NOT NULL,
  items INTEGER NOT NULL,
  unclassified INTEGER NOT NULL,
  high INTEGER NOT NULL,
  medium INTEGER NOT NULL,
  low INTEGER NOT NULL,
  info INTEGER NOT NULL,
  new INTEGER NOT NULL, -- counts against the finished scan before, as the next three
  gone INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  worse INTEGER NOT NULL,
  report_sha256 TEXT NOT NULL
);

CREATE INDEX scan_run_site ON scan_run (site, scan_id);
CREATE UNIQUE INDEX scan_run_number ON scan_run (site, number) WHERE number IS NOT NULL;
-- One scan of a site runs, one more may wait.
CREATE UNIQUE INDEX scan_running ON scan_run (site) WHERE status = 'running';
CREATE UNIQUE INDEX scan_waiting ON scan_run (site) WHERE status = 'queued';

-- An item that stays as it was from scan to scan is one row: a site of 2,000 items has little more than 2,000, however many
-- scans of it are kept.
CREATE TABLE scan_item (
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  first_number INTEGER NOT NULL, -- numbers of the first and the last scan that saw it so
  last_number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  category TEXT NOT NULL,
  party TEXT NOT NULL,
  vendor TEXT NOT NULL,
  service TEXT NOT NULL,
  states TEXT NOT NULL, -- each with a space before and after
  reopened INTEGER NOT NULL,
  content BLOB NOT NULL -- the whole item as JSON
);

CREATE INDEX scan_item_site ON scan_item (site, last_number);
CREATE UNIQUE INDEX scan_item_key ON scan_item (site, kind, name, host, last_number);

CREATE TABLE scan_artefact (
  scan_id TEXT NOT NULL REFERENCES scan_run (scan_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  content BLOB NOT NULL, -- zstd
  PRIMARY KEY (scan_id, name)
);

CREATE TABLE scan_schedule (
  site TEXT PRIMARY KEY,
  spec TEXT NOT NULL, -- the settings that next_ms was worked out from
  next_ms INTEGER NOT NULL
);
