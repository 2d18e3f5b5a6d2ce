{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Open Quotes"] = sales_opportunity.analysis.plain_report({
	doctype: "Quote",
	filters: ["company", "class_id", "from_date", "to_date", "sales_person"],
	date_field: "valid_until",
	translated: ["status"],
	persons: ["sales_person"],
	chart: {
		key: ({ valid_until }) => valid_until.slice(0, 7),
		label: sales_opportunity.months.name,
		figures: { net: "#2490ef" },
		rows_of: (month, quotes) => ({
			status: ["in", sales_opportunity.statuses.quote.waiting],
			valid_until: ["between", [quotes[0].valid_until, quotes[quotes.length - 1].valid_until]],
		}),
	},
	meanings: {
		valid_until: __("Until when the customer can accept. The filters for dates and the chart go by it."),
		net: __("Net total of the quote in the company's currency, at the quote's exchange rate."),
		gross: __("Total with tax in the company's currency, at the quote's exchange rate."),
	},
});
