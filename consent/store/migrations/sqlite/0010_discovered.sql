-- What visitors' browsers met before a decision and the inventory does not know, added up by day: names only, of nobody.
CREATE TABLE discovered (
  site TEXT NOT NULL,
  day INTEGER NOT NULL, -- days since 1970-01-01 in UTC
  kind TEXT NOT NULL, -- resource, cookie, local_storage, session_storage
  name TEXT NOT NULL, -- host and path, or the name of the cookie or key
  seen INTEGER NOT NULL, -- reports that told of it
  PRIMARY KEY (site, day, kind, name)
) WITHOUT ROWID;
