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
