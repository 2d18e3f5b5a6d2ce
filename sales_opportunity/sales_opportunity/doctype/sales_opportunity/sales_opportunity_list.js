frappe.listview_settings["Sales Opportunity"] = {
	add_fields: ["status", "stage"],
	hide_name_column: true,
	get_indicator(doc) {
		const colors = { Open: "blue", Won: "green", Lost: "red" };
		return [__(doc.stage), colors[doc.status], `stage,=,${doc.stage}`];
	},
};
