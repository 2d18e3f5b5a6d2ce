/** Lines from a template, or from another quote: offered below the lines of open opportunities and draft quotes. */

(() => {
	const LINE_SOURCES = "sales_opportunity.sales_opportunity.doctype.quote.line_sources";

	function offer(frm) {
		const { grid } = frm.fields_dict.items;
		grid.clear_custom_buttons();
		const is_open =
			frm.doctype === "Quote" ? frm.doc.docstatus === 0 : sales_opportunity.statuses.is_open(frm.doc);
		if (
			!frappe.boot.sales_opportunity_features.use_quote_templates ||
			frm.is_new() ||
			!is_open ||
			!frm.perm[0].write
		) {
			return;
		}
		// The framework puts them before its own button for a new row.
		const add_button = (label, action) => grid.add_custom_button(label, action).appendTo(grid.grid_buttons);
		if (frappe.model.can_read("Quote Template")) {
			add_button(__("Insert Template"), () => insert_template(frm));
		}
		add_button(__("Copy Lines from a Quote"), () => copy_lines(frm));
	}

	function insert_template(frm) {
		const field = sales_opportunity.quotes.template_field(frm.doctype, frm.docname, { reqd: 1 });
		return add(frm, __("Insert Template"), [field], ({ template }) =>
			frappe.xcall(`${LINE_SOURCES}.add_from_template`, { ...target(frm), template }),
		);
	}

	function copy_lines(frm) {
		const prices = { [__("As in the quote")]: true, [__("As the items have them now")]: false };
		const fields = [
			{
				fieldname: "quote",
				fieldtype: "Link",
				options: "Quote",
				label: __("Quote"),
				get_query: () => ({ filters: { name: ["!=", frm.docname] } }),
				only_select: 1,
				reqd: 1,
			},
			{
				fieldname: "prices",
				fieldtype: "Select",
				label: __("Prices"),
				options: Object.keys(prices),
				default: Object.keys(prices)[0],
				reqd: 1,
			},
		];
		return add(frm, __("Copy Lines from a Quote"), fields, (values) =>
			frappe.xcall(`${LINE_SOURCES}.add_from_quote`, {
				...target(frm),
				quote: values.quote,
				keep_prices: prices[values.prices],
			}),
		);
	}

	const target = (frm) => ({ doctype: frm.doctype, name: frm.docname });

	/** Save what was typed, ask, add the lines, and show the document with them. */
	async function add(frm, title, fields, action) {
		await sales_opportunity.form.save_changes(frm);
		const is_done = await sales_opportunity.dialog.ask(
			title,
			fields,
			async (values) => {
				await action(values);
				return true;
			},
			__("Insert"),
		);
		if (is_done) {
			frappe.model.remove_from_locals("Quote", frm.doc.primary_quote);
			frappe.model.remove_from_locals("Sales Opportunity", frm.doc.opportunity);
			await frm.reload_doc();
		}
	}

	for (const doctype of ["Quote", "Sales Opportunity"]) {
		frappe.ui.form.on(doctype, { refresh: offer });
	}
})();
