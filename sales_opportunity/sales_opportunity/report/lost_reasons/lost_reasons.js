frappe.query_reports["Lost Reasons"] = {
	get_datatable_options(options) {
		(options.columns || []).forEach((column) => (column.name = __(column.name)));
		return options;
	},
};
