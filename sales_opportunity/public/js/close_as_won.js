/** Closing an opportunity as won: one dialog, whoever opens it, and what all closing dialogs do. */

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

/** Say what is still planned on the opportunity, and ask whether it is to stay; nothing if nothing is. */
sales_opportunity.closing.plans_fields = async function (opportunity) {
	const planned = await frappe.xcall("sales_opportunity.activities.open_activities.open_activities", {
		opportunity,
	});
	if (!planned.length) {
		return [];
	}
	const lines = planned.map(({ day, subject }) =>
		[day && frappe.datetime.str_to_user(day), subject].filter(Boolean).join(": "),
	);
	return [
		{
			fieldname: "keep_plans",
			fieldtype: "Check",
			label: __("Keep what is planned"),
			description: `${__("Otherwise this is cancelled:")}<br>${lines.map(frappe.utils.escape_html).join("<br>")}`,
		},
	];
};

/** Offer the quotes that can have won, `won_quote` before all others; `frm` and `entered` as of `act`. */
sales_opportunity.closing.close_as_won = async function (frm, opportunity, won_quote, entered) {
	const { act, reason_field, notes_field } = sales_opportunity.closing;
	const quotes = await frappe.db.get_list("Quote", {
		filters: { opportunity, status: ["in", frappe.boot.sales_opportunity_statuses.quote.acceptable] },
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
	return act(
		frm,
		opportunity,
		"close_as_won",
		__("Close as Won"),
		[
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
		],
		entered,
	);
};

/**
 * Ask for the fields, let the server do it with the opportunity, and resolve to its answer, null if the person gave up.
 *
 * `frm`, if there is one, is saved before and reloaded afterwards. `entered` is the stage that the deal is to enter and
 * what it still lacks for that, which is asked for along.
 */
sales_opportunity.closing.act = async function (frm, opportunity, method, title, fields, entered = null) {
	const { ask, dialog_fields, plans_fields } = sales_opportunity.closing;
	if (frm?.is_dirty()) {
		await frm.save();
	}
	const missing = dialog_fields(entered?.missing || []);
	const plans = method.startsWith("close_as") ? await plans_fields(opportunity) : [];
	const answer = await ask(title, [...fields, ...missing, ...plans], (typed) => {
		const values = { ...typed };
		const asked = {};
		for (const { fieldname } of missing) {
			asked[fieldname] = values[fieldname];
			delete values[fieldname];
		}
		const stage = entered && { stage: entered.stage, values: asked };
		return frappe.xcall(`sales_opportunity.api.${method}`, { opportunity, ...values, ...stage });
	});
	if (answer && frm) {
		await frm.reload_doc();
	}
	return answer;
};

/** Ask for the fields and resolve to what `action` answers to the values, null if the dialog is closed before. */
sales_opportunity.closing.ask = function (title, fields, action, label = title) {
	return new Promise((resolve) => {
		let answer = null;
		const dialog = sales_opportunity.dialog({
			title,
			fields,
			primary_action_label: label,
			async primary_action(values) {
				answer = await action(values);
				dialog.hide();
			},
		});
		dialog.onhide = () => resolve(answer);
		dialog.on_page_show = () => begin_first_row(dialog);
		dialog.show();
	});
};

/** Return the fields that the server says are missing as a dialog takes them; a table begins with one row. */
sales_opportunity.closing.dialog_fields = (missing) =>
	missing.map((field) =>
		field.fieldtype === "Table"
			? {
					...field,
					fields: field.fields.map(item_column),
					in_place_edit: true,
					data: [{ idx: 1, quantity: 1 }],
				}
			: field,
	);

/** Items are offered as on the form. */
function item_column(column) {
	const query = "sales_opportunity.sales_opportunity.doctype.sales_item.item_search.item_query";
	return column.options === "Sales Item" ? { ...column, get_query: () => ({ query }) } : column;
}

function begin_first_row(dialog) {
	const grid = dialog.fields_list.find((field) => field.df.fieldtype === "Table")?.grid;
	if (grid?.grid_rows.length) {
		grid.grid_rows[0].toggle_editable_row(true);
		grid.set_focus_on_row(0);
	}
}
