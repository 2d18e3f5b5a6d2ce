"""What bends the framework: its classes, its functions and its hooks, where this app's documents ask for more."""
