/**
 * Lets plain text of this app's documents read as it was typed: "O'Reilly <Tools> Ltd." in lists, forms and reports.
 *
 * The desk takes plain text for HTML in some places, where "<Tools>" would be an element, and nothing to be seen.
 * That nothing runs there does not depend on this file: the server refuses text that would, and lists get none.
 */
frappe.provide("sales_opportunity.plain_texts");

(() => {
	const { plain_texts } = sales_opportunity;

	plain_texts.FIELDTYPES = ["Data", "Small Text", "Text", "Long Text", "Read Only", "Autocomplete", "Phone"];

	plain_texts.is_own = (doctype) => (frappe.boot.sales_opportunity_doctypes || []).includes(doctype);

	/** Say "<" so that it stays "<" where text is taken for HTML, and where it has been escaped already. */
	plain_texts.escape = (value) => value.replaceAll("<", "&lt;");

	plain_texts.is_own_column = function (df) {
		if (df.parent) {
			return plain_texts.is_own(df.parent);
		}
		const report = frappe.get_route()[0] === "query-report" && frappe.query_report?.report_doc;
		return report && report.module === "Sales Opportunity";
	};

	/** Return the title of a document if a view that takes it for HTML would leave something out. */
	plain_texts.title_of = function (doctype, doc, fieldname) {
		const title = doc && fieldname && doc[fieldname];
		return typeof title === "string" && title.includes("<") && plain_texts.is_own(doctype) ? title : null;
	};

	/** Put something around a method of a class of the desk, once. */
	plain_texts.wrap = function (owner, name, around) {
		const original = owner && owner[name];
		if (original && !original.is_around) {
			owner[name] = function (...args) {
				return around.call(this, () => original.apply(this, args), ...args);
			};
			owner[name].is_around = true;
		}
	};

	const format = frappe.format;
	frappe.format = function (value, df, options, doc) {
		const is_plain = df && plain_texts.FIELDTYPES.includes(df.fieldtype || "Data");
		if (is_plain && typeof value === "string" && value.includes("<") && plain_texts.is_own_column(df)) {
			value = plain_texts.escape(value);
		}
		const formatted = format.call(this, value, df, options, doc);
		const linked = df && ["Link", "Dynamic Link"].includes(df.fieldtype) && (df._options || df.options);
		const title = linked && plain_texts.is_own(linked) && frappe.utils.get_link_title(linked, value);
		return typeof formatted === "string" && title && title.includes("<")
			? formatted.replaceAll(title, plain_texts.escape(title))
			: formatted;
	};

	$(document).on("app_ready", function () {
		plain_texts.wrap(frappe.ui.form.Toolbar?.prototype, "set_title", function (show) {
			show();
			const { doctype, doc, meta } = this.frm;
			const title = !this.frm.is_new() && plain_texts.title_of(doctype, doc, meta.title_field);
			if (title) {
				this.page.$title_area.find(".title-text").text(title).attr("title", title);
			}
		});
		if (!frappe.views.ListView?.prototype.get_subject_text) {
			plain_texts.wrap(frappe.views.ListView?.prototype, "get_subject_html", function (show, doc) {
				const { fieldname } = this.columns[0].df;
				const title = plain_texts.title_of(this.doctype, doc, fieldname);
				if (!title) {
					return show();
				}
				doc[fieldname] = plain_texts.escape(title);
				const html = show();
				doc[fieldname] = title;
				return html;
			});
		}
	});
})();
