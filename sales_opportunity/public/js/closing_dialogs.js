/** Closing an opportunity: the dialogs, whoever opens them. */

frappe.provide("sales_opportunity.closing_dialogs");

(() => {
	const API = "sales_opportunity.api";
	const OPEN_ACTIVITIES = "sales_opportunity.activities.open_activities";

	const { ask } = sales_opportunity.dialog;

	/** Offer the quotes that can have won, `won_quote` before all others; `frm` and `entered` as of `act`. */
	async function close_as_won(frm, opportunity, won_quote, entered) {
		const { accepted, acceptable } = sales_opportunity.statuses.quote;
		const quotes = await sales_opportunity.quotes.of_opportunity(
			opportunity,
			{ status: ["in", acceptable] },
			{ order_by: "is_primary desc, name desc", limit: 0 },
		);
		quotes.sort((one, other) => (other.status === accepted) - (one.status === accepted));
		const won = {
			fieldname: "won_quote",
			fieldtype: "Select",
			label: __("Won Quote"),
			options: quotes.map((quote) => sales_opportunity.quotes.option(quote)),
			default: won_quote || quotes[0]?.name,
			hidden: !quotes.length,
		};
		const fields = [won, reason_field(sales_opportunity.statuses.opportunity.won, 0), notes_field()];
		return act(frm, opportunity, "close_as_won", __("Close as Won"), fields, entered);
	}

	/** Ask why and to whom it was lost; `frm` and `entered` as of `act`. */
	function close_as_lost(frm, opportunity, currency, entered) {
		const fields = [
			reason_field(sales_opportunity.statuses.opportunity.lost, 1),
			{
				fieldname: "competitor",
				fieldtype: "Link",
				options: "Sales Competitor",
				label: __("Competitor", null, "Sales Opportunity"),
			},
			{
				fieldname: "competitor_price",
				fieldtype: "Float",
				label: __("Competitor's Price ({0})", [currency]),
				depends_on: "competitor",
				precision: 2,
			},
			notes_field(),
		];
		return act(frm, opportunity, "close_as_lost", __("Close as Lost"), fields, entered);
	}

	function reason_field(outcome, reqd) {
		return {
			fieldname: "closing_reason",
			fieldtype: "Link",
			options: "Closing Reason",
			label: __("Closing Reason"),
			reqd,
			get_query: () => sales_opportunity.queries.closing_reasons(outcome),
		};
	}

	function notes_field() {
		return { fieldname: "closing_notes", fieldtype: "Small Text", label: __("Closing Notes") };
	}

	/** Say what is still planned on the opportunity, and ask whether it is to stay; nothing if nothing is. */
	async function plans_fields(opportunity) {
		const planned = await frappe.xcall(`${OPEN_ACTIVITIES}.open_activities`, { opportunity });
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
	}

	/**
	 * Ask for the fields, let the server do it with the opportunity, and resolve to its answer, null if the person gave up.
	 *
	 * `frm`, if there is one, is saved before and reloaded afterwards. `entered` is the stage that the deal is to enter and
	 * what it still lacks for that, which is asked for along.
	 */
	async function act(frm, opportunity, method, title, fields, entered = null) {
		if (frm) {
			await sales_opportunity.form.save_changes(frm);
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
			return frappe.xcall(`${API}.${method}`, { opportunity, ...values, ...stage });
		});
		if (answer && frm) {
			await frm.reload_doc();
		}
		return answer;
	}

	/** Return the fields that the server says are missing as a dialog takes them; a table begins with one row. */
	function dialog_fields(missing) {
		return missing.map((field) =>
			field.fieldtype === "Table"
				? {
						...field,
						fields: field.fields.map(item_column),
						in_place_edit: true,
						data: [{ idx: 1, quantity: 1 }],
					}
				: field,
		);
	}

	/** Items are offered as on the form. */
	function item_column(column) {
		const get_query = () => sales_opportunity.queries.items(column.options);
		return column.options === "Sales Item" ? { ...column, get_query } : column;
	}

	Object.assign(sales_opportunity.closing_dialogs, { close_as_won, close_as_lost, act, dialog_fields });
})();
