/** Closing, reopening and merging an opportunity from its form. */

frappe.ui.form.on("Sales Opportunity", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) {
			return;
		}
		if (sales_opportunity.statuses.is_open(frm.doc)) {
			const group = __("Close Deal");
			frm.add_custom_button(
				__("Close as Won"),
				() => sales_opportunity.closing_dialogs.close_as_won(frm, frm.doc.name),
				group,
			);
			frm.add_custom_button(
				__("Close as Lost"),
				() =>
					sales_opportunity.closing_dialogs.close_as_lost(frm, frm.doc.name, frm.doc.transaction_currency),
				group,
			);
			if (frm.perm[0].delete) {
				frm.page.add_menu_item(__("Merge a Duplicate into This One"), () => merge(frm));
			}
		} else if (frappe.boot.sales_opportunity_may.reopen) {
			frm.add_custom_button(__("Reopen"), () => reopen(frm));
		}
	},
});

function reopen(frm) {
	sales_opportunity.closing_dialogs.act(frm, frm.doc.name, "reopen", __("Reopen"), [
		{
			fieldname: "stage",
			fieldtype: "Link",
			options: "Qualification Stage",
			label: __("Qualification Stage"),
			description: __("Empty: the stage before closing."),
			get_query: () =>
				sales_opportunity.queries.stages(frm.doc.class_id, sales_opportunity.statuses.opportunity.open),
			filter_description: __("Stages of the class"),
		},
	]);
}

function merge(frm) {
	sales_opportunity.closing_dialogs.act(frm, frm.doc.name, "merge", __("Merge a Duplicate into This One"), [
		{
			fieldname: "duplicate",
			fieldtype: "Link",
			options: "Sales Opportunity",
			label: __("Duplicate"),
			reqd: 1,
			description: __("Its quotes and activities move here; the duplicate itself is deleted."),
			get_query: () => ({
				filters: {
					party_type: frm.doc.party_type,
					party: frm.doc.party,
					status: sales_opportunity.statuses.opportunity.open,
					name: ["!=", frm.doc.name],
				},
			}),
		},
	]);
}
