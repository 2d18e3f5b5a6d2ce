/** Who takes part in a deal on the customer's side. */

frappe.ui.form.on("Sales Opportunity", {
	setup(frm) {
		frm.set_query("party_type", "participants", sales_opportunity.queries.party_types);
	},
});

frappe.ui.form.on("Sales Opportunity Contact", {
	/** One of them is the deal's contact. */
	is_primary(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		if (row.is_primary && row.contact) {
			frm.doc.participants.forEach((other) => {
				other.is_primary = Number(other === row);
			});
			frm.set_value("contact", row.contact);
			frm.refresh_field("participants");
		}
	},
});
