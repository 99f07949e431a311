"""Documents in, passages out. The SQL database is the truth about documents, versions and passages."""
