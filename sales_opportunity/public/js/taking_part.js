/** From a contact, or a partner of a type that is registered as one, to the deals in which it takes part, beside those of the partner itself. */

(() => {
	const ROW = "Sales Opportunity Contact";
	const partners = frappe.boot?.sales_opportunity_masters?.party || [];

	function offer(frm, field) {
		const is_used = frappe.boot.sales_opportunity_features.use_participants;
		if (frm.is_new() || !is_used || !frappe.model.can_read("Sales Opportunity")) {
			return;
		}
		const view = () => {
			frappe.route_options = { [`${ROW}.${field}`]: frm.doc.name };
			frappe.set_route("List", "Sales Opportunity");
		};
		frm.add_custom_button(__("Takes Part In"), view, __("View", null, "Contact"));
	}

	frappe.ui.form.on("Contact", { refresh: (frm) => offer(frm, "contact") });
	for (const doctype of partners) {
		frappe.ui.form.on(doctype, { refresh: (frm) => offer(frm, "party") });
	}
})();
