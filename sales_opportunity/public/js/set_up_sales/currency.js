/** The currency in which all sums are shown. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";

	function draw(set_up, content) {
		content.append(
			`<p>${__("In it all sums are shown. It cannot be changed once there are opportunities.")}</p><div></div>`,
		);
		const field = frappe.meta.get_docfield("Sales Opportunity Settings", "company_currency");
		const group = set_up.fields(content.find("div"), [{ ...field, reqd: 1, description: "" }], {
			company_currency: set_up.data.currency,
		});
		set_up.action("currency", __("Save", null, "Set up sales"), async () => {
			const values = group.get_values();
			return (
				values &&
				set_up.saved(
					await frappe.xcall(`${SET_UP_SALES}.save_currency`, { currency: values.company_currency }),
				)
			);
		});
	}

	sales_opportunity.set_up_sales.currency = { title: () => __("Currency"), draw };
})();
