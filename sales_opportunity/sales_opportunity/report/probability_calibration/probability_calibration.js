{% include "sales_opportunity/public/js/analysis.js" %}

frappe.provide("sales_opportunity.probability_calibration");

frappe.query_reports["Probability Calibration"] = sales_opportunity.analysis.report({
	filters: [
		{
			fieldname: "grouping",
			label: __("Probabilities By"),
			fieldtype: "Select",
			options: [
				{ value: "Class and Stage", label: __("Class and Stage") },
				{ value: "Stage", label: __("Stage") },
			],
			default: "Class and Stage",
		},
		...sales_opportunity.report_filters.filters(["class_id"], {
			class_id: { depends_on: "eval:doc.grouping !== 'Stage'" },
		}),
		{
			fieldname: "since",
			label: __("Closed Since"),
			fieldtype: "Date",
		},
	],
	onload(report) {
		report.page.main.on("click", "[data-adopt]", (event) => {
			sales_opportunity.probability_calibration.ask(report, report.data[event.currentTarget.dataset.adopt]);
		});
	},
	formatter(value, row, column, data, default_formatter) {
		const text = sales_opportunity.analysis.formatter(value, row, column, data, default_formatter);
		if (!data) {
			return text;
		}
		if (column.fieldname === "assessment") {
			return `<span class="indicator-pill ${data.indicator}">${text}</span>`;
		}
		if (
			column.fieldname === "calibrated" &&
			data.can_adopt &&
			sales_opportunity.probability_calibration.may_adopt(data)
		) {
			return `<a class="pull-left" data-adopt="${row.meta.rowIndex}">${__("Adopt")}</a>${text}`;
		}
		return text;
	},
});

sales_opportunity.probability_calibration.may_adopt = function ({ class_id }) {
	return frappe.model.can_write(class_id ? "Class ID" : "Qualification Stage");
};

/** Ask from which day the calibrated probability shall apply, and adopt it. */
sales_opportunity.probability_calibration.ask = async function (report, row) {
	const place = frappe.utils.escape_html(
		[row.class_id, __(row.stage, null, "Qualification Stage")].filter(Boolean).join(" "),
	);
	const title = __("Adopt {0} % for {1}", [row.calibrated, place]);
	const fields = [
		{ fieldtype: "HTML", options: `<p class="text-muted">${row.statement}</p>` },
		{
			fieldname: "effective_on",
			label: __("Effective On"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "open_follow",
			label: __("Open Opportunities Follow"),
			fieldtype: "Check",
			depends_on: `eval:doc.effective_on > "${frappe.datetime.get_today()}"`,
			description: __("For a later day this is decided now; for today you are asked next."),
		},
	];
	const values = await sales_opportunity.dialog.ask(title, fields, (typed) => typed, __("Adopt"));
	if (values) {
		await sales_opportunity.probability_calibration.adopt(report, row, values);
	}
};

sales_opportunity.probability_calibration.adopt = async function (
	report,
	row,
	{ effective_on, open_follow },
) {
	const SALES_PROBABILITY_ADOPTION =
		"sales_opportunity.sales_opportunity.doctype.sales_probability_adoption.sales_probability_adoption";
	const { status, probability } = await frappe.xcall(`${SALES_PROBABILITY_ADOPTION}.adopt`, {
		stage: row.stage,
		class_id: row.class_id,
		effective_on,
		since: report.get_filter_value("since"),
		open_follow: open_follow ? 1 : 0,
	});
	const message =
		status === "Applied" ? __("{0} % apply now.", [probability]) : __("{0} % are planned.", [probability]);
	frappe.show_alert({ message, indicator: "green" });
	if (status === "Applied") {
		await frappe.require("/assets/sales_opportunity/js/ask_to_follow.js");
		await sales_opportunity.ask_to_follow([row.stage], row.class_id);
	}
	report.refresh();
};
