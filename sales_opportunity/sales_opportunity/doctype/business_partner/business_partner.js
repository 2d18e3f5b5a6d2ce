frappe.ui.form.on("Business Partner", {
	refresh(frm) {
		frappe.dynamic_link = { doc: frm.doc, fieldname: "name", doctype: "Business Partner" };
		if (frm.is_new()) {
			frappe.contacts.clear_address_and_contact(frm);
			return;
		}
		frappe.contacts.render_address_and_contact(frm);
		if (frappe.model.can_create("Sales Opportunity")) {
			frm.add_custom_button(__("Create Opportunity"), () =>
				frappe.new_doc("Sales Opportunity", { party_type: "Business Partner", party: frm.doc.name })
			);
		}
	},
});
