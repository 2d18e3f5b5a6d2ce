frappe.query_reports["Forecast Accuracy"] = {
	filters: [
		{
			fieldname: "view",
			label: __("Figures"),
			fieldtype: "Select",
			options: [
				{ value: "Periods", label: __("Forecast by Period") },
				{ value: "Measures", label: __("Measures and Baselines") },
				{ value: "Reliability", label: __("Reliability of Probabilities") },
			],
			default: "Periods",
		},
		{
			fieldname: "period",
			label: __("Period"),
			fieldtype: "Select",
			options: [
				{ value: "Month", label: __("Month") },
				{ value: "Quarter", label: __("Quarter") },
				{ value: "Year", label: __("Year") },
			],
			default: "Month",
		},
		{
			fieldname: "periods",
			label: __("Number of Periods"),
			fieldtype: "Int",
			default: 12,
		},
		{
			fieldname: "until",
			label: __("Periods Before"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "class_id",
			label: __("Class ID"),
			fieldtype: "Link",
			options: "Class ID",
		},
		{
			fieldname: "opportunity_owner",
			label: __("Responsible"),
			fieldtype: "Link",
			options: "User",
		},
	],
	onload(report) {
		report.page.main.on("click", "a[data-opens]", (event) => {
			const { opens, row } = event.currentTarget.dataset;
			open_rows(opens, report.data[row], report.get_filter_values());
		});
	},
	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data || !["forecast", "actual"].includes(column.fieldname)) {
			return text;
		}
		return `<a data-opens="${column.fieldname}" data-row="${row.meta.rowIndex}">${text}</a>`;
	},
};

/** Open the list of the snapshots that a forecast adds up, or of the opportunities that were won. */
function open_rows(opens, data, { class_id, opportunity_owner }) {
	const period = ["between", [data.start, data.end]];
	const narrowed = { ...(class_id && { class_id }), ...(opportunity_owner && { opportunity_owner }) };
	if (opens === "forecast") {
		frappe.set_route("List", "Sales Pipeline Snapshot", {
			snapshot_date: data.day,
			status: "Open",
			expected_close_date: period,
			...narrowed,
		});
	} else {
		frappe.set_route("List", "Sales Opportunity", { status: "Won", closed_on: period, ...narrowed });
	}
}
