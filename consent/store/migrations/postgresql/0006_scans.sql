-- Scans: runs, what they found, what is kept of them, and when schedules are due. Times are milliseconds since 1970.
-- Who does a run is the job queue's to say (docs/scale.md), so there is no lease here.

CREATE TABLE scan_run (
  scan_id text COLLATE "C" PRIMARY KEY, -- UUIDv7: in the order of queuing
  site text COLLATE "C" NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'failed')),
  "trigger" text NOT NULL,
  requested_by text NOT NULL,
  queued_ms bigint NOT NULL,
  due_ms bigint NOT NULL, -- nobody begins it before
  pages integer, -- instead of the site's own settings, as the next one
  states text NOT NULL, -- words with a space between
  started_ms bigint,
  finished_ms bigint,
  worker text NOT NULL, -- who has it, or had it last
  handed boolean NOT NULL DEFAULT false, -- to the job queue, which sees to it that somebody does it
  attempts integer NOT NULL,
  pages_done integer NOT NULL,
  pages_total integer NOT NULL,
  state text NOT NULL,
  message text NOT NULL,
  number integer CHECK ((number IS NULL) = (status <> 'finished')), -- its place among the site's finished ones
  verdict text NOT NULL,
  items integer NOT NULL,
  unclassified integer NOT NULL,
  high integer NOT NULL,
  medium integer NOT NULL,
  low integer NOT NULL,
  info integer NOT NULL,
  new integer NOT NULL, -- counts against the finished scan before, as the next three
  gone integer NOT NULL,
  changed integer NOT NULL,
  worse integer NOT NULL,
  report_sha256 text NOT NULL
);

CREATE INDEX scan_run_site ON scan_run (site, scan_id);
CREATE UNIQUE INDEX scan_run_number ON scan_run (site, number) WHERE number IS NOT NULL;
-- One scan of a site runs, one more may wait.
CREATE UNIQUE INDEX scan_running ON scan_run (site) WHERE status = 'running';
CREATE UNIQUE INDEX scan_waiting ON scan_run (site) WHERE status = 'queued';

-- An item that stays as it was from scan to scan is one row: a site of 2,000 items has little more than 2,000, however many
-- scans of it are kept.
CREATE TABLE scan_item (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site text COLLATE "C" NOT NULL,
  first_number integer NOT NULL, -- numbers of the first and the last scan that saw it so
  last_number integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL,
  category text NOT NULL,
  party text NOT NULL,
  vendor text NOT NULL,
  service text NOT NULL,
  states text NOT NULL, -- each with a space before and after
  reopened smallint NOT NULL,
  content bytea NOT NULL -- the whole item as JSON
);

CREATE INDEX scan_item_site ON scan_item (site, last_number);
CREATE UNIQUE INDEX scan_item_key ON scan_item (site, kind, name, host, last_number);

CREATE TABLE scan_artefact (
  scan_id text COLLATE "C" NOT NULL REFERENCES scan_run (scan_id) ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  content bytea NOT NULL, -- zstd
  PRIMARY KEY (scan_id, name)
);

CREATE TABLE scan_schedule (
  site text COLLATE "C" PRIMARY KEY,
  spec text NOT NULL, -- the settings that next_ms was worked out from
  next_ms bigint NOT NULL
);
