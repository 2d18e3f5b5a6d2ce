{% include "sales_opportunity/public/js/months.js" %}
{% include "sales_opportunity/public/js/bars.js" %}
{% include "sales_opportunity/public/js/report_filters.js" %}

/** What the app's reports show alike: figures that lead to their rows, totals, charts and cards. */

frappe.provide("sales_opportunity.analysis");

/** Show a figure as a link to the list of its rows, totals in bold, and nothing for what is not known. */
sales_opportunity.analysis.formatter = function (value, row, column, data, default_formatter) {
	if (value === null || value === undefined) {
		return "";
	}
	const text =
		column.fieldtype === "Percent"
			? `<div class="text-right">${format_number(value, null, column.precision || 1)} %</div>`
			: sales_opportunity.analysis.formatted(value, row, column, data, default_formatter);
	const target = data && data.drill && data.drill[column.drill];
	const shown = data && data.is_total ? `<b>${text}</b>` : text;
	return target && value
		? `<a href="#" class="so-drill text-primary" data-target="${encodeURIComponent(JSON.stringify(target))}">${shown}</a>`
		: shown;
};

/** Show masters that are named by words in the user's language, also to those who may not open them. */
sales_opportunity.analysis.formatted = (value, row, column, data, default_formatter) =>
	column.fieldtype === "Link" &&
	(frappe.boot.translated_doctypes || []).includes(column.options) &&
	!frappe.model.can_read(column.options)
		? frappe.utils.escape_html(__(value, null, column.options))
		: default_formatter(value, row, column, data);

/**
 * A report's settings with what all reports of this app have: the way to a copy, and what each figure means.
 */
sales_opportunity.analysis.report = (settings) => ({
	formatter: sales_opportunity.analysis.formatter,
	...settings,
	/** The framework does not wait for filters that came by the address: they are there once nothing is asked any more. */
	async onload(report) {
		report.page.set_title(__(report.report_name, null, "Report"));
		sales_opportunity.analysis.offer_copy(report);
		await frappe.after_ajax();
		return settings.onload && settings.onload(report);
	},
	after_datatable_render(datatable) {
		sales_opportunity.analysis.explain(datatable, settings.meanings || {});
		sales_opportunity.bars.prepare(frappe.query_report);
	},
});

/**
 * Offer admins a copy of a standard report in the menu of its page. All reports share the page and its menu, so it is
 * looked at when the menu opens whether the report that is shown then may be copied.
 */
sales_opportunity.analysis.offer_copy = async function (report) {
	await frappe.require("/assets/sales_opportunity/js/own_copies.js");
	const { copy_report, may_copy_report } = sales_opportunity.own_copies;
	const $item = report.page.add_menu_item(__("Copy as Own Report"), () =>
		copy_report(report.report_doc, report.get_filter_values()),
	);
	$(report.page.menu)
		.parent()
		.off("show.bs.dropdown.so-copy")
		.on("show.bs.dropdown.so-copy", () => $item.closest("li").toggle(may_copy_report(report.report_doc)));
};

/** Put an (i) into the head of each column whose meaning is known: from the server, or by field name in `meanings`. */
sales_opportunity.analysis.explain = function (datatable, meanings) {
	for (const column of datatable.getColumns()) {
		const meaning = column.meaning || meanings[column.fieldname];
		const $head = $(datatable.wrapper).find(`.dt-cell__content--header-${column.colIndex}`);
		if (meaning && !$head.find(".so-meaning").length) {
			$(`<span class="so-meaning" role="img" tabindex="0">i</span>`)
				.attr({ "aria-label": meaning, title: meaning })
				.tooltip({ container: "body", boundary: "window" })
				.prependTo($head);
		}
	}
};

/**
 * What the plain Query Reports share: filters, heads in the user's language, a chart, and figures that lead to their
 * rows.
 *
 * - `filters`: names of the filters
 * - `doctype`, `date_field`: what the rows are, and which field the filters for dates are about
 * - `rows_of(row)`: which filters the list of the DocType gets for a row, if a figure has one
 * - `chart`: `key(row)` by which rows are added up, `label(key)`, `figures` by field name with their colours, and
 *   `rows_of(key, rows)`, the list's filters for a bar
 * - `translated`: names of columns whose values are translated; `persons`: of those that are shown by their name
 * - `meanings`: what the figures mean, by field name
 */
