"""The documents; beside each its rules and its scripts."""
