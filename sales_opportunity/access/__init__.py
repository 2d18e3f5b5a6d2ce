"""Who may read and change what: documents, rows of their tables, confidential fields."""
