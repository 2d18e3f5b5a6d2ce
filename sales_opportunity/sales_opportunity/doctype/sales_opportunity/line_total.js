/** What the lines of an opportunity amount to, below them. */

frappe.ui.form.on("Sales Opportunity", {
	refresh: (frm) => sales_opportunity.line_total.show(frm),
});

frappe.provide("sales_opportunity.line_total");

sales_opportunity.line_total.show = function (frm) {
	const { grid } = frm.fields_dict.items;
	grid.wrapper.find(".so-lines-total").remove();
	const lines = frm.doc.items || [];
	if (lines.length) {
		const total = lines.reduce((sum, line) => sum + flt(line.amount), 0);
		$(`<div class="so-lines-total"></div>`)
			.append($("<span></span>").text(__("Sum of Lines")))
			.append($("<strong></strong>").text(format_currency(total, frm.doc.transaction_currency)))
			.appendTo(grid.wrapper);
	}
};
