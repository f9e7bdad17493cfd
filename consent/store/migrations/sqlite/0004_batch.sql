-- A batch is appended by one statement: INSERT INTO batch, its entries and then its seal. The statement is a transaction of
-- its own, so the writing thread leaves the interpreter once a batch and not once for each of five statements.

-- In the row of a seal, kind is -1, position is its number, time its first position, expires its size, site its time,
-- record_id its hash and payload its locators. A row without a kind is nothing: it fills a statement up.
CREATE VIEW batch (position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload) AS
SELECT position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload FROM entry;

CREATE TRIGGER batch_entry INSTEAD OF INSERT ON batch WHEN NEW.kind >= 0 BEGIN
  INSERT INTO entry (position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload)
  VALUES (NEW.position, NEW.kind, NEW.time, NEW.record_id, NEW.site, NEW.consent_id, NEW.event_id, NEW.expires, NEW.salt,
    NEW.payload);
END;

CREATE TRIGGER batch_seal INSTEAD OF INSERT ON batch WHEN NEW.kind = -1 BEGIN
  INSERT INTO seal (number, first, size, sealed, hash, locators)
  VALUES (NEW.position, NEW.time, NEW.expires, NEW.site, NEW.record_id, NEW.payload);
END;
