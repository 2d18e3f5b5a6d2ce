frappe.listview_settings["Fulfilment Request"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colors = { Open: "orange", Done: "green", Cancelled: "gray" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
