/** Opportunities that are made from the form of another app's partner, where it is registered as one: with that partner. */

(() => {
	const OPPORTUNITY = "Sales Opportunity";

	const make = (frm) => frappe.new_doc(OPPORTUNITY, { party_type: frm.doctype, party: frm.doc.name });

	const is_partner = (doctype) => frappe.boot.sales_opportunity_masters.party.includes(doctype);

	for (const doctype of ["Customer", "Lead", "Prospect"]) {
		frappe.ui.form.on(doctype, {
			refresh(frm) {
				if (!is_partner(doctype)) {
					return;
				}
				frm.make_methods = { ...frm.make_methods, [OPPORTUNITY]: make };
				if (!frm.is_new() && frappe.model.can_create(OPPORTUNITY)) {
					frm.add_custom_button(__(OPPORTUNITY), () => make(frm), __("Create"));
				}
			},
		});
	}
})();
