/** Making quotes and choosing among an opportunity's quotes: on both forms, on My Day and on the board. */

frappe.provide("sales_opportunity.quotes");

(() => {
	const MAPPER = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper";
	const TEMPLATE_SEARCH = "sales_opportunity.sales_opportunity.doctype.quote_template.template_search";

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

	/** Ask until when a quote is valid, and for `more` fields, let `make` make it, and open it. */
	async function ask_and_make(title, opportunity, make, more = []) {
		const field = {
			fieldname: "valid_until",
			fieldtype: "Date",
			label: __("Valid Until"),
			default: await default_validity(opportunity),
			reqd: 1,
		};
		const quote = await sales_opportunity.dialog.ask(title, [field, ...more], ({ valid_until, ...values }) =>
			make(valid_until, values),
		);
		if (quote) {
			frappe.set_route("Form", "Quote", quote);
		}
	}

	/** A field that asks for one of the templates that fit a document, favourites first. */
	function template_field(doctype, name, values) {
		return {
			fieldname: "template",
			fieldtype: "Link",
			options: "Quote Template",
			label: __("Template", null, "Quote"),
			get_query: () => ({ query: `${TEMPLATE_SEARCH}.template_query`, filters: { doctype, name } }),
			filter_description: __("Those that fit, favourites first"),
			only_select: 1,
			...values,
		};
	}

	/** Return a field for a template if the site uses templates and has one for the document, else none. */
	async function optional_template_field(doctype, name) {
		const is_there =
			frappe.boot.sales_opportunity_features.use_quote_templates &&
			frappe.model.can_read("Quote Template") &&
			(await frappe.xcall(`${TEMPLATE_SEARCH}.has_templates`, { doctype, name }));
		return is_there ? [template_field(doctype, name)] : [];
	}

	/** Ask for the validity and make the opportunity's quote. One dialog makes one, however often it is clicked. */
	async function create(opportunity) {
		const request_key = frappe.utils.get_random(20);
		const more = await optional_template_field("Sales Opportunity", opportunity);
		return ask_and_make(
			__("Create Quote"),
			opportunity,
			(valid_until, { template }) =>
				frappe.xcall(`${MAPPER}.create_quote`, {
					opportunity,
					valid_until,
					request_key,
					...(template && { template }),
				}),
			more,
		);
	}

	/** The opportunity follows its primary quote: the next time it is opened, it is to be fetched anew. */
	function clear_opportunity(frm) {
		frappe.model.remove_from_locals("Sales Opportunity", frm.doc.opportunity);
	}

	Object.assign(sales_opportunity.quotes, {
		of_opportunity,
		option,
		default_validity,
		ask_and_make,
		template_field,
		create,
		clear_opportunity,
	});
})();
