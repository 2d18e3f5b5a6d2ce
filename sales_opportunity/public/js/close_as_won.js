/** Closing an opportunity as won: one dialog for the forms of the opportunity and of its quotes. */

frappe.provide("sales_opportunity.closing");

sales_opportunity.closing.reason_field = function (outcome, reqd) {
	return {
		fieldname: "closing_reason",
		fieldtype: "Link",
		options: "Closing Reason",
		label: __("Closing Reason"),
		reqd,
		get_query: () => ({ filters: { outcome, enabled: 1 } }),
	};
};

sales_opportunity.closing.notes_field = function () {
	return { fieldname: "closing_notes", fieldtype: "Small Text", label: __("Closing Notes") };
};

/** Offer the quotes that can have won, `won_quote` before all others; `frm` is reloaded afterwards. */
sales_opportunity.closing.close_as_won = async function (frm, opportunity, won_quote) {
	const { act, reason_field, notes_field } = sales_opportunity.closing;
	const quotes = await frappe.db.get_list("Quote", {
		filters: { opportunity, status: ["in", ["Issued", "Sent", "Accepted", "Expired"]] },
		fields: ["name", "label", "status", "gross_total", "transaction_currency"],
		order_by: "is_primary desc, name desc",
		limit: 0,
	});
	quotes.sort((one, other) => (other.status === "Accepted") - (one.status === "Accepted"));
	const options = quotes.map((quote) => ({
		value: quote.name,
		label: [quote.name, quote.label, format_currency(quote.gross_total, quote.transaction_currency)]
			.filter(Boolean)
			.join(" · "),
	}));
	act(frm, opportunity, "close_as_won", __("Close as Won"), [
		{
			fieldname: "won_quote",
			fieldtype: "Select",
			label: __("Won Quote"),
			options,
			default: won_quote || quotes[0]?.name,
			hidden: !quotes.length,
		},
		reason_field("Won", 0),
		notes_field(),
	]);
};

/** Ask for the fields, let the server do it with the opportunity, and show the result. */
sales_opportunity.closing.act = async function (frm, opportunity, method, title, fields) {
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
				await frappe.xcall(`sales_opportunity.api.${method}`, { opportunity, ...values });
				dialog.hide();
				await frm.reload_doc();
			} finally {
				dialog.enable_primary_action();
			}
		},
	});
	dialog.show();
};
