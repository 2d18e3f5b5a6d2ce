frappe.listview_settings["Quote"] = {
	add_fields: ["status", "email_status"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		if (doc.status === "Issued" && doc.email_status === "Failed") {
			return [__("E-mail failed"), "red", "email_status,=,Failed|status,=,Issued"];
		}
		if (doc.status === "Issued" && doc.email_status === "Unclear") {
			return [__("E-mail unclear"), "orange", "email_status,=,Unclear|status,=,Issued"];
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
