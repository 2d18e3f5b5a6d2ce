"""python3 subject.py FILE: whether a commit message says in its first line what kind of change it is, briefly."""

import re
import sys
from pathlib import Path

KINDS = "build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test"
LONGEST = 72


def fault(message: str) -> str:
	"""Return what is wrong with the message of a commit, or nothing."""
	subject, _, body = message.partition("\n")
	if re.match(r"(Merge|Revert|fixup!|squash!) ", subject):
		return ""
	if not re.match(rf"({KINDS})(\([a-z-]+\))?!?: \S", subject):
		return f"A subject begins with one of {KINDS.replace('|', ', ')}, and a colon."
	if len(subject) > LONGEST:
		return f"A subject has at most {LONGEST} characters; this one has {len(subject)}."
	if body.strip() and not body.startswith("\n"):
		return "Between subject and body stands an empty line."
	return ""


if __name__ == "__main__":
	sys.exit(fault(Path(sys.argv[1]).read_text()) or 0)
