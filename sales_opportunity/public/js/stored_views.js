/** Stored report views: one that nobody has changed since it was opened does not say that it is not saved. */

frappe.provide("sales_opportunity.stored_views");

(() => {
	/**
	 * Let what is stored of a report view be written as its controls write it, to which the framework compares it: in their
	 * order, with a fifth element, and with the columns that there are; without rows there are none yet.
	 */
	sales_opportunity.stored_views.keep_as_opened = function (view) {
		const stored = view.report_doc?.json;
		if (!stored || view.sales_opportunity_has_columns) {
			return;
		}
		view.sales_opportunity_filters ??= stored.filters = view.filter_area.get();
		stored.column_widths = view.get_column_widths();
		view.sales_opportunity_has_columns = Boolean(view.datatable);
		view.set_dirty_state_for_custom_report();
	};
})();
