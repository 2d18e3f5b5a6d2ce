"""Sales Orders, and what is delivered and billed of them."""
