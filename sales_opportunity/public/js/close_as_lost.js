/** Closing an opportunity as lost: one dialog, whoever opens it. */

frappe.provide("sales_opportunity.closing");

/** Ask why and to whom it was lost; `frm`, if there is one, is reloaded; `entered` as of `act`. */
sales_opportunity.closing.close_as_lost = function (frm, opportunity, currency, entered) {
	const { act, reason_field, notes_field } = sales_opportunity.closing;
	return act(
		frm,
		opportunity,
		"close_as_lost",
		__("Close as Lost"),
		[
			reason_field("Lost", 1),
			{ fieldname: "competitor", fieldtype: "Link", options: "Sales Competitor", label: __("Competitor") },
			{
				fieldname: "competitor_price",
				fieldtype: "Float",
				label: __("Competitor's Price ({0})", [currency]),
				depends_on: "competitor",
				precision: 2,
			},
			notes_field(),
		],
		entered,
	);
};
