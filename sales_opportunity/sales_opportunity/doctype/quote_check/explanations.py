"""What people are told of each rule that a quote breaks: what is wrong, and what to do about it."""

import json
from functools import cache
from pathlib import Path

from frappe import _

TEXTS = Path(__file__).with_suffix(".json")


@cache
def all_explanations() -> dict[str, dict[str, str]]:
	"""Return `message` and `remedy` by rule, untranslated; {0} stands for what the rule found."""
	return json.loads(TEXTS.read_text())


def explanation(rule: str, found: str = "") -> dict[str, str]:
	"""Return `message` and `remedy` of a rule that found something, in the user's language."""
	text = all_explanations()[rule]
	return {"message": _(text["message"]).format(found), "remedy": _(text["remedy"])}
