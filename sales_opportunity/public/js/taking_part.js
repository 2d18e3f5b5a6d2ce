/** From a contact or a partner to the deals in which it takes part, beside those of the partner itself. */

(() => {
	const FIELDS = {
		Contact: "contact",
		"Business Partner": "party",
		Customer: "party",
		Lead: "party",
		Prospect: "party",
	};

	for (const [doctype, field] of Object.entries(FIELDS)) {
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				const is_used = frappe.boot.sales_opportunity_features.use_participants;
				if (frm.is_new() || !is_used || !frappe.model.can_read("Sales Opportunity")) {
					return;
				}
				frm.add_custom_button(
					__("Takes Part In"),
					() => {
						frappe.route_options = { [`Sales Opportunity Contact.${field}`]: frm.doc.name };
						frappe.set_route("List", "Sales Opportunity");
					},
					__("View"),
				);
			},
		});
	}
})();
