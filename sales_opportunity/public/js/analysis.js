frappe.provide("sales_opportunity.analysis");

/** The filters that all reports over opportunities share; `names` chooses some of them, in this order. */
sales_opportunity.analysis.filters = function (names) {
	const all = {
		class_id: { label: __("Class ID"), fieldtype: "Link", options: "Class ID" },
		stage: { label: __("Qualification Stage"), fieldtype: "Link", options: "Qualification Stage" },
		opportunity_owner: { label: __("Responsible"), fieldtype: "Link", options: "User" },
		forecast_category: {
			label: __("Forecast Category"),
			fieldtype: "Select",
			options: sales_opportunity.analysis.choices(["Pipeline", "Best Case", "Commit", "Closed", "Omitted"]),
		},
		party_type: {
			label: __("Partner Type"),
			fieldtype: "Link",
			options: "DocType",
			default: "Business Partner",
			get_query: () => ({ filters: { name: ["in", frappe.boot.sales_opportunity_masters.party] } }),
			on_change: () => frappe.query_report.set_filter_value("party", ""),
		},
		party: {
			label: __("Business Partner"),
			fieldtype: "Dynamic Link",
			options: "party_type",
			get_options: () => frappe.query_report.get_filter_value("party_type") || "Business Partner",
		},
		item_group: { label: __("Item Group"), fieldtype: "Link", options: "Sales Item Group" },
		status: {
			label: __("Status"),
			fieldtype: "Select",
			options: sales_opportunity.analysis.choices(["Open", "Won", "Lost"]),
		},
		from_date: { label: __("From Date"), fieldtype: "Date" },
		to_date: { label: __("To Date"), fieldtype: "Date" },
	};
	return names.map((fieldname) => ({ fieldname, ...all[fieldname] }));
};

/** Options of a Select filter that may stay empty, shown in the user's language. */
sales_opportunity.analysis.choices = (values) => [
	{ value: "", label: "" },
	...values.map((value) => ({ value, label: __(value) })),
];

/** The choice between months, quarters and years. */
sales_opportunity.analysis.period_filter = () => ({
	fieldname: "period",
	label: __("Period"),
	fieldtype: "Select",
	options: sales_opportunity.analysis.periods(),
	default: "Month",
	reqd: 1,
});

/** Months, quarters and years as options of a filter. */
sales_opportunity.analysis.periods = () => [
	{ value: "Month", label: __("Month") },
	{ value: "Quarter", label: __("Quarter") },
	{ value: "Year", label: __("Year") },
];

/** Show a figure as a link to the list of its rows, totals in bold, and nothing for what is not known. */
sales_opportunity.analysis.formatter = function (value, row, column, data, default_formatter) {
	if (value === null || value === undefined) {
		return "";
	}
	const text =
		column.fieldtype === "Percent"
			? `<div class="text-right">${format_number(value, null, column.precision || 1)} %</div>`
			: sales_opportunity.analysis.spoken(value, row, column, data, default_formatter);
	const target = data && data.drill && data.drill[column.drill];
	const shown = data && data.is_total ? `<b>${text}</b>` : text;
	return target && value
		? `<a href="#" class="so-drill text-primary" data-target="${encodeURIComponent(JSON.stringify(target))}">${shown}</a>`
		: shown;
};

/** Show masters that are named by words in the user's language, also to those who may not open them. */
sales_opportunity.analysis.spoken = (value, row, column, data, default_formatter) =>
	column.fieldtype === "Link" &&
	(frappe.boot.translated_doctypes || []).includes(column.options) &&
	!frappe.model.can_read(column.options)
		? frappe.utils.escape_html(__(value))
		: default_formatter(value, row, column, data);

/**
 * What the plain Query Reports share: heads in the user's language, and figures that lead to their rows; `filters_of`
 * says for a row which filters the list of opportunities gets.
 */
sales_opportunity.analysis.plain_report = (filters_of) => ({
	get_datatable_options(options) {
		(options.columns || []).forEach((column) => (column.name = __(column.name)));
		return options;
	},
	formatter(value, row, column, data, default_formatter) {
		const is_figure = ["Int", "Float", "Currency"].includes(column.fieldtype);
		if (!filters_of || !is_figure || !data || data.currency === undefined || !row.meta) {
			return sales_opportunity.analysis.spoken(value, row, column, data, default_formatter);
		}
		const rows = {
			doctype: "Sales Opportunity",
			filters: { company_currency: data.currency, ...filters_of(data) },
		};
		return sales_opportunity.analysis.formatter(
			value,
			row,
			{ ...column, drill: "rows", precision: column.fieldtype === "Float" ? 2 : column.precision },
			{ ...data, drill: { rows } },
			default_formatter
		);
	},
});

/** Open what a figure is made of: a list of documents, or a report that shows it in more detail. */
sales_opportunity.analysis.open = function (target) {
	if (target.report) {
		return frappe.query_report.set_filter_value(target.filters);
	}
	const listed = (target.filters.name || [])[1];
	if (listed && target.count > listed.length) {
		frappe.show_alert(__("The list shows the first {0} of {1} documents.", [listed.length, target.count]), 15);
	}
	frappe.route_options = target.filters;
	return frappe.set_route("List", target.doctype, "List");
};

$(document)
	.off("click.so-drill")
	.on("click.so-drill", ".so-drill", (event) => {
		event.preventDefault();
		sales_opportunity.analysis.open(JSON.parse(decodeURIComponent(event.currentTarget.dataset.target)));
	});
