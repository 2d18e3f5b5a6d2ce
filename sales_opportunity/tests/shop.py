"""Another app with partners and items of its own: the example of docs/data-model.md, on real DocTypes."""

import importlib
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import frappe

from sales_opportunity.tests.factories import make_class, registered
from sales_opportunity.tests.translatable import APP

CUSTOMER_FIELDS = (
	("full_name", "Data", ""),
	("language", "Link", "Language"),
	("default_currency", "Link", "Currency"),
	("tax_number", "Data", ""),
	("abroad", "Check", ""),
	("terms", "Small Text", ""),
	("has_bought", "Check", ""),
)
ARTICLE_FIELDS = (
	("title", "Data", ""),
	("english_title", "Data", ""),
	("details", "Small Text", ""),
	("net_price", "Currency", ""),
	("reduced_tax", "Check", ""),
	("sold_out", "Check", ""),
)


def documented() -> tuple[str, ...]:
	"""Return the example's code, one text per block: hooks, adapters, dashboard, hooks without the built-ins."""
	page = (APP.parent / "docs" / "data-model.md").read_text()
	section = page.split("## Partners and items of other apps")[1].split("\n## ")[0]
	return tuple(re.findall(r"```python\n(.*?)```", section, re.S))


def executed(code: str) -> dict:
	"""Return the names that the code defines."""
	names: dict = {}
	exec(compile(code, "docs/data-model.md", "exec"), names)
	return names


@contextmanager
def shop_installed(without_built_ins: bool = False):
	"""Install the app of the docs for a while: a package of its own, whose hooks join those of the others."""
	hooks, selling, _dashboard, only_own = documented()
	if without_built_ins:
		hooks += only_own
	joined = {}
	for hook in ("sales_party_types", "sales_party_roles", "sales_item_types"):
		joined[hook] = {doctype: list(paths) for doctype, paths in frappe.get_hooks(hook).items()}
		for doctype, path in executed(hooks)[hook].items():
			joined[hook].setdefault(doctype, []).append(path)
	apps = [*frappe.get_installed_apps(), "shop"]
	with (
		package("shop", selling=selling),
		patch.object(frappe, "get_installed_apps", lambda *args, **kwargs: apps),
		registered(**joined),
	):
		yield


@contextmanager
def package(name: str, **modules: str):
	"""Let Python import a package of these modules for a while."""
	with TemporaryDirectory() as folder:
		path = Path(folder, name)
		path.mkdir()
		(path / "__init__.py").touch()
		for module, code in modules.items():
			(path / f"{module}.py").write_text(code)
		sys.path.insert(0, folder)
		importlib.invalidate_caches()
		try:
			yield
		finally:
			sys.path.remove(folder)
			for module in [key for key in sys.modules if key.split(".")[0] == name]:
				del sys.modules[module]


def make_customer(**values):
	defaults = {"full_name": "Cycles du Nord SARL", "language": "en", "terms": "30 days net"}
	return frappe.get_doc({"doctype": "Shop Customer", **defaults, **values}).insert()


def make_article(**values):
	defaults = {
		"title": "Fahrradklingel",
		"english_title": "Bicycle Bell",
		"details": "Messing",
		"net_price": 20,
	}
	return frappe.get_doc({"doctype": "Shop Article", **defaults, **values}).insert()


def make_opportunity(customer, *articles, **values):
	make_class()
	return frappe.get_doc(
		{
			"doctype": "Sales Opportunity",
			"party_type": "Shop Customer",
			"party": customer.name,
			"class_id": "TEST-CLASS",
			"stage": "Inquiry",
			"items": [
				{"item_type": "Shop Article", "item": article.name, "quantity": 10} for article in articles
			],
			**values,
		}
	).insert()
