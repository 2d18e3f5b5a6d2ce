"""One make at a time in this checkout."""

import fcntl
import os

from dev.bench import REPO


def hold() -> None:
	"""Wait until no other make is at work here, and keep others waiting until this process has ended.

	Commands that inherit the lock keep it too: the remains of a killed make end before the next one begins.
	"""
	lock = os.open(REPO / "dev", os.O_RDONLY)
	os.set_inheritable(lock, True)
	try:
		fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
	except BlockingIOError:
		print("Another make is at work in this checkout; waiting for it to end …", flush=True)
		fcntl.flock(lock, fcntl.LOCK_EX)
