/** What the board shows: kept in the address, so that it can be shared and bookmarked, and remembered for each user. */

frappe.provide("sales_opportunity.pipeline");

sales_opportunity.pipeline.FILTERS = ["mine", "class_id", "owner", "period", "text"];
sales_opportunity.pipeline.SHOWN = ["view", ...sales_opportunity.pipeline.FILTERS];

/** Return what the address or the way here asks for, null if it asks for nothing. */
sales_opportunity.pipeline.asked_filters = function () {
	const { SHOWN } = sales_opportunity.pipeline;
	const asked = {
		...frappe.route_options,
		...Object.fromEntries(new URLSearchParams(window.location.search)),
	};
	frappe.route_options = null;
	const found = SHOWN.filter((key) => asked[key] && typeof asked[key] === "string");
	return found.length ? Object.fromEntries(found.map((key) => [key, asked[key]])) : null;
};

/** Return what the user looked at last. */
sales_opportunity.pipeline.remembered_filters = async function () {
	const settings = frappe.model.user_settings;
	settings["Sales Opportunity"] = await settings.get("Sales Opportunity");
	return settings["Sales Opportunity"].Pipeline || {};
};

/** Write the filters into the address without a new step in the browser's history, and remember them. */
sales_opportunity.pipeline.keep_filters = function (filters) {
	const { SHOWN } = sales_opportunity.pipeline;
	const query = new URLSearchParams(SHOWN.filter((key) => filters[key]).map((key) => [key, filters[key]]));
	const address = window.location.pathname + (query.size || `${query}` ? `?${query}` : "");
	window.history.replaceState(window.history.state, "", address);
	const all = Object.fromEntries(SHOWN.map((key) => [key, filters[key] || ""]));
	return frappe.model.user_settings.save("Sales Opportunity", "Pipeline", all);
};

/** The periods of the close date by the values that the address has for them. */
sales_opportunity.pipeline.periods = () => ({
	overdue: __("Overdue"),
	this_month: __("This Month"),
	next_month: __("Next Month"),
	this_quarter: __("This Quarter"),
	next_quarter: __("Next Quarter"),
	this_year: __("This Year"),
	none: __("No Close Date"),
});

/** Return a period as people read it; two dates are written in the user's format. */
sales_opportunity.pipeline.period_label = function (period) {
	const dates = period.split("..").map((day) => (day ? frappe.datetime.str_to_user(day) : "…"));
	return sales_opportunity.pipeline.periods()[period] || dates.join(" – ");
};

/** Ask for two dates and resolve to the period between them, null if the person gave up. */
sales_opportunity.pipeline.ask_period = function (period) {
	const [from_date, to_date] = period.includes("..") ? period.split("..") : [];
	const fields = [
		{ fieldname: "from_date", fieldtype: "Date", label: __("From Date"), default: from_date, reqd: 1 },
		{ fieldtype: "Column Break" },
		{ fieldname: "to_date", fieldtype: "Date", label: __("To Date"), default: to_date, reqd: 1 },
	];
	const between = (dates) => [dates.from_date, dates.to_date].sort().join("..");
	return sales_opportunity.dialog.ask(__("Close Date"), fields, between, __("Apply"));
};

/** Return the filters of the list of opportunities that shows the same deals. */
sales_opportunity.pipeline.list_filters = function ({ mine, class_id, owner, period, text }, today) {
	const filters = { status: sales_opportunity.statuses.opportunity.open };
	const person = mine ? frappe.session.user : owner;
	if (class_id) filters.class_id = class_id;
	if (person) {
		const [field, ...filter] = sales_opportunity.deals_of(person);
		filters[field] = filter;
	}
	if (text) filters.title = ["like", `%${text}%`];
	if (period === "none") filters.expected_close_date = frappe.boot.sales_opportunity_moments.none;
	else if (period)
		filters.expected_close_date = ["between", sales_opportunity.pipeline.days_of(period, today)];
	return filters;
};

/** Return the first and the last day of a period. */
sales_opportunity.pipeline.days_of = function (period, today) {
	if (period.includes("..")) {
		const [first, last] = period.split("..");
		return [first || "1900-01-01", last || "2199-12-31"];
	}
	if (period === "overdue") {
		return ["1900-01-01", frappe.datetime.add_days(today, -1)];
	}
	const [which, kind] = period.split("_");
	const start = moment(today)
		.startOf(kind)
		.add(which === "next" ? 1 : 0, kind);
	return [start.format("YYYY-MM-DD"), start.clone().endOf(kind).format("YYYY-MM-DD")];
};
