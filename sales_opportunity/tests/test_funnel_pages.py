"""The steps through the stages are read in pages: each deal's course is whole, wherever a page ends."""

from unittest.mock import patch

import frappe

from sales_opportunity import api
from sales_opportunity.framework.compat import IntegrationTestCase
from sales_opportunity.reporting import funnel
from sales_opportunity.tests.factories import make_class, make_opportunity


class TestFunnelPages(IntegrationTestCase):
	def test_a_deal_that_goes_on_behind_a_page_is_read_with_all_its_steps(self):
		frappe.set_user("Administrator")
		class_id = make_class(f"PAGES-{frappe.generate_hash(length=6)}").name
		deals = [make_opportunity(items=[{}], class_id=class_id).name for _number in range(3)]
		for deal in deals[:2]:
			for stage in ("Needs Analysis", "Proposal"):
				api.move_stage(deal, stage)
		for filters in (frappe._dict(class_id=class_id), frappe._dict()):
			(at_once,) = funnel.get_steps(filters)
			self.assertEqual([sum(step[0] == deal for step in at_once) for deal in deals], [3, 3, 1])
			for page in range(1, 8):
				with self.subTest(page, **filters), patch.object(funnel, "PAGE", page):
					parts = list(funnel.get_steps(filters))
					self.assertEqual(sorted(step for part in parts for step in part), sorted(at_once))
					for deal in deals:
						self.assertEqual(sum(any(step[0] == deal for step in part) for part in parts), 1)
