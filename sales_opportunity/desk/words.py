"""What the app says only in a context, for those views of the framework that ask without one."""

import csv
from functools import cache
from pathlib import Path

import frappe

FOLDER = Path(__file__).parent.parent / "translations"


def extend_bootinfo(bootinfo: frappe._dict) -> None:
	"""Tell the desk these words without a context too, if neither the framework nor another app says them (a hook)."""
	if messages := bootinfo.get("__messages"):
		words = words_in_contexts(frappe.local.lang.split("-")[0])
		bootinfo["__messages"] = {**words, **messages}


@cache
def words_in_contexts(language: str) -> dict[str, str]:
	"""Return by source text what the app says in any context, the first if they differ."""
	path = FOLDER / f"{language}.csv"
	words: dict[str, str] = {}
	if path.exists():
		with path.open(newline="") as file:
			for source, translation, context in csv.reader(file):
				if context:
					words.setdefault(source, translation)
	return words
