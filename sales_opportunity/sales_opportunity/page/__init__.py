"""Pages of the desk that are no forms: the board, My Day, the set-up."""
