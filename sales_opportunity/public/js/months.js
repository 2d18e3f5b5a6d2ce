/** Months by name, where a list, a report or the board shows one. */

frappe.provide("sales_opportunity.months");

/** How a month is written everywhere, in the user's language: Nov 2026. `month` is a day of it, or 2026-11. */
sales_opportunity.months.name = function (month) {
	const language = frappe.boot.lang === "en" ? "en-GB" : frappe.boot.lang.replace("_", "-");
	return new Intl.DateTimeFormat(language, { month: "short", year: "numeric" }).format(
		frappe.datetime.str_to_obj(`${month.slice(0, 7)}-01`),
	);
};
