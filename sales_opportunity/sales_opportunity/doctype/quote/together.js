/** Quotes of a deal that are offered together: which of them their customer sees side by side. */

frappe.provide("sales_opportunity.together");

const TOGETHER = "sales_opportunity.sales_opportunity.doctype.quote.together";

sales_opportunity.together.choose = async function (frm) {
	const quotes = await frappe.xcall(`${TOGETHER}.candidates`, { quote: frm.doc.name });
	const is_first_time = !quotes.some((quote) => quote.offered_together);
	const fields = quotes.map((quote, index) => ({
		fieldname: `quote_${index}`,
		fieldtype: "Check",
		label: frappe.utils.escape_html(
			[
				quote.name,
				quote.label || quote.subject,
				format_currency(quote.gross_total, quote.transaction_currency),
			]
				.filter(Boolean)
				.join(" · "),
		),
		default: is_first_time ? 1 : quote.offered_together,
	}));
	const explanation = {
		fieldtype: "HTML",
		options: `<p class="text-muted">${__(
			"Their customer sees them side by side on one page, whichever link was sent, and accepts one of them. Without a tick each is shown alone.",
		)}</p>`,
	};
	const chosen = await sales_opportunity.dialog.ask(
		__("Offer Together"),
		[explanation, ...fields],
		async (values) => {
			const names = quotes.filter((_quote, index) => values[`quote_${index}`]).map((quote) => quote.name);
			await frappe.xcall(`${TOGETHER}.offer_together`, { quote: frm.doc.name, quotes: names });
			return names;
		},
	);
	if (chosen) {
		await frm.reload_doc();
		const message = chosen.length
			? __("The customer sees these quotes side by side now.")
			: __("Each quote is shown alone now.");
		frappe.show_alert({ message, indicator: "green" });
	}
};
