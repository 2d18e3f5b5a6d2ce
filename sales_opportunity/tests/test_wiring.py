"""Strings that name code: every dotted path, template, patch and link of the app leads somewhere."""

import importlib.util
import json
import re
from pathlib import Path

import frappe
from frappe.modules.patch_handler import get_all_patches
from frappe.utils import get_assets_json
from frappe.utils.jinja_globals import bundled_asset

from sales_opportunity import hooks
from sales_opportunity.desk.bundles import extend_bootinfo
from sales_opportunity.framework.compat import IntegrationTestCase

APP = Path(__file__).resolve().parent.parent
CONSTANT = re.compile(r'const (\w+) =\s+"([\w.]+)";')
METHOD = re.compile(r"""["'`/]((?:frappe|sales_opportunity)\.(?!bundle\.)(?:\w+\.)+\w+)["'`?]""")
ASSET = re.compile(r"""["'`](/assets/sales_opportunity/[\w/]+\.\w+)["'`]""")
TEMPLATE = re.compile(r'{%-?\s*(?:from|include|import|extends)\s+"([^"]+)"')


class TestWiring(IntegrationTestCase):
	def test_hooks(self):
		values = [value for name, value in vars(hooks).items() if not name.startswith("__")]
		paths = dotted_paths(values)
		self.assertGreater(len(paths), 10)
		for path in paths:
			self.assertTrue(callable(frappe.get_attr(path)), path)

	def test_methods_that_scripts_call_are_whitelisted(self):
		paths = set()
		for file in APP.rglob("*.js"):
			source = file.read_text()
			for name, value in CONSTANT.findall(source):
				source = source.replace(f"${{{name}}}", value)
			paths.update(path for path in METHOD.findall(source) if not path.startswith("frappe.ui."))
		self.assertGreater(len(paths), 5)
		for path in paths:
			if not is_module(path):
				frappe.is_whitelisted(frappe.get_attr(path))

	def test_paths_in_modules(self):
		paths = set()
		for file in APP.rglob("*.py"):
			if "tests" not in file.parts:
				found = METHOD.findall(file.read_text().replace("{__name__}", module_name(file)))
				paths.update(path for path in found if path.startswith("sales_opportunity."))
		self.assertGreater(len(paths), 10)
		for path in paths:
			self.assertTrue(is_module(path) or callable(frappe.get_attr(path)), path)

	def test_files_that_hooks_and_scripts_name(self):
		files = file_names([hooks.doctype_js, hooks.doctype_list_js])
		for file in APP.rglob("*.js"):
			files.update(ASSET.findall(file.read_text()))
		self.assertGreater(len(files), 30)
		for file in files:
			self.assertTrue((APP / re.sub("^/assets/sales_opportunity/", "public/", file)).is_file(), file)

	def test_bundles_of_the_desk_are_built_and_asked_for_by_their_hash(self):
		for name in (*hooks.app_include_js, *hooks.app_include_css):
			stem, ending = name.rsplit(".", 1)
			address = bundled_asset(name, rtl=False)
			self.assertRegex(
				address, rf"^/assets/sales_opportunity/dist/{ending}/{stem}\.[A-Z0-9]{{8}}\.{ending}$"
			)
			self.assertTrue((Path(frappe.local.sites_path) / address.lstrip("/")).is_file(), address)

	def test_the_desk_says_if_a_bundle_was_never_built(self):
		built = frappe._dict(assets_json=get_assets_json())
		extend_bootinfo(built)
		self.assertNotIn("messages", built)
		for name in (*hooks.app_include_js, *hooks.app_include_css):
			others = {other: address for other, address in built.assets_json.items() if other != name}
			unbuilt = frappe._dict(assets_json=others, messages=["{}"])
			extend_bootinfo(unbuilt)
			first, said = (json.loads(message) for message in unbuilt.messages)
			self.assertEqual(first, {})
			self.assertIn("bench build --app sales_opportunity", said["message"])

	def test_paths_in_records(self):
		for file in (APP / "sales_opportunity").rglob("*.json"):
			for path in METHOD.findall(file.read_text()):
				self.assertTrue(callable(frappe.get_attr(path)), path)

	def test_templates(self):
		environment = frappe.get_jenv()
		included = {name for file in APP.rglob("*.html") for name in TEMPLATE.findall(file.read_text())}
		self.assertTrue(included)
		for name in included:
			environment.get_template(name)

	def test_patches(self):
		for patch in get_all_patches():
			if patch.startswith("sales_opportunity."):
				self.assertTrue(callable(frappe.get_attr(f"{patch.split()[0]}.execute")), patch)

	def test_links_of_workspaces_and_doctypes(self):
		for file in (APP / "sales_opportunity").rglob("*.json"):
			record = json.loads(file.read_text())
			for row in [*record.get("links", []), *record.get("shortcuts", [])]:
				if row.get("link_to"):
					doctype = row.get("link_type") or row.get("type")
					self.assertTrue(frappe.db.exists(doctype, row["link_to"]), row["link_to"])
			for field in record.get("fields", []):
				if field.get("fieldtype") in ("Link", "Table"):
					self.assertTrue(frappe.db.exists("DocType", field["options"]), field["options"])

	def test_types_in_controllers_are_up_to_date(self):
		for doctype in frappe.get_all("DocType", {"module": "Sales Opportunity"}, pluck="name"):
			meta = frappe.get_meta(doctype)
			folder = APP / "sales_opportunity" / "doctype" / frappe.scrub(doctype)
			source = (folder / f"{frappe.scrub(doctype)}.py").read_text()
			for field in meta.fields:
				if field.fieldtype not in frappe.model.no_value_fields and not field.get("is_custom_field"):
					self.assertIn(f"\t{field.fieldname}: DF.", source, doctype)


def dotted_paths(value) -> list[str]:
	"""Return all strings in a hook's value that are dotted paths into this app, and no names of bundles."""
	if isinstance(value, dict):
		return [path for item in value.values() for path in dotted_paths(item)]
	if isinstance(value, list):
		return [path for item in value for path in dotted_paths(item)]
	is_path = isinstance(value, str) and re.match(r"sales_opportunity\.(?!bundle\.)", value)
	return [value] if is_path else []


def file_names(value) -> set[str]:
	"""Return the names of files below lists and dictionaries."""
	if isinstance(value, str):
		return {value}
	return {
		name for one in (value.values() if isinstance(value, dict) else value) for name in file_names(one)
	}


def module_name(file: Path) -> str:
	"""Return the dotted name of a module of the app."""
	parts = file.relative_to(APP.parent).with_suffix("").parts
	return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(path: str) -> bool:
	"""Return whether a dotted path is a module, to which scripts add the name of a function."""
	try:
		return bool(importlib.util.find_spec(path))
	except ModuleNotFoundError:
		return False
