/** What a list says of drafts by how they stand with their release. */
const RELEASES = {
	Needed: [() => __("Needs a release"), "yellow"],
	Requested: [() => __("Release requested"), "orange"],
	Released: [() => __("Released", null, "Quote"), "green"],
	Refused: [() => __("Release refused"), "red"],
};

frappe.listview_settings["Quote"] = {
	add_fields: ["status", "email_status", "release_status", "customer_opened_on"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const { colours, quote } = sales_opportunity.statuses;
		const release = frappe.boot.sales_opportunity_features.use_releases && RELEASES[doc.release_status];
		if (doc.status === quote.issued && doc.email_status === "Failed") {
			return [__("E-mail failed"), "red", `email_status,=,Failed|status,=,${quote.issued}`];
		}
		if (doc.status === quote.issued && doc.email_status === "Unclear") {
			return [__("E-mail unclear"), "orange", `email_status,=,Unclear|status,=,${quote.issued}`];
		}
		if (doc.status === quote.draft && release) {
			const [label, colour] = release;
			return [label(), colour, `release_status,=,${doc.release_status}|status,=,${quote.draft}`];
		}
		if (quote.waiting.includes(doc.status) && doc.customer_opened_on) {
			const opened = frappe.boot.sales_opportunity_moments.any.join();
			return [__("Opened", null, "Quote"), "purple", `customer_opened_on,${opened}|status,=,${doc.status}`];
		}
		return [__(doc.status, null, "Quote"), colours.Quote[doc.status], `status,=,${doc.status}`];
	},

	onload(listview) {
		const today = frappe.datetime.get_today();
		const { quote } = sales_opportunity.statuses;
		const on_the_table = ["status", "in", quote.waiting.join()];
		const waiting_for_release = {
			label: __("Release requested"),
			filters: [
				["status", "=", quote.draft],
				["release_status", "=", "Requested"],
			],
		};
		const views = [
			{ label: __("On the Table"), filters: [on_the_table] },
			{
				label: __("Ending Soon"),
				filters: [on_the_table, ["valid_until", "Between", [today, frappe.datetime.add_days(today, 14)]]],
			},
			{
				label: __("Opened by the Customer"),
				filters: [on_the_table, ["customer_opened_on", ...frappe.boot.sales_opportunity_moments.any]],
			},
			{ label: __("Drafts", null, "List"), filters: [["status", "=", quote.draft]] },
			...(frappe.boot.sales_opportunity_features.use_releases ? [waiting_for_release] : []),
			{ label: __("Accepted", null, "Quote"), filters: [["status", "=", quote.accepted]] },
			{ label: __("All"), filters: [] },
		];
		sales_opportunity.list_views.setup(listview, views, null, [
			__("Net Total", null, "Quote"),
			__("Gross Total"),
		]);
	},

	refresh(listview) {
		sales_opportunity.list_views.refresh(listview);
		sales_opportunity.stored_views.keep_as_opened(listview);
	},
};
