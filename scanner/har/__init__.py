"""HTTP archives (HAR): recordings of what a browser or a proxy sent and received, read for a report and written for evidence."""
