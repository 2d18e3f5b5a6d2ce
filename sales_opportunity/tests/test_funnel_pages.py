"""The steps through the stages are read in pages: each deal's course is whole, wherever a page ends."""

from unittest.mock import patch

import frappe

from sales_opportunity import api
from sales_opportunity.compat import IntegrationTestCase
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
		filters = frappe._dict(class_id=class_id)
		at_once = list(funnel.get_courses(filters))
		self.assertEqual([len(course.steps) for course in at_once], [3, 3, 1])
		for page in range(1, 8):
			with self.subTest(page), patch.object(funnel, "PAGE", page):
				self.assertEqual(list(funnel.get_courses(filters)), at_once)
