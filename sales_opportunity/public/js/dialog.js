/** Dialogs that ask for something: made, labelled and answered in one way. */

frappe.provide("sales_opportunity.dialog");

(() => {
	/** Say the labels of a dialog's fields to screen readers as well, and return the dialog: the framework ties none to its field. */
	function labelled(dialog) {
		for (const { df, $input, quill } of dialog.fields_list) {
			if (df.label) {
				$($input)
					.add(quill?.root)
					.attr("aria-label", __(df.label, null, df.parent));
			}
		}
		return dialog;
	}

	/**
	 * Return a dialog whose fields say their labels, and whose primary action runs once at a time, however often it is clicked.
	 *
	 * Takes what the framework's dialog takes; `primary_action` may be async.
	 */
	function make(options) {
		const dialog = new frappe.ui.Dialog({
			...options,
			async primary_action(values) {
				dialog.disable_primary_action();
				try {
					await options.primary_action(values);
				} finally {
					dialog.enable_primary_action();
				}
			},
		});
		return labelled(dialog);
	}

	/** Ask for the fields and resolve to what `action` answers to the values, null if the dialog is closed before. */
	function ask(title, fields, action, label = title) {
		return new Promise((resolve) => {
			let answer = null;
			const dialog = make({
				title,
				fields,
				primary_action_label: label,
				async primary_action(values) {
					answer = await action(values);
					dialog.hide();
				},
			});
			dialog.onhide = () => resolve(answer);
			dialog.on_page_show = () => begin_first_row(dialog);
			dialog.show();
		});
	}

	function begin_first_row(dialog) {
		const grid = dialog.fields_list.find((field) => field.df.fieldtype === "Table")?.grid;
		if (grid?.grid_rows.length) {
			grid.grid_rows[0].toggle_editable_row(true);
			grid.set_focus_on_row(0);
		}
	}

	/**
	 * Let a field for e-mail addresses suggest those of contacts that fit the last word in it.
	 *
	 * Rows of who takes part in a deal come first, with their roles, where these are used.
	 */
	function suggest_addresses(field, participants) {
		const people = suggested(participants);
		const addresses = people.map(({ value }) => value);
		field.get_data = () => {
			const txt = (field.get_value() || "").split(/[,\s]/).pop();
			frappe
				.xcall("frappe.email.get_contact_list", { txt })
				.then((found) =>
					field.set_data([...people, ...found.filter(({ value }) => !addresses.includes(value))]),
				);
		};
	}

	function suggested(participants) {
		if (!frappe.boot.sales_opportunity_features.use_participants) {
			return [];
		}
		return (participants || [])
			.filter(({ email }) => email)
			.map(({ email, person_name, role }) => ({
				value: email,
				description: [person_name, role && __(role, null, "Sales Opportunity Contact")]
					.filter(Boolean)
					.join(", "),
			}));
	}

	Object.assign(sales_opportunity.dialog, { labelled, make, ask, suggest_addresses });
})();
