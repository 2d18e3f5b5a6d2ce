"""What ties an opportunity and its quotes: value, lines, conditions, which quote counts, which status follows."""