sales_opportunity.analysis.plain_report = function (options) {
	const { doctype = "Sales Opportunity", rows_of, chart, translated = [], persons = [] } = options;
	const target = (currency, filters) => ({
		doctype,
		filters: {
			company_currency: currency,
			...(doctype === "Sales Opportunity" ? { is_counted: 1 } : {}),
			...sales_opportunity.analysis.list_filters(options),
			...filters,
		},
	});
	return sales_opportunity.analysis.report({
		meanings: options.meanings,
		filters: sales_opportunity.report_filters.filters(options.filters),
		get_datatable_options(settings) {
			(settings.columns || []).forEach((column) => (column.name = __(column.name)));
			return settings;
		},
		get_chart_data: (columns, result) =>
			sales_opportunity.analysis.plain_chart(chart, columns, result, target),
		formatter(value, row, column, data, default_formatter) {
			if (translated.includes(column.fieldname) && value) {
				return default_formatter(__(value, null, doctype), row, column, data);
			}
			if (persons.includes(column.fieldname) && value) {
				return default_formatter(frappe.user.full_name(value), row, column, data);
			}
			const is_figure = ["Int", "Float", "Currency"].includes(column.fieldtype);
			if (!rows_of || !is_figure || !data || data.currency === undefined || !row.meta) {
				return sales_opportunity.analysis.formatted(value, row, column, data, default_formatter);
			}
			return sales_opportunity.analysis.formatter(
				value,
				row,
				{ ...column, drill: "rows", precision: column.fieldtype === "Float" ? 2 : column.precision },
				{ ...data, drill: { rows: target(data.currency, rows_of(data)) } },
				default_formatter,
			);
		},
	});
};

/** The chosen filters of a plain report as those of a list. */
sales_opportunity.analysis.list_filters = function ({ date_field, filters }) {
	const { from_date, to_date, ...equal } = frappe.query_report.get_filter_values();
	const found = Object.fromEntries(Object.entries(equal).filter(([name]) => filters.includes(name)));
	if (from_date && to_date) {
		found[date_field] = ["between", [from_date, to_date]];
	} else if (from_date) {
		found[date_field] = [">=", from_date];
	} else if (to_date) {
		found[date_field] = ["<", frappe.datetime.add_days(to_date, 1)];
	}
	return found;
};

/** The bars of a plain report: its rows added up by the chart's key, each bar with the list that it leads to. */
sales_opportunity.analysis.plain_chart = function (chart, columns, result, target) {
	const rows = result.filter((row) => row.currency);
	const groups = new Map();
	rows.forEach((row) => groups.set(chart.key(row), [...(groups.get(chart.key(row)) || []), row]));
	const keys = [...groups.keys()];
	const fieldnames = Object.keys(chart.figures);
	const sum = (key, fieldname) => groups.get(key).reduce((total, row) => total + (row[fieldname] || 0), 0);
	return {
		type: "bar",
		colors: Object.values(chart.figures),
		fieldtype: "Currency",
		options: rows.length ? rows[0].currency : null,
		data: {
			labels: keys.map(chart.label),
			datasets: fieldnames.map((fieldname) => ({
				name: __(columns.find((column) => column.fieldname === fieldname).label),
				values: keys.map((key) => sum(key, fieldname)),
			})),
		},
		targets: fieldnames.map(() =>
			keys.map((key) => target(groups.get(key)[0].currency, chart.rows_of(key, groups.get(key)))),
		),
	};
};

/** Open what a figure is made of: a list of documents, asked for now if need be, or a report that shows more detail. */
sales_opportunity.analysis.open = async function (target) {
	if (target.ask) {
		const asked = await frappe.xcall(target.ask, target.arguments);
		return sales_opportunity.analysis.open({ ...asked, count: target.count });
	}
	if (target.report) {
		return frappe.query_report.set_filter_value(target.filters);
	}
	const listed = (target.filters.name || [])[1];
	if (listed && target.count > listed.length) {
		frappe.show_alert(
			__("The list shows the first {0} of {1} documents.", [listed.length, target.count]),
			15,
		);
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
