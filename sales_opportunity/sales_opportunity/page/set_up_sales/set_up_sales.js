frappe.pages["set-up-sales"].on_page_load = function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Set up sales"), single_column: true });
	const parts = ["company", "currency", "people", "stages", "files", "mail", "quote", "page"];
	wrapper.set_up = frappe
		.require(parts.map((part) => `/assets/sales_opportunity/js/set_up_sales/${part}.js`))
		.then(() => new sales_opportunity.set_up_sales.SetUp(page));
};

frappe.pages["set-up-sales"].on_page_show = async function (wrapper) {
	(await wrapper.set_up).load();
};
