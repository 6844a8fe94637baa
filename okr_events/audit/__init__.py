"""The audit: the log exported, and an export checked by somebody who trusts nobody, with no store at hand."""
