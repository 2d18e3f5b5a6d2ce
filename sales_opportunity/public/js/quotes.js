/** Making quotes and choosing among an opportunity's quotes: on both forms, on My Day and on the board. */

frappe.provide("sales_opportunity.quotes");

(() => {
	const MAPPER = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper";

	/** Return the opportunity's quotes as far as one can tell them apart by it. */
	function of_opportunity(opportunity, filters, options) {
		return frappe.db.get_list("Quote", {
			filters: { opportunity, ...filters },
			fields: ["name", "label", "status", "gross_total", "transaction_currency"],
			...options,
		});
	}

	/** Return a quote as an option of a choice; `status` is told if it is given. */
	function option({ name, label, gross_total, transaction_currency }, status) {
		const total = strip_html(format_currency(gross_total, transaction_currency));
		return { value: name, label: [name, label, status, total].filter(Boolean).join(" · ") };
	}

	/** Return until when a quote of the opportunity is valid if nothing else is said. */
	function default_validity(opportunity) {
		return frappe.xcall(`${MAPPER}.default_validity`, { opportunity });
	}

	/** Ask until when a quote is valid, let `make` make it, and open it. */
	async function ask_and_make(title, opportunity, make) {
		const field = {
			fieldname: "valid_until",
			fieldtype: "Date",
			label: __("Valid Until"),
			default: await default_validity(opportunity),
			reqd: 1,
		};
		const quote = await sales_opportunity.dialog.ask(title, [field], ({ valid_until }) => make(valid_until));
		if (quote) {
			frappe.set_route("Form", "Quote", quote);
		}
	}

	/** Ask for the validity and make the opportunity's quote. One dialog makes one, however often it is clicked. */
	function create(opportunity) {
		const request_key = frappe.utils.get_random(20);
		return ask_and_make(__("Create Quote"), opportunity, (valid_until) =>
			frappe.xcall(`${MAPPER}.create_quote`, { opportunity, valid_until, request_key }),
		);
	}

	/** The opportunity follows its primary quote: the next time it is opened, it is to be fetched anew. */
	function forget_opportunity(frm) {
		frappe.model.remove_from_locals("Sales Opportunity", frm.doc.opportunity);
	}

	Object.assign(sales_opportunity.quotes, {
		of_opportunity,
		option,
		default_validity,
		ask_and_make,
		create,
		forget_opportunity,
	});
})();
