-- What waits for a decision is found at once among all items of all sites, and a publication says who made it.

CREATE INDEX scan_item_review ON scan_item (site, last_number) WHERE category = 'unclassified' OR reopened = 1;

ALTER TABLE publication ADD COLUMN published_by TEXT NOT NULL DEFAULT ''; -- an actor, as in the audit

CREATE INDEX decision_name ON decision (name, kind, site, host, id); -- what was decided about such an item elsewhere

CREATE INDEX scan_item_waiting ON scan_item (name, kind, site, last_number) WHERE category = 'unclassified' OR reopened = 1;
