-- Who is told what a scan changed, and what became of it.
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
