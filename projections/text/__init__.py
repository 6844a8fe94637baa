"""Text: sentences, names and typography that reports, findings, maps and histories share."""
