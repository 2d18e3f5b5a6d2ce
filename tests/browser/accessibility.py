"""What people with a screen reader, weak sight or without a mouse would stumble over, by the rules of axe-core."""

import json
import os
from pathlib import Path

from playwright.sync_api import Page

GRAVE = ("serious", "critical")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """([context, rules]) => axe.run(context, { runOnly: rules, resultTypes: ["violations"] })
	.then((found) => found.violations)"""


def faults(page: Page, selector: str, without: str | None = None) -> list[str]:
	"""Return the serious faults below the elements of a selector, a line each: rule, what is wrong, where.

	`without` is a selector of what belongs to the framework and is not looked at.
	"""
	if not page.evaluate("() => Boolean(window.axe)"):
		page.evaluate(Path(os.environ["SALES_OPPORTUNITY_AXE"]).read_text())
	context = {"include": [selector], "exclude": [without] if without else []}
	found = page.evaluate(RUN, [context, RULES])
	return [
		f"{rule['id']}: {rule['help']}: {json.dumps(node['target'])} {node['html'][:200]}"
		for rule in found
		if rule["impact"] in GRAVE
		for node in rule["nodes"]
	]
