frappe.query_reports["Open Quotes"] = {
	get_datatable_options(options) {
		(options.columns || []).forEach((column) => (column.name = __(column.name)));
		return options;
	},
};
