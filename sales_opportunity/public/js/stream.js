/** The stream of this app's forms names fields, those of rows too, and changed choices as the forms show them: in the user's language. */
(() => {
	const { is_own, wrap } = sales_opportunity.plain_texts;

	$(document).on("form-load", (_event, frm) => {
		wrap(frm.timeline?.constructor.prototype, "get_version_timeline_contents", translate_changes);
	});

	function translate_changes(original) {
		if (!is_own(this.frm.doctype)) {
			return original();
		}
		const stored = this.doc_info;
		const { get_docfield } = frappe.meta;
		const versions = (stored.versions || []).map((version) => in_words(version, this.frm));
		this.doc_info = { ...stored, versions };
		frappe.meta.get_docfield = (...field) => labelled(get_docfield.apply(frappe.meta, field));
		try {
			return original();
		} finally {
			this.doc_info = stored;
			frappe.meta.get_docfield = get_docfield;
		}
	}

	/** The field with the label that its form shows: the framework leaves those of rows in English, or asks without their context. */
	function labelled(df) {
		return df?.label ? { ...df, label: __(df.label, null, df.parent) } : df;
	}

	function in_words(version, frm) {
		const data = JSON.parse(version.data || "{}");
		data.changed = data.changed?.map((change) => translated_change(change, frm.doctype));
		data.row_changed = data.row_changed?.map(([table, index, name, changes]) => {
			const doctype = frappe.meta.get_docfield(frm.doctype, table)?.options;
			return [table, index, name, changes.map((change) => translated_change(change, doctype))];
		});
		return { ...version, data: JSON.stringify(data) };
	}

	function translated_change([fieldname, ...values], doctype) {
		const context = context_of(frappe.meta.get_docfield(doctype, fieldname));
		return [fieldname, ...values.map((value) => (context && value ? __(value, null, context) : value))];
	}

	function context_of(df) {
		if (df?.fieldtype === "Select") {
			return df.parent;
		}
		const is_named_by_words =
			df?.fieldtype === "Link" && frappe.boot.translated_doctypes?.includes(df.options);
		return is_named_by_words ? df.options : null;
	}
})();
