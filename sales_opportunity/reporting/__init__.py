"""What the reports read: one query, its groups, the history of the pipeline, how rows become columns and cards."""
