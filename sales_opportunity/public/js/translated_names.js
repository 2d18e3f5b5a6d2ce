/** Lists of masters that are called by words show their names in the user's language, as links to them do. */
for (const [doctype, fieldname] of [
	["Qualification Stage", "stage_name"],
	["Closing Reason", "reason"],
	["Sales Unit", "unit_name"],
	["Opportunity Source", "source_name"],
]) {
	const settings = (frappe.listview_settings[doctype] = frappe.listview_settings[doctype] || {});
	settings.formatters = { [fieldname]: (name) => frappe.utils.escape_html(__(name, null, doctype)) };
	settings.refresh = (list) =>
		list.$result.find(".list-subject a[data-doctype]").each((_index, link) => {
			link.textContent = link.title = __(link.dataset.name, null, doctype);
		});
}
