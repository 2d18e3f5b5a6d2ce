/** What the lines of an opportunity amount to, below them, and what is deducted of it. */

frappe.ui.form.on("Sales Opportunity", {
	refresh: (frm) => sales_opportunity.line_total.show(frm),
});

frappe.provide("sales_opportunity.line_total");

/** Return what the lines amount to, and what each kind of deduction takes off, as [label, amount] one below the other. */
sales_opportunity.line_total.sums = function (lines) {
	const sums = new Map([["", 0]]);
	for (const { deduction, amount } of lines) {
		sums.set(deduction || "", flt(sums.get(deduction || "")) + flt(amount));
	}
	return [...sums].map(([kind, sum]) => [
		kind ? __(kind, null, "Sales Opportunity Item") : __("Sum of Lines"),
		sum,
	]);
};

sales_opportunity.line_total.show = function (frm) {
	const { grid } = frm.fields_dict.items;
	grid.wrapper.find(".so-lines-total").remove();
	const lines = frm.doc.items || [];
	if (!lines.length) {
		return;
	}
	for (const [label, sum] of sales_opportunity.line_total.sums(lines)) {
		$(`<div class="so-lines-total"></div>`)
			.append($("<span></span>").text(label))
			.append($("<strong></strong>").text(format_currency(sum, frm.doc.transaction_currency)))
			.appendTo(grid.wrapper);
	}
};
