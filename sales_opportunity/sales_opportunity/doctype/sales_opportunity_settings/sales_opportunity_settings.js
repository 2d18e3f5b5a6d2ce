frappe.ui.form.on("Sales Opportunity Settings", {
	setup(frm) {
		frm.set_df_property("quote_checks", "cannot_add_rows", true);
		frm.set_df_property("quote_checks", "cannot_delete_rows", true);
	},
});
