"""The parts of reports."""
