frappe.listview_settings["Fulfilment Request"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = sales_opportunity.statuses.colours["Fulfilment Request"];
		return [__(doc.status, null, "Fulfilment Request"), colours[doc.status], `status,=,${doc.status}`];
	},
};

/** Let lists, filters, reports and forms offer what this site can request: orders only where an app makes them. */
function offer_kinds() {
	const field = frappe.meta.get_docfield("Fulfilment Request", "kind");
	const { sales_opportunity_documents: documents } = frappe.boot;
	field.options = field.options
		.split("\n")
		.filter((kind) => kind !== "Order" || kind in documents)
		.join("\n");
}

offer_kinds();
