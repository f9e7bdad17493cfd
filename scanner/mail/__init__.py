"""E-mail read for a report: what a message loads when it is opened, where its links lead, and by what it knows its reader."""
