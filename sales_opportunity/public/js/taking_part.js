/** From a contact or a partner to the deals in which it takes part, beside those of the partner itself. */

(() => {
	const FIELDS = {
		Contact: "contact",
		"Business Partner": "party",
		Customer: "party",
		Lead: "party",
		Prospect: "party",
	};

	/** A contact may take part, and a partner of a type that is registered as one. */
	const takes_part = (doctype) =>
		frappe.boot.sales_opportunity_features.use_participants &&
		(doctype === "Contact" || frappe.boot.sales_opportunity_masters.party.includes(doctype));

	for (const [doctype, field] of Object.entries(FIELDS)) {
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				if (frm.is_new() || !takes_part(doctype) || !frappe.model.can_read("Sales Opportunity")) {
					return;
				}
				frm.add_custom_button(
					__("Takes Part In"),
					() => {
						frappe.route_options = { [`Sales Opportunity Contact.${field}`]: frm.doc.name };
						frappe.set_route("List", "Sales Opportunity");
					},
					__("View", null, "Contact"),
				);
			},
		});
	}
})();
