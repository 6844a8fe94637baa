"""Documents of sections, tables and charts, and their formats: HTML, PDF, Markdown, XLSX, CSV and chat text."""
