/** The first quote. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	function draw(set_up, content) {
		content.html(
			`<p>${__(
				"Enter an opportunity with an item, then click Create Quote: the paper is complete, only the validity is asked for.",
			)}</p>`,
		);
		set_up.action("quote", __("New Sales Opportunity"), () => frappe.new_doc("Sales Opportunity"));
		set_up.action("quote", __("Show Quotes"), () => frappe.set_route("List", "Quote"), "btn-default");
	}

	sales_opportunity.set_up_sales.quote = { title: () => __("First Quote"), draw };
})();
