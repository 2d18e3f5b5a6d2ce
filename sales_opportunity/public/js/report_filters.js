/** Filters that the reports share: what they are called, what they offer, and which go together. */

frappe.provide("sales_opportunity.report_filters");

/** The filters on what a deal is, in the order of the reports that have all of them. */
sales_opportunity.report_filters.DEAL_FILTERS = [
	"company",
	"class_id",
	"stage",
	"opportunity_owner",
	"forecast_category",
	"party_type",
	"party",
	"source",
	"campaign",
];

/** What the fields are called by which reports filter and group. */
sales_opportunity.report_filters.labels = () => ({
	company: __("Company"),
	class_id: __("Class ID"),
	stage: __("Qualification Stage"),
	opportunity_owner: __("Responsible", null, "Sales Opportunity"),
	forecast_category: __("Forecast Category"),
	party_type: __("Partner Type"),
	party: __("Business Partner"),
	source: __("Source", null, "Sales Opportunity"),
	campaign: __("Campaign", null, "Sales Opportunity"),
	item_group: __("Item Group"),
	item: __("Item"),
	sales_person: __("Contact Person", null, "Quote"),
	status: __("Status"),
	from_date: __("From Date"),
	to_date: __("To Date"),
	period: __("Period"),
	basis: __("Revenue Counts"),
	recurring: __("Only Recurring"),
	closing_reason: __("Closing Reason"),
	competitor: __("Competitor", null, "Sales Opportunity"),
	stage_before: __("Stage before Closing"),
	discount: __("Discount"),
	size: __("Size"),
});

/**
 * The filters that the reports share; `names` chooses some of them, in this order. `more` has by name what a report
 * asks for besides, as a default.
 */
sales_opportunity.report_filters.filters = function (names, more = {}) {
	const { choices, clear_foreign_party, labels, offered, periods } = sales_opportunity.report_filters;
	const statuses = sales_opportunity.statuses;
	const masters = frappe.boot.sales_opportunity_default_masters;
	const all = {
		company: { fieldtype: "Link", options: frappe.boot.sales_opportunity_company },
		class_id: { fieldtype: "Link", options: "Class ID" },
		stage: { fieldtype: "Link", options: "Qualification Stage" },
		opportunity_owner: { fieldtype: "Link", options: "User" },
		forecast_category: {
			fieldtype: "Select",
			options: choices(statuses.forecast_categories, "Sales Opportunity"),
		},
		party_type: {
			fieldtype: "Link",
			options: "DocType",
			default: masters.party,
			get_query: () => sales_opportunity.queries.party_types(),
			on_change: (report) => clear_foreign_party(report),
		},
		party: {
			fieldtype: "Dynamic Link",
			options: "party_type",
			get_options: () => frappe.query_report.get_filter_value("party_type") || masters.party,
		},
		source: { fieldtype: "Link", options: "Opportunity Source" },
		campaign: { fieldtype: "Link", options: "Sales Campaign" },
		item_group: { fieldtype: "Link", options: frappe.boot.sales_opportunity_item_group },
		item: { fieldtype: "Link", options: masters.item },
		sales_person: { fieldtype: "Link", options: "User" },
		status: { fieldtype: "Select", options: choices(statuses.opportunity.all, "Sales Opportunity") },
		from_date: { fieldtype: "Date" },
		to_date: { fieldtype: "Date" },
		period: { fieldtype: "Select", options: periods(), default: "Month", reqd: 1 },
		recurring: { fieldtype: "Check" },
		basis: {
			fieldtype: "Select",
			options: [
				{ value: "Close Date", label: __("At the Close Date") },
				{ value: "Service Period", label: __("Over the Service Period") },
			],
			default: "Close Date",
			reqd: 1,
		},
	};
	return offered(names).map((fieldname) => ({
		fieldname,
		label: labels()[fieldname],
		...all[fieldname],
		...more[fieldname],
	}));
};

/** The names without what a site does not have: companies, recurring lines, sources. */
sales_opportunity.report_filters.offered = (names) => {
	const used = frappe.boot.sales_opportunity_features;
	return names.filter(
		(name) =>
			(name !== "company" || frappe.boot.sales_opportunity_company) &&
			(!["basis", "recurring"].includes(name) || used.use_recurring_lines) &&
			(!["source", "campaign"].includes(name) || used.use_sources),
	);
};

/** The choice of the dates on which open deals are due, where there are others than the seller's. */
sales_opportunity.report_filters.close_dates = () =>
	!frappe.boot.sales_opportunity_features.use_likely_dates
		? []
		: [
				{
					fieldname: "dates",
					label: __("Close Dates"),
					fieldtype: "Select",
					options: [
						{ value: "Seller", label: __("As the Seller Said") },
						{ value: "Likely", label: __("Likely, from History") },
					],
					default: "Seller",
				},
			];

/** The choice of what a report is grouped by; it may stay empty where there is no default. */
sales_opportunity.report_filters.group_by_filter = function (names, by_default) {
	const labels = sales_opportunity.report_filters.labels();
	const groups = sales_opportunity.report_filters
		.offered(names)
		.map((value) => ({ value, label: labels[value] }));
	return {
		fieldname: "group_by",
		label: __("Group By"),
		fieldtype: "Select",
		...(by_default
			? { options: groups, default: by_default, reqd: 1 }
			: { options: [{ value: "", label: "" }, ...groups] }),
	};
};

/** Empty the partner if it is none of the type that was chosen; one that came together with the type stays. */
sales_opportunity.report_filters.clear_foreign_party = async function (report) {
	const [type, party] = ["party_type", "party"].map((fieldname) => report.get_filter_value(fieldname));
	if (type && party && (await frappe.db.exists(type, party))) {
		return report.refresh(true);
	}
	return report.set_filter_value("party", "");
};

/** Options of a Select filter that may stay empty, shown in the user's language; `context` is that of their translations. */
sales_opportunity.report_filters.choices = (values, context) => [
	{ value: "", label: "" },
	...values.map((value) => ({ value, label: __(value, null, context) })),
];

/** Months, quarters and years as options of a filter. */
sales_opportunity.report_filters.periods = () => [
	{ value: "Month", label: __("Month") },
	{ value: "Quarter", label: __("Quarter") },
	{ value: "Year", label: __("Year") },
];
