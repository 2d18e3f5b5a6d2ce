/** The framework shows a form's connections first; in ours they stand below what is worked with. */

frappe.provide("sales_opportunity.connections");

sales_opportunity.connections.move_down = function (frm) {
	const first_tab = frm.layout.tabs?.[0];
	if (first_tab) {
		frm.dashboard.links_area.wrapper.appendTo(first_tab.wrapper);
	}
};
