"""Reads the files in `data/`. Days count back from today (`days_ago`) or forward (`…_in`)."""

import csv
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


def read_table(name: str) -> list[dict[str, str]]:
	"""Return the rows of `data/<name>.csv`; empty cells are empty strings."""
	with open(FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
		return list(csv.DictReader(file))


def read_json(name: str) -> Any:
	"""Return the content of `data/<name>.json`."""
	return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def document(name: str) -> bytes:
	"""Return a file of `data/documents`."""
	return (FOLDER / "documents" / name).read_bytes()


def pictures(folder: str) -> list[tuple[str, bytes]]:
	"""Return the pictures of `data/pictures/<folder>`, each with the name of the record that it shows."""
	return [(path.stem, path.read_bytes()) for path in sorted((FOLDER / "pictures" / folder).glob("*.png"))]


def recorded_stage_steps(opportunity: dict[str, str]) -> list[tuple[str, int]]:
	"""Return the stages that an opportunity went through, each with the days ago when it was entered."""
	steps = [step.split("@") for step in opportunity["stages"].split(" > ")]
	return [(stage, int(days_ago)) for stage, days_ago in steps]
