"""Processes of the machine."""

from pathlib import Path


def children(pid: int) -> list[int]:
	"""Return the ids of a process's children."""
	return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
