"""The reports; their mathematics lie in `analysis`, their rows in `reporting`."""
