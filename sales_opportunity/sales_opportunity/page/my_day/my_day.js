/** My Day: what the user has to do today, each with its action in one click. */
frappe.pages["my-day"].on_page_load = function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Day"), single_column: true });
	wrapper.day = frappe
		.require(["rows", "clicks", "page"].map((part) => `/assets/sales_opportunity/js/my_day/${part}.js`))
		.then(() => new sales_opportunity.my_day.MyDay(page));
};

frappe.pages["my-day"].on_page_show = async function (wrapper) {
	const day = await wrapper.day;
	day.place = null;
	day.refresh();
};
