frappe.provide("sales_opportunity.own_copies");

sales_opportunity.own_copies.MODULE = "Sales Opportunity";

/** Whether the user may make a report of their own from this one; the server asks again. */
sales_opportunity.own_copies.may_copy_report = ({ module, is_standard, report_type }) =>
	module === sales_opportunity.own_copies.MODULE &&
	is_standard === "Yes" &&
	frappe.model.can_create("Report") &&
	(report_type === "Report Builder" || frappe.user.has_role("Script Manager"));

/** Ask for a name, copy the report with these filters, and open the copy. */
sales_opportunity.own_copies.copy_report = async function (report, filters) {
	const new_name = await sales_opportunity.own_copies.ask(__("Copy as Own Report"), __(report.name));
	const name = await sales_opportunity.own_copies.call("copy_report", {
		report: report.name,
		new_name,
		filters,
	});
	const hint =
		report.report_type === "Script Report"
			? __("Choose filters and columns, and keep them by Save in the menu.")
			: __("Change it by Edit in the menu.");
	frappe.show_alert({ message: hint, indicator: "green" }, 10);
	if (report.report_type === "Report Builder") {
		return frappe.set_route("List", report.ref_doctype, "Report", name);
	}
	return frappe.set_route("query-report", name);
};

/** Ask for a name, copy the print format, and open the copy. */
sales_opportunity.own_copies.copy_print_format = async function (print_format) {
	const new_name = await sales_opportunity.own_copies.ask(__("Copy as Own Print Format"), print_format);
	const name = await sales_opportunity.own_copies.call("copy_print_format", { print_format, new_name });
	return frappe.set_route("Form", "Print Format", name);
};

sales_opportunity.own_copies.call = (method, args) =>
	frappe.xcall(`sales_opportunity.desk.own_copies.${method}`, args);

sales_opportunity.own_copies.ask = (title, original) =>
	new Promise((resolve) => {
		const field = {
			fieldname: "new_name",
			fieldtype: "Data",
			label: __("Name of the Copy"),
			default: __("{0} of Our Own", [original]),
			reqd: 1,
		};
		frappe.prompt(field, ({ new_name }) => resolve(new_name), title, __("Copy"));
	});

frappe.ui.form.on("Report", {
	refresh(frm) {
		if (!frm.is_new() && sales_opportunity.own_copies.may_copy_report(frm.doc)) {
			frm.add_custom_button(__("Copy as Own Report"), () =>
				sales_opportunity.own_copies.copy_report(frm.doc),
			);
		}
	},
});

frappe.ui.form.on("Print Format", {
	refresh(frm) {
		const { module, standard, name } = frm.doc;
		const is_ours = module === sales_opportunity.own_copies.MODULE && standard === "Yes";
		if (is_ours && frappe.model.can_create("Print Format")) {
			frm.add_custom_button(__("Copy as Own Print Format"), () =>
				sales_opportunity.own_copies.copy_print_format(name),
			);
		}
	},
});
