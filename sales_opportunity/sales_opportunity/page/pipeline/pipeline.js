frappe.pages["pipeline"].on_page_load = function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Pipeline"), single_column: true });
	const parts = ["filters", "card", "columns", "moves", "dragging", "keyboard", "menu", "bar", "board"];
	const styles = ["bar", "columns", "cards", "moving"];
	wrapper.board = frappe
		.require([
			...styles.map((part) => `/assets/sales_opportunity/css/pipeline/${part}.css`),
			"/assets/sales_opportunity/js/stage_change.js",
			...parts.map((part) => `/assets/sales_opportunity/js/pipeline/${part}.js`),
		])
		.then(() => new sales_opportunity.pipeline.Board(page));
};

frappe.pages["pipeline"].on_page_show = async function (wrapper) {
	(await wrapper.board).show();
};
