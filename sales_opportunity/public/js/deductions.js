/** What is taken in payment, on forms: it has its final price, once. */

frappe.provide("sales_opportunity.deductions");

/** Let a line that has become a trade-in or a credit have neither discounts nor recurrence, before anything is asked of it. */
sales_opportunity.deductions.drop_discounts = async function (cdt, cdn) {
	const row = locals[cdt][cdn];
	const none = Object.entries({ discount_percentage: 0, discount_amount: 0, recurrence: "" });
	const dropped = none.filter(([fieldname]) => row.deduction && row[fieldname]);
	if (dropped.length) {
		await frappe.model.set_value(cdt, cdn, Object.fromEntries(dropped));
	}
};
