frappe.listview_settings["Quote"] = {
	add_fields: ["status", "email_status"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		if (doc.status === "Issued" && doc.email_status === "Failed") {
			return [__("E-mail failed"), "red", "email_status,=,Failed|status,=,Issued"];
		}
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
