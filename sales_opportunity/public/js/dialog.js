frappe.provide("sales_opportunity");

/** Say the labels of a dialog's fields to screen readers as well, and return the dialog: the framework ties none to its field. */
sales_opportunity.labelled = function (dialog) {
	for (const { df, $input, quill } of dialog.fields_list) {
		if (df.label) {
			$($input).add(quill?.root).attr("aria-label", __(df.label));
		}
	}
	return dialog;
};

/**
 * Return a dialog whose fields say their labels, and whose primary action runs once at a time, however often it is clicked.
 *
 * Takes what the framework's dialog takes; `primary_action` may be async.
 */
sales_opportunity.dialog = function (options) {
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
	return sales_opportunity.labelled(dialog);
};
