/** Quantities and percentages of this app show the decimals that they have, and no zeros after them: 3, not 3,000. */

frappe.provide("sales_opportunity.quantities");

sales_opportunity.quantities.fields = {
	"Sales Opportunity Item": ["quantity"],
	"Quote Item": ["quantity"],
	"Quote Template Line": ["quantity"],
	"Sales Item Part": ["quantity"],
	"Fulfilment Request Item": ["quantity", "sold_quantity"],
};

sales_opportunity.quantities.is_one = (df) =>
	Boolean(df?.parent) &&
	(df.fieldtype === "Percent"
		? sales_opportunity.plain_texts.is_own(df.parent)
		: (sales_opportunity.quantities.fields[df.parent] || []).includes(df.fieldname));

/** Write a number in the user's format with as many decimals as it has, six at most. */
sales_opportunity.quantities.shown = function (value) {
	const decimals = (flt(value, 6).toFixed(6).replace(/0+$/, "").split(".")[1] || "").length;
	return format_number(value, null, decimals);
};

/** What a cell of a table shows that shows nothing: for an empty text the framework formats the value once more. */
sales_opportunity.quantities.NOTHING = "<span></span>";

/** Whether a line has nothing to show for a zero: it is no discount, or the row is a heading or a text. */
sales_opportunity.quantities.is_nothing = (value, df, doc) =>
	!flt(value) &&
	Boolean(doc?.doctype) &&
	doc.doctype === df?.parent &&
	["Sales Opportunity Item", "Quote Item", "Quote Template Line"].includes(df.parent) &&
	(df.fieldname === "discount_percentage" || ["Heading", "Text", "Subtotal"].includes(doc.row_type));

sales_opportunity.quantities.setup = function () {
	const { is_nothing, is_one, shown, NOTHING } = sales_opportunity.quantities;
	for (const [fieldtype, sign] of [
		["Float", ""],
		["Percent", "%"],
	]) {
		const formatter = frappe.form.formatters[fieldtype];
		frappe.form.formatters[fieldtype] = function (value, df, options, doc) {
			if (is_nothing(value, df, doc)) {
				return NOTHING;
			}
			return is_one(df) && !is_null(value) && !isNaN(Number(value))
				? frappe.form.formatters._right(shown(value) + sign, options)
				: formatter(value, df, options, doc);
		};
		const control = `Control${fieldtype}`;
		frappe.ui.form[control] = class extends frappe.ui.form[control] {
			format_for_input(value) {
				return is_one(this.df) && !is_null(value) && !isNaN(Number(value))
					? shown(value)
					: super.format_for_input(value);
			}
		};
	}
};

sales_opportunity.quantities.setup();
