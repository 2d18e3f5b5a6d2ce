frappe.query_reports["Items in the Pipeline"] = {
	get_datatable_options(options) {
		(options.columns || []).forEach((column) => (column.name = __(column.name)));
		return options;
	},
};
