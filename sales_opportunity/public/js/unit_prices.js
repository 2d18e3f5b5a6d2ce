/** Unit prices and costs have up to six decimals: fields and lists show those that a price has, and no zeros beyond the currency's. */

frappe.provide("sales_opportunity.unit_prices");

sales_opportunity.unit_prices.fields = {
	"Sales Item": ["price", "cost"],
	"Sales Item Price": ["price"],
	"Sales Opportunity Item": ["rate", "list_price", "discount_amount", "unit_cost"],
	"Quote Item": ["rate", "list_price", "discount_amount", "unit_cost"],
	"Quote Template Line": ["discount_amount"],
	"Fulfilment Request Item": ["rate", "discount_amount"],
};

sales_opportunity.unit_prices.is_one = (df) =>
	Boolean(df.parent) && Boolean(sales_opportunity.unit_prices.fields[df.parent]?.includes(df.fieldname));

/** Return how many decimals of a price there are to show: at least those of the number format. */
sales_opportunity.unit_prices.decimals = function (value, format, most) {
	const found = flt(value, most).toFixed(most).replace(/0+$/, "").split(".")[1] || "";
	return Math.max(found.length, get_number_format_info(format).precision);
};

/** Return what a line's price is beside being its price: charged again and again, or taken off as a trade-in or credit. */
sales_opportunity.unit_prices.said_below = (row, doctype) =>
	row?.deduction ? __(row.deduction, null, doctype) : sales_opportunity.recurring_lines?.per(row);

/** Return what a cell shows that has something small below it, both as HTML. */
sales_opportunity.unit_prices.two_lines = (above, below) =>
	`<div class="so-price">${above}<div class="so-per">${below}</div></div>`;

/** Return the field of a line's fixed discount where the one in % is shown and there is a fixed one, too. */
sales_opportunity.unit_prices.fixed_discount = (df, doc) =>
	df?.fieldname === "discount_percentage" &&
	doc?.doctype === df.parent &&
	sales_opportunity.unit_prices.fields[df.parent]?.includes("discount_amount") &&
	flt(doc.discount_amount) &&
	frappe.meta.get_docfield(df.parent, "discount_amount", doc.name);

sales_opportunity.unit_prices.setup = function () {
	const { is_one, decimals, said_below, two_lines, fixed_discount } = sales_opportunity.unit_prices;
	const { is_nothing, NOTHING } = sales_opportunity.quantities;
	const formatter = frappe.form.formatters.Currency;
	if (formatter.shows_unit_prices) {
		return;
	}
	frappe.form.formatters.Currency = function (value, df, options, doc) {
		if (is_nothing(value, df, doc)) {
			return NOTHING;
		}
		if (!is_one(df) || !value) {
			return formatter(value, df, options, doc);
		}
		const currency = frappe.meta.get_field_currency(df, doc);
		const precision = decimals(value, get_number_format(currency), cint(df.precision));
		const price = formatter(value, { ...df, precision: Math.max(precision, 2) }, options, doc);
		const below = df.fieldname === "rate" && said_below(doc, df.parent);
		if (!below) {
			return price;
		}
		return two_lines(price, frappe.utils.escape_html(below));
	};
	frappe.form.formatters.Currency.shows_unit_prices = true;

	const percent = frappe.form.formatters.Percent;
	frappe.form.formatters.Percent = function (value, df, options, doc) {
		const field = fixed_discount(df, doc);
		if (!field) {
			return percent(value, df, options, doc);
		}
		const amount = frappe.form.formatters.Currency(doc.discount_amount, field, options, doc);
		return flt(value) ? two_lines(percent(value, df, options, doc), amount) : amount;
	};

	frappe.ui.form.ControlCurrency = class extends frappe.ui.form.ControlCurrency {
		format_for_input(value) {
			if (!is_one(this.df) || isNaN(Number(value))) {
				return super.format_for_input(value);
			}
			const format = this.get_number_format();
			return format_number(value, format, decimals(value, format, this.get_precision()));
		}
	};
};

sales_opportunity.unit_prices.setup();
