/** Say what was chosen as the field offers it: in the context of its DocType, wherever the value is shown. */
(() => {
	const said_without = frappe.form.formatters.Select;
	frappe.form.formatters.Select = (value, df, ...rest) => {
		const said = df?.parent && typeof value === "string" && __(value, null, df.parent);
		return said && said !== value ? said : said_without(value, df, ...rest);
	};
})();
