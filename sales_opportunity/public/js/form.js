/** What several forms do. */

frappe.provide("sales_opportunity.form");

/** Save what was typed, if anything was. */
sales_opportunity.form.save_changes = async function (frm) {
	if (frm.is_dirty()) {
		await frm.save();
	}
};

/** The framework shows a form's connections first; in ours they stand below what is worked with. */
sales_opportunity.form.move_connections_down = function (frm) {
	const first_tab = frm.layout.tabs?.[0];
	if (first_tab) {
		frm.dashboard.links_area.wrapper.appendTo(first_tab.wrapper);
	}
};
