"""Rules of release on the site, who may release, and a quote that they are asked of."""

import frappe
from frappe.desk.form.load import getdoc

from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.sales_opportunity.doctype.quote_release.releases import release, request_release
from sales_opportunity.tests.factories import get_or_make, make_item, make_opportunity, make_quote, make_user
from sales_opportunity.tests.settings import commit_settings, save_settings

SELLER, OTHER, LEAD, HEAD = (f"release.{name}@example.com" for name in ("seller", "other", "lead", "head"))
LEAD_ROLE, HEAD_ROLE = "Lead of Sales", "Head of Sales"
FROM_10 = {"discount_from": 10, "role": LEAD_ROLE}
FROM_30 = {"discount_from": 30, "role": HEAD_ROLE}


def drop_rules():
	"""Take the rules out of the site's settings again: submitting many at once has stored what the tests made."""
	frappe.set_user("Administrator")
	commit_settings(release_rules=[], use_releases=1, use_customer_choice=1, allow_own_releases=0)


class ReleaseCase(IntegrationTestCase):
	@classmethod
	def setUpClass(cls):
		cls.addClassCleanup(drop_rules)
		super().setUpClass()
		frappe.set_user("Administrator")
		for role in (LEAD_ROLE, HEAD_ROLE):
			get_or_make("Role", role, role_name=role)
		make_user(SELLER, "Sales User")
		make_user(OTHER, "Sales User")
		make_user(LEAD, LEAD_ROLE, "Sales Manager", "Sales User", language="de")
		make_user(HEAD, HEAD_ROLE, "Sales Viewer")
		item = make_item("TEST-RELEASED", price=1000)
		item.cost = 617.43
		item.save()

	def setUp(self):
		self.rule(FROM_10, FROM_30)
		frappe.set_user(SELLER)
		deal = make_opportunity(items=[{"item": "TEST-RELEASED"}], opportunity_owner=SELLER)
		self.quote = make_quote(deal)

	def tearDown(self):
		frappe.set_user("Administrator")

	def rule(self, *rules: dict, **values):
		"""Let these be the rules of the site."""
		user = frappe.session.user
		frappe.set_user("Administrator")
		save_settings(**{"release_rules": list(rules), "use_releases": 1, "allow_own_releases": 0, **values})
		frappe.set_user(user)

	def change(self, user: str = SELLER, **values):
		frappe.set_user(user)
		self.quote = frappe.get_doc("Quote", self.quote.name)
		self.quote.update(values)
		self.quote.save()

	def asked(self, discount: float = 15):
		self.change(discount_percentage=discount)
		request_release(self.quote.name, "They buy every year.")

	def released(self, discount: float = 15, by: str = LEAD):
		self.asked(discount)
		self.answer(by)

	def answer(self, user: str = LEAD):
		frappe.set_user(user)
		release(self.quote.name, str(frappe.db.get_value("Quote", self.quote.name, "modified")))
		frappe.set_user(SELLER)

	def status(self) -> str:
		return frappe.db.get_value("Quote", self.quote.name, "release_status") or ""

	def shown(self) -> dict | None:
		"""Return what the form shows to the user."""
		frappe.response.docs = []
		getdoc("Quote", self.quote.name)
		return (frappe.response.docs[0].get("__onload") or {}).get("release")

	def log(self) -> list[str]:
		return frappe.get_all(
			"Quote Release", {"quote": self.quote.name}, pluck="action", order_by="creation asc"
		)

	def tasks(self, status: str = "Open") -> list[str]:
		filters = {"reference_type": "Quote", "reference_name": self.quote.name, "status": status}
		return sorted(frappe.get_all("ToDo", filters, pluck="allocated_to"))
