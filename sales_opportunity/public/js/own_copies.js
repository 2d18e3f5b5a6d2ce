/** Copies of the app's reports and print formats that belong to an admin. */

frappe.provide("sales_opportunity.own_copies");

(() => {
	const OWN_COPIES = "sales_opportunity.desk.own_copies";
	const MODULE = "Sales Opportunity";

	/** Whether the user may make a report of their own from this one; the server asks again. */
	const may_copy_report = ({ module, is_standard, report_type }) =>
		module === MODULE &&
		is_standard === "Yes" &&
		frappe.model.can_create("Report") &&
		(report_type === "Report Builder" || frappe.user.has_role("Script Manager"));

	/** Ask for a name, copy the report with these filters, and open the copy. */
	async function copy_report(report, filters) {
		const name = await ask(__("Copy as Own Report"), __(report.name), (new_name) =>
			frappe.xcall(`${OWN_COPIES}.copy_report`, { report: report.name, new_name, filters }),
		);
		if (!name) {
			return;
		}
		const hint =
			report.report_type === "Script Report"
				? __("Choose filters and columns, and keep them by Save in the menu.")
				: __("Change it by Edit in the menu.");
		frappe.show_alert({ message: hint, indicator: "green" }, 10);
		if (report.report_type === "Report Builder") {
			frappe.set_route("List", report.ref_doctype, "Report", name);
		} else {
			frappe.set_route("query-report", name);
		}
	}

	/** Ask for a name, copy the print format, and open the copy. */
	async function copy_print_format(print_format) {
		const name = await ask(__("Copy as Own Print Format"), print_format, (new_name) =>
			frappe.xcall(`${OWN_COPIES}.copy_print_format`, { print_format, new_name }),
		);
		if (name) {
			frappe.set_route("Form", "Print Format", name);
		}
	}

	function ask(title, original, copy) {
		const field = {
			fieldname: "new_name",
			fieldtype: "Data",
			label: __("Name of the Copy"),
			default: __("{0} of Our Own", [original]),
			reqd: 1,
		};
		return sales_opportunity.dialog.ask(title, [field], ({ new_name }) => copy(new_name), __("Copy"));
	}

	frappe.ui.form.on("Report", {
		refresh(frm) {
			if (!frm.is_new() && may_copy_report(frm.doc)) {
				frm.add_custom_button(__("Copy as Own Report"), () => copy_report(frm.doc));
			}
		},
	});

	frappe.ui.form.on("Print Format", {
		refresh(frm) {
			const { module, standard, name } = frm.doc;
			const is_ours = module === MODULE && standard === "Yes";
			if (is_ours && frappe.model.can_create("Print Format")) {
				frm.add_custom_button(__("Copy as Own Print Format"), () => copy_print_format(name));
			}
		},
	});

	Object.assign(sales_opportunity.own_copies, { may_copy_report, copy_report });
})();
