-- What the privacy officer decided about items. Nothing is overwritten: the newest row of a site, kind, name and host
-- holds, and one without a category takes the decision back.

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
