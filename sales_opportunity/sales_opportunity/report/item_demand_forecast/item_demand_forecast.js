{% include "sales_opportunity/public/js/analysis.js" %}

frappe.query_reports["Item Demand Forecast"] = sales_opportunity.analysis.report({
	filters: [
		...sales_opportunity.report_filters.filters([
			"period",
			"from_date",
			"to_date",
			"item_group",
			...sales_opportunity.report_filters.DEAL_FILTERS,
			"item",
		]),
		{ fieldname: "with_won", label: __("Won Ones Too"), fieldtype: "Check" },
		...[frappe.boot.sales_opportunity_planning.place]
			.filter(Boolean)
			.map((place) => ({ fieldname: "stock_place", label: __(place), fieldtype: "Link", options: place })),
		{ fieldname: "with_services", label: __("Services Too"), fieldtype: "Check" },
	],
	onload(report) {
		const PLANNER = "sales_opportunity.reporting.planner";
		const PROCUREMENT = "sales_opportunity.reporting.procurement";
		/** Have what is needed procured by an app's documents, once however often it is clicked, and open them. */
		const procure = async (doctype, button) => {
			const filters = report.get_filter_values();
			button.prop("disabled", true);
			const asked = frappe.xcall(`${PROCUREMENT}.procure`, { doctype, filters });
			const names = await asked.finally(() => button.prop("disabled", false));
			if (names.length === 1) {
				frappe.set_route("Form", doctype, names[0]);
			} else {
				frappe.set_route("List", doctype, { name: ["in", names] });
			}
		};
		for (const doctype of frappe.boot.sales_opportunity_planning.documents) {
			if (frappe.model.can_create(doctype)) {
				const question = __("Create {0} of the net need that the report shows?", [__(doctype)]);
				const button = report.page.add_inner_button(__("Create {0}", [__(doctype)]), () =>
					frappe.confirm(question, () => procure(doctype, button)),
				);
			}
		}
		report.page.add_inner_button(__("CSV for the Planner"), () => {
			open_url_post(`/api/method/${PLANNER}.download`, {
				filters: JSON.stringify(report.get_filter_values()),
			});
		});
	},
});
