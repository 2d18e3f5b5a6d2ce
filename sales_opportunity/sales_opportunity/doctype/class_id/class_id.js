frappe.ui.form.on("Class ID", {
	async after_save() {
		await frappe.require("/assets/sales_opportunity/js/ask_to_follow.js");
		sales_opportunity.ask_to_follow();
	},
});
