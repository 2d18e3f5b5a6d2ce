/** Recurring lines on forms: choosing a recurrence brings a term, and prices in tables say how often they are charged. */

frappe.provide("sales_opportunity.recurring_lines");

(() => {
	const MONTHS = { Monthly: 1, Quarterly: 3, Yearly: 12 };

	/** The recurrences that were last acted upon: the term stays when another one is chosen. */
	const known = new WeakMap();

	const term_fields = {
		form_render(_frm, cdt, cdn) {
			const row = locals[cdt][cdn];
			known.set(row, row.recurrence);
		},

		async recurrence(_frm, cdt, cdn) {
			const row = locals[cdt][cdn];
			const former = known.get(row);
			if ((former || "") === (row.recurrence || "")) {
				return;
			}
			known.set(row, row.recurrence);
			if (!row.recurrence || former || !row.periods) {
				await frappe.model.set_value(cdt, cdn, "periods", periods_of(row, former));
			}
		},
	};

	frappe.ui.form.on("Sales Opportunity Item", term_fields);
	frappe.ui.form.on("Quote Item", term_fields);

	function periods_of(row, former) {
		if (!row.recurrence) {
			return 0;
		}
		const months =
			former && row.periods ? row.periods * MONTHS[former] : frappe.boot.sales_opportunity_usual_term;
		return Math.max(Math.ceil(months / MONTHS[row.recurrence]), 1);
	}

	/** Return how often a line's price is charged, as it stands beside the price; nothing for what is sold once. */
	sales_opportunity.recurring_lines.per = function (row) {
		if (!row?.recurrence) {
			return "";
		}
		const texts = row.periods
			? {
					Monthly: __("/ month × {0}", [row.periods]),
					Quarterly: __("/ quarter × {0}", [row.periods]),
					Yearly: __("/ year × {0}", [row.periods]),
				}
			: { Monthly: __("/ month"), Quarterly: __("/ quarter"), Yearly: __("/ year") };
		return texts[row.recurrence];
	};
})();
