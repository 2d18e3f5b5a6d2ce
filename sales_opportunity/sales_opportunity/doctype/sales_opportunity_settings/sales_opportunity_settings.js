const EXCHANGE_RATES = "sales_opportunity.exchange_rates";

frappe.ui.form.on("Sales Opportunity Settings", {
	setup(frm) {
		frm.set_df_property("quote_checks", "cannot_add_rows", true);
		frm.set_df_property("quote_checks", "cannot_delete_rows", true);
	},

	refresh(frm) {
		frm
			.get_field("release_rules")
			.grid.update_docfield_property("role", "options", frm.doc.__onload.release_roles);
		if (frm.perm[0].write) {
			frm.add_custom_button(__("Set up sales"), () => frappe.set_route("set-up-sales"));
		}
		if (frm.doc.__onload.has_rate_provider && frm.perm[0].write) {
			frm.add_custom_button(__("Fetch Exchange Rates"), () => fetch_rates(frm));
		}
	},
});

async function fetch_rates(frm) {
	await sales_opportunity.form.save_changes(frm);
	const currencies = await frappe.xcall(`${EXCHANGE_RATES}.fetch_rates`);
	await frm.reload_doc();
	frappe.show_alert(
		currencies.length
			? { message: __("Fetched the rates of {0}.", [currencies.join(", ")]), indicator: "green" }
			: { message: __("No rate could be fetched; the stored ones go on to apply."), indicator: "orange" },
	);
}
