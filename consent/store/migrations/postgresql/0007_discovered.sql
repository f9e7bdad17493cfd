-- What visitors' browsers met before a decision and the inventory does not know, added up by day: names only, of nobody.
CREATE TABLE discovered (
  day bigint NOT NULL, -- days since 1970-01-01 in UTC
  seen bigint NOT NULL, -- reports that told of it
  site text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL, -- resource, cookie, local_storage, session_storage
  name text COLLATE "C" NOT NULL, -- host and path, or the name of the cookie or key
  PRIMARY KEY (site, day, kind, name)
);
