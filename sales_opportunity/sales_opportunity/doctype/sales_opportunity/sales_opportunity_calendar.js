frappe.views.calendar["Sales Opportunity"] = {
	field_map: {
		id: "name",
		title: "title",
		start: "expected_close_date",
		end: "expected_close_date",
	},
};
