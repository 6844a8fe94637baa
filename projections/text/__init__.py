"""Event descriptions, display names and text metrics, shared by reports, findings, maps and histories."""
