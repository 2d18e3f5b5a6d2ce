/** What is taken in payment, on forms: it has its final price, once, so discounts and recurrence go when it becomes one. */

(() => {
	const deduction_fields = {
		async deduction(_frm, cdt, cdn) {
			const row = locals[cdt][cdn];
			const none = { discount_percentage: 0, discount_amount: 0, recurrence: "" };
			for (const [fieldname, value] of Object.entries(row.deduction ? none : {})) {
				if (row[fieldname]) {
					await frappe.model.set_value(cdt, cdn, fieldname, value);
				}
			}
		},
	};

	frappe.ui.form.on("Sales Opportunity Item", deduction_fields);
	frappe.ui.form.on("Quote Item", deduction_fields);
})();
