frappe.listview_settings["Quote"] = {
	add_fields: ["status"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colors = {
			Draft: "gray",
			Issued: "blue",
			Sent: "cyan",
			Accepted: "green",
			Declined: "red",
			Expired: "orange",
			Superseded: "purple",
			Cancelled: "red",
		};
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
