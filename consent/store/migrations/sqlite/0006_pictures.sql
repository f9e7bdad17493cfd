-- What a notice looked like when it was published, drawn in a browser. Which pictures are of which notice, and which build of
-- the widget drew them, stands sealed in the log (an entry of kind 3, action notice.pictures).

CREATE TABLE picture (
  sha256 TEXT PRIMARY KEY, -- SHA-256 of the content, hex
  notice_version TEXT NOT NULL REFERENCES notice (version),
  form TEXT NOT NULL, -- desktop or phone
  widget_sha256 TEXT NOT NULL,
  content BLOB NOT NULL, -- PNG
  created INTEGER NOT NULL -- milliseconds since 1970 in UTC
);

CREATE INDEX picture_notice ON picture (notice_version);
