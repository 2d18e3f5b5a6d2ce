frappe.listview_settings["Fulfilment Request"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = frappe.boot.sales_opportunity_statuses.colours["Fulfilment Request"];
		return [__(doc.status, null, "Fulfilment Request"), colours[doc.status], `status,=,${doc.status}`];
	},
};
