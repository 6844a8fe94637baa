"""Reports as documents: headings, tables, charts and sentences for readers."""
