-- What visitors asked of their rights (GDPR Art. 15 to 21), and what became of it.
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
CREATE INDEX rights_request_open ON rights_request (site, due_ms) WHERE state = 'open';
CREATE INDEX rights_request_closed ON rights_request (site, closed_ms);
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
