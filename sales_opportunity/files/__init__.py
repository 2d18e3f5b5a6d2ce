"""Who may see and change files, and those that stay as they are."""
