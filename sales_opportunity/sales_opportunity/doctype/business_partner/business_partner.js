frappe.ui.form.on("Business Partner", {
	setup(frm) {
		frm.set_query("source", sales_opportunity.queries.origins);
		frm.set_query("campaign", sales_opportunity.queries.origins);
	},

	refresh(frm) {
		frappe.dynamic_link = { doc: frm.doc, fieldname: "name", doctype: "Business Partner" };
		if (frm.is_new()) {
			frappe.contacts.clear_address_and_contact(frm);
			return;
		}
		frappe.contacts.render_address_and_contact(frm);
		show_duplicates(frm);
		if (frappe.model.can_create("Sales Opportunity")) {
			frm.add_custom_button(__("Create Opportunity", null, "Business Partner"), () =>
				frappe.new_doc("Sales Opportunity", { party_type: "Business Partner", party: frm.doc.name }),
			);
		}
	},
});

frappe.tour["Business Partner"] = [
	{
		fieldname: "partner_name",
		title: __("Partner Name"),
		description: __("A company or a person; addresses and contacts are added after the first save."),
	},
	{
		fieldname: "language",
		title: __("Language"),
		description: __("The language of the partner's quotes."),
	},
];

function show_duplicates(frm) {
	const escape = frappe.utils.escape_html;
	const links = (frm.doc.__onload?.likely_duplicates || []).map((row) => {
		const title = `<u>${escape(row.title)}</u>`;
		const link = frappe.utils.get_form_link("Business Partner", row.name, true, title);
		return `${link} (${escape(row.reasons.join(", "))})`;
	});
	frm.dashboard.clear_headline();
	if (links.length) {
		frm.dashboard.set_headline(__("May exist already: {0}", [links.join(" · ")]), "orange");
	}
}
