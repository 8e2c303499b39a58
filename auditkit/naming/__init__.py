"""Names of columns, tables, files and paths: what they may show, and which of them are data themselves."""
