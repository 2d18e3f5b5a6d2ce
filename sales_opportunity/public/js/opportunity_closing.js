frappe.ui.form.on("Sales Opportunity", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0].write) {
			return;
		}
		if (frm.doc.status === "Open") {
			const group = __("Close Deal");
			frm.add_custom_button(__("Close as Won"), () => close_as_won(frm), group);
			frm.add_custom_button(__("Close as Lost"), () => close_as_lost(frm), group);
			if (frm.perm[0].delete) {
				frm.page.add_menu_item(__("Merge a Duplicate into This One"), () => merge(frm));
			}
		} else if (frappe.user.has_role(["Sales Manager", "System Manager"])) {
			frm.add_custom_button(__("Reopen"), () => reopen(frm));
		}
	},
});

function reason_field(outcome, reqd) {
	return {
		fieldname: "closing_reason",
		fieldtype: "Link",
		options: "Closing Reason",
		label: __("Closing Reason"),
		reqd,
		get_query: () => ({ filters: { outcome, enabled: 1 } }),
	};
}

function notes_field() {
	return { fieldname: "closing_notes", fieldtype: "Small Text", label: __("Closing Notes") };
}

async function close_as_won(frm) {
	const quotes = await frappe.db.get_list("Quote", {
		filters: { opportunity: frm.doc.name, status: ["in", ["Issued", "Sent", "Accepted", "Expired"]] },
		fields: ["name", "label", "gross_total", "transaction_currency"],
		order_by: "is_primary desc, name desc",
		limit: 0,
	});
	const options = quotes.map((quote) => ({
		value: quote.name,
		label: [quote.name, quote.label, format_currency(quote.gross_total, quote.transaction_currency)]
			.filter(Boolean)
			.join(" · "),
	}));
	act(frm, "close_as_won", __("Close as Won"), [
		{
			fieldname: "won_quote",
			fieldtype: "Select",
			label: __("Won Quote"),
			options,
			default: quotes[0]?.name,
			hidden: !quotes.length,
		},
		reason_field("Won", 0),
		notes_field(),
	]);
}

function close_as_lost(frm) {
	act(frm, "close_as_lost", __("Close as Lost"), [
		reason_field("Lost", 1),
		{ fieldname: "competitor", fieldtype: "Link", options: "Sales Competitor", label: __("Competitor") },
		{
			fieldname: "competitor_price",
			fieldtype: "Float",
			label: __("Competitor's Price ({0})", [frm.doc.transaction_currency]),
			depends_on: "competitor",
			precision: 2,
		},
		notes_field(),
	]);
}

function reopen(frm) {
	act(frm, "reopen", __("Reopen"), [
		{
			fieldname: "stage",
			fieldtype: "Link",
			options: "Qualification Stage",
			label: __("Qualification Stage"),
			description: __("Empty: the stage before closing."),
			get_query: () => ({
				query: "sales_opportunity.sales_opportunity.doctype.class_id.class_id.stage_query",
				filters: { class_id: frm.doc.class_id, stage_type: "Open" },
			}),
		},
	]);
}

function merge(frm) {
	act(frm, "merge", __("Merge a Duplicate into This One"), [
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
					status: "Open",
					name: ["!=", frm.doc.name],
				},
			}),
		},
	]);
}

/** Ask for the fields, let the server do it, and show the result. */
async function act(frm, method, title, fields) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: title,
		async primary_action(values) {
			dialog.disable_primary_action();
			try {
				await frappe.xcall(`sales_opportunity.api.${method}`, { opportunity: frm.doc.name, ...values });
				dialog.hide();
				await frm.reload_doc();
			} finally {
				dialog.enable_primary_action();
			}
		},
	});
	dialog.show();
}
