"""What choices are called in lists and forms, this app's and those of others, and which of them are offered."""

import pytest

pytestmark = pytest.mark.browser

WITH_A_FORMATTER_OF_ITS_OWN = """async ([doctype, fieldname, value]) => {
	await new Promise((done) => frappe.model.with_doctype(doctype, done));
	const field = frappe.meta.get_docfield(doctype, fieldname);
	const plain = frappe.form.formatters.Select(value, field);
	field.formatter = (given) => `(${given})`;
	const formatted = frappe.form.formatters.Select(value, field);
	delete field.formatter;
	return [plain, formatted, frappe.form.formatters.Select(null, field)];
}"""
KINDS = """() => new Promise((done) => frappe.model.with_doctype("Fulfilment Request", () =>
	done(frappe.meta.get_docfield("Fulfilment Request", "kind").options.split("\\n"))))"""


@pytest.mark.parametrize(
	("doctype", "fieldname", "value", "said"),
	[
		("ToDo", "status", "Open", "Offen"),
		("ToDo", "priority", "High", "Hoch"),
		("Event", "event_type", "Private", "Privat"),
		("Quote", "status", "Accepted", "Angenommen"),
		("Fulfilment Request", "status", "Done", "Erledigt"),
	],
)
def test_choices_are_said_in_german_and_by_the_formatter_that_somebody_has_set(
	desk, world, doctype, fieldname, value, said
):
	anna = desk(world["users"]["anna"])
	anna.open("List", "Sales Opportunity")
	answer = anna.page.evaluate(WITH_A_FORMATTER_OF_ITS_OWN, [doctype, fieldname, value])
	assert answer == [said, f"({value})", ""]


def test_requests_offer_orders_only_where_an_app_makes_them(desk, world):
	anna = desk(world["users"]["anna"])
	anna.open("List", "Fulfilment Request")
	can_order = anna.page.evaluate("() => 'Order' in frappe.boot.sales_opportunity_documents")
	wanted = ["Billing", "Shipping", *(["Order"] if can_order else [])]
	chosen = anna.page.locator(".standard-filter-section [data-fieldname='kind'] select option")
	assert [value for value in chosen.evaluate_all("all => all.map((one) => one.value)") if value] == wanted
	assert anna.page.evaluate(KINDS) == wanted
	anna.new("Fulfilment Request")
	offered = anna.page.locator(".form-layout [data-fieldname='kind'] select option")
	assert [value for value in offered.evaluate_all("all => all.map((one) => one.value)") if value] == wanted


def test_a_new_deal_and_its_lines_begin_with_the_masters_that_are_offered_first(desk, world):
	anna = desk(world["users"]["anna"])
	anna.open("List", "Sales Opportunity")
	anna.page.evaluate(
		"""() => Object.assign(frappe.boot, {
			sales_opportunity_masters: { party: ["Contact", "Business Partner"], item: ["Language", "Sales Item"] },
			sales_opportunity_default_masters: { party: "Contact", item: "Language" },
		})"""
	)
	anna.new("Sales Opportunity")
	assert anna.value("party_type") == "Contact"
	lines = "() => cur_frm.doc.items.map((row) => row.item_type)"
	anna.page.evaluate("() => cur_frm.fields_dict.items.grid.add_new_row()")
	assert anna.page.evaluate(lines)[-1] == "Language"
	anna.page.evaluate("() => (cur_frm.doc.items[0].item_type = 'Sales Item')")
	anna.page.evaluate("() => cur_frm.fields_dict.items.grid.add_new_row()")
	assert anna.page.evaluate(lines)[-1] == "Sales Item", "like the line above"

	anna.open("List", "Sales Opportunity")
	anna.page.evaluate("() => frappe.new_doc('Sales Opportunity', { party_type: 'Address' })")
	anna.page.wait_for_function("() => cur_frm?.is_new() && cur_frm.doc.party_type !== 'Contact'")
	anna.settle()
	assert anna.value("party_type") == "Address", "as somebody has asked for it"


@pytest.mark.parametrize(
	("person", "tab", "stage", "stages", "contacts"),
	[
		("anna", "Kontakt", "Verhandlung", "Stufen der Klasse", "Die des Partners"),
		("emma", "Contact", "Negotiation", "Stages of the class", "Those of the partner"),
	],
)
def test_link_fields_say_in_words_what_they_offer(
	desk, world, open_deal, person, tab, stage, stages, contacts
):
	"""Not by the names that a query's filters have in the code."""
	seller = desk(world["users"][person])
	seller.open("Form", "Sales Opportunity", open_deal("Worte", person))
	seller.choose("stage", stage)
	assert stages in seller.field("stage").locator("ul").inner_text()
	seller.tab(tab)
	seller.choose("contact", "Sabine")
	assert contacts in seller.field("contact").locator("ul").inner_text()
