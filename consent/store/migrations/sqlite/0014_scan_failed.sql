-- Scans that failed, by site: alerts look for the first one since the last result, every few seconds.
CREATE INDEX scan_failed ON scan_run (site, scan_id) WHERE status = 'failed';
