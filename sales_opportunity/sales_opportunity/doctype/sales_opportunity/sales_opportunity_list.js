frappe.listview_settings["Sales Opportunity"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colors = { Open: "blue", Won: "green", Lost: "red" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
