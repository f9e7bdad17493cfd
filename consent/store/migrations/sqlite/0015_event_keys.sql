-- Which entry holds an event: by a key of 64 bits, gathered in memory and added here sorted, many at once
-- (consent/store/sqlite_events.py). The unique index over the random ids themselves had each record change a page of its own
-- in a large log. Programs make `event_key()` known to SQLite; a key may stand for several events, so the ids themselves are
-- compared.

CREATE TABLE event_state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  secret BLOB NOT NULL, -- with which keys are made, so that nobody can send events whose keys are alike
  indexed INTEGER NOT NULL -- the keys of all entries up to this position are in `event_key`
);

CREATE TABLE event_key (
  key INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (key, position)
) WITHOUT ROWID;

INSERT INTO event_state SELECT 1, randomblob(16), coalesce(max(position), 0) FROM entry;
INSERT INTO event_key
  SELECT event_key((SELECT secret FROM event_state), consent_id, event_id), position
  FROM entry WHERE consent_id IS NOT NULL ORDER BY 1, 2;

DROP INDEX entry_event;

-- The view through which a batch is appended, and its triggers, are made anew on each writing connection, beside the keys in
-- its memory.
DROP VIEW batch;
