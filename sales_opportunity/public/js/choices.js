/** Say what was chosen in this app's documents as the field offers it: in the context of its DocType, wherever it is shown. */
(() => {
	const said_without = frappe.form.formatters.Select;
	frappe.form.formatters.Select = (value, df, ...rest) =>
		sales_opportunity.plain_texts.is_own(df?.parent)
			? __(frappe.form.formatters.Data(value, df), null, df.parent)
			: said_without(value, df, ...rest);
})();
