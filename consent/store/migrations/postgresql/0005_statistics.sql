-- What the log adds up to, so that a year of it is summed up in milliseconds. docs/statistics.md says what each number counts.
-- Numbers tell of nobody, so an erasure leaves them as they are.

-- How far each writer's chain was counted. It moves on in the transaction that adds the numbers, so nothing is counted twice.
CREATE TABLE counted (
  writer integer PRIMARY KEY,
  position bigint NOT NULL
);

CREATE TABLE tally (
  day bigint NOT NULL, -- days since 1970-01-01 in UTC
  shown bigint NOT NULL, -- records that the notice was shown
  shown_weight bigint NOT NULL, -- thousandths: how often it was shown, where only a share of it is told
  shown_variance bigint NOT NULL, -- thousandths: variance of that estimate
  shown_signal bigint NOT NULL, -- of shown: with the opt-out signal (GPC)
  accepted bigint NOT NULL,
  refused bigint NOT NULL,
  partial bigint NOT NULL,
  by_code bigint NOT NULL, -- decisions that the page's own code made
  changed bigint NOT NULL,
  withdrawn bigint NOT NULL,
  renewed bigint NOT NULL,
  opt_out bigint NOT NULL, -- opt-out signals received
  performance_granted bigint NOT NULL,
  performance_denied bigint NOT NULL,
  functionality_granted bigint NOT NULL,
  functionality_denied bigint NOT NULL,
  advertising_granted bigint NOT NULL,
  advertising_denied bigint NOT NULL,
  site text COLLATE "C" NOT NULL,
  dimension text COLLATE "C" NOT NULL, -- what the visits are told apart by, besides day and notice; empty: by nothing
  notice text COLLATE "C" NOT NULL, -- notice version
  key text COLLATE "C" NOT NULL, -- the value in this dimension; empty in the empty one
  PRIMARY KEY (site, dimension, day, notice, key)
)
-- The rows of today are updated every few seconds.
WITH (fillfactor = 80);
