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

CREATE TABLE alert (
  alert_id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  scan_id TEXT NOT NULL,
  channel TEXT NOT NULL, -- email, webhook, slack
  target TEXT NOT NULL, -- hash of the setting that names the receiver
  shown TEXT NOT NULL,
  status TEXT NOT NULL, -- waiting, sent, failed
  attempts INTEGER NOT NULL,
  due_ms BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  done_ms BIGINT,
  error TEXT NOT NULL,
  content BLOB NOT NULL, -- JSON
  UNIQUE (scan_id, channel, target)
);

CREATE INDEX alert_due ON alert (due_ms) WHERE status = 'waiting';

CREATE INDEX alert_of_site ON alert (site, created_ms);

CREATE TABLE alerted (
  site TEXT PRIMARY KEY,
  number INTEGER NOT NULL -- of the finished scan up to which alerts were made
);

CREATE TABLE counted (
  writer BLOB PRIMARY KEY,
  position INTEGER NOT NULL
) WITHOUT ROWID;

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

CREATE INDEX decision_name ON decision (name, kind, site, host, id);

CREATE TABLE discovered (
  site TEXT NOT NULL,
  day INTEGER NOT NULL, -- days since 1970-01-01 in UTC
  kind TEXT NOT NULL, -- resource, cookie, local_storage, session_storage
  name TEXT NOT NULL, -- host and path, or the name of the cookie or key
  seen INTEGER NOT NULL, -- reports that told of it
  PRIMARY KEY (site, day, kind, name)
) WITHOUT ROWID;

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

CREATE INDEX entry_expires ON entry (expires) WHERE expires IS NOT NULL;

CREATE UNIQUE INDEX entry_record ON entry (record_id);

CREATE TABLE event_key (
  key INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (key, position)
) WITHOUT ROWID;

CREATE TABLE event_state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  secret BLOB NOT NULL, -- with which keys are made, so that nobody can send events whose keys are alike
  indexed INTEGER NOT NULL -- the keys of all entries up to this position are in `event_key`
);

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
, published_by TEXT NOT NULL DEFAULT '');

CREATE INDEX publication_site ON publication (site, id);

CREATE TABLE rights_request (
  request_id TEXT PRIMARY KEY, -- UUIDv7
  site TEXT NOT NULL,
  subject TEXT NOT NULL, -- SHA-256 of the consent id, never the id
  kind TEXT NOT NULL, -- access, correct, erase, restrict, lift, object, withdraw
  state TEXT NOT NULL, -- open, done, refused, erased
  received_ms BIGINT NOT NULL,
  due_ms BIGINT NOT NULL,
  extended_ms BIGINT,
  closed_ms BIGINT,
  record_id TEXT NOT NULL,
  hold_id TEXT NOT NULL,
  message TEXT NOT NULL,
  contact TEXT NOT NULL
);

CREATE INDEX rights_request_closed ON rights_request (site, closed_ms);

CREATE INDEX rights_request_open ON rights_request (site, due_ms) WHERE state = 'open';

CREATE INDEX rights_request_subject ON rights_request (subject, received_ms);

CREATE TABLE rights_step (
  request_id TEXT NOT NULL REFERENCES rights_request (request_id),
  number INTEGER NOT NULL,
  at_ms BIGINT NOT NULL,
  what TEXT NOT NULL, -- received, answered, extended, refused, done, erased
  actor TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (request_id, number)
);

CREATE TABLE scan_artefact (
  scan_id TEXT NOT NULL REFERENCES scan_run (scan_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  content BLOB NOT NULL, -- zstd
  PRIMARY KEY (scan_id, name)
);

CREATE INDEX scan_failed ON scan_run (site, scan_id) WHERE status = 'failed';

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

CREATE UNIQUE INDEX scan_item_key ON scan_item (site, kind, name, host, last_number);

CREATE INDEX scan_item_review ON scan_item (site, last_number) WHERE category = 'unclassified' OR reopened = 1;

CREATE INDEX scan_item_site ON scan_item (site, last_number);

CREATE INDEX scan_item_waiting ON scan_item (name, kind, site, last_number) WHERE category = 'unclassified' OR reopened = 1;

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

CREATE UNIQUE INDEX scan_run_number ON scan_run (site, number) WHERE number IS NOT NULL;

CREATE INDEX scan_run_site ON scan_run (site, scan_id);

CREATE UNIQUE INDEX scan_running ON scan_run (site) WHERE status = 'running';

CREATE TABLE scan_schedule (
  site TEXT PRIMARY KEY,
  spec TEXT NOT NULL, -- the settings that next_ms was worked out from
  next_ms INTEGER NOT NULL
);

CREATE UNIQUE INDEX scan_waiting ON scan_run (site) WHERE status = 'queued';

CREATE TABLE seal (
  number INTEGER PRIMARY KEY,
  first INTEGER NOT NULL, -- position of the batch's first entry
  size INTEGER NOT NULL, -- in entries
  sealed INTEGER NOT NULL,
  hash BLOB NOT NULL,
  locators BLOB NOT NULL -- the first 8 bytes of each entry's commitment, to name the one that is wrong
);

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE tally (
  site TEXT NOT NULL,
  dimension TEXT NOT NULL, -- what the visits are told apart by, besides day and notice; empty: by nothing
  day INTEGER NOT NULL, -- days since 1970-01-01 in UTC
  notice TEXT NOT NULL, -- notice version
  key TEXT NOT NULL, -- the value in this dimension; empty in the empty one
  shown INTEGER NOT NULL, -- records that the notice was shown
  shown_weight INTEGER NOT NULL, -- thousandths: how often it was shown, where only a share of it is told
  shown_variance INTEGER NOT NULL, -- thousandths: variance of that estimate
  shown_signal INTEGER NOT NULL, -- of shown: with the opt-out signal (GPC)
  accepted INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  partial INTEGER NOT NULL,
  by_code INTEGER NOT NULL, -- decisions that the page's own code made
  changed INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  renewed INTEGER NOT NULL,
  opt_out INTEGER NOT NULL, -- opt-out signals received
  performance_granted INTEGER NOT NULL,
  performance_denied INTEGER NOT NULL,
  functionality_granted INTEGER NOT NULL,
  functionality_denied INTEGER NOT NULL,
  advertising_granted INTEGER NOT NULL,
  advertising_denied INTEGER NOT NULL,
  PRIMARY KEY (site, dimension, day, notice, key)
) WITHOUT ROWID;

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
