-- What the log adds up to, so that a year of it is summed up in milliseconds. docs/statistics.md says what each number counts.
-- Numbers tell of nobody, so an erasure leaves them as they are.

-- How far each writer's chain was counted. It moves on in the transaction that adds the numbers, so nothing is counted twice.
CREATE TABLE counted (
  writer BLOB PRIMARY KEY,
  position INTEGER NOT NULL
) WITHOUT ROWID;

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
