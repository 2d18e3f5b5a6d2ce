/** The release of a draft: asked for by a button, answered on top of the form to which bell, e-mail and My Day lead. */

frappe.provide("sales_opportunity.releases");

(() => {
	const RELEASES = "sales_opportunity.sales_opportunity.doctype.quote_release.releases";

	/** Show how a draft stands with its release; return whether there is something else to do than to issue it. */
	function offer(frm) {
		const { status, may_answer } = frm.doc.__onload?.release || {};
		if (!status) {
			return false;
		}
		if (status === "Released") {
			frm.dashboard.add_indicator(__("Released", null, "Quote"), "green");
			return false;
		}
		frm.dashboard.set_headline_alert(
			status_sentences(frm).join("<br>"),
			{ Needed: "yellow", Requested: "orange", Refused: "red" }[status],
		);
		if (may_answer) {
			frm.page.set_primary_action(__("Release", null, "Quote"), () => answer(frm, "release"));
			frm.add_custom_button(__("Refuse", null, "Quote"), () => refuse(frm));
		} else if (status !== "Requested" && frm.perm[0].write) {
			frm.page.set_primary_action(__("Ask for Release"), () => ask(frm));
		} else {
			frm.page.clear_primary_action();
		}
		return true;
	}

	/** Return as HTML sentences how the quote stands, why, and who does not release it any more. */
	function status_sentences(frm) {
		const { status, reasons, last, worsened_by } = frm.doc.__onload.release;
		const people = frappe.utils.escape_html(worsened_by.join(", "));
		return [
			status_sentence(status, last),
			...reasons.map(frappe.utils.escape_html),
			...(people ? [__("Somebody else has to release it, since it was made worse by {0}.", [people])] : []),
		];
	}

	/** Return as HTML how the quote stands, and what was said last. */
	function status_sentence(status, last) {
		if (status === "Needed") {
			return last?.action === "Voided"
				? __("The release is void since the quote was changed. It needs a new one.")
				: __("This quote needs a release before it can be issued.");
		}
		const [person, note] = [last.person, last.note].map(frappe.utils.escape_html);
		if (status === "Refused") {
			return __("{0} has refused the release: {1}", [person, note]);
		}
		return note
			? __("{0} asks for the release of this quote: {1}", [person, note])
			: __("{0} asks for the release of this quote.", [person]);
	}

	function ask(frm) {
		const field = { fieldname: "note", fieldtype: "Small Text", label: __("Why it should be released") };
		return sales_opportunity.dialog.ask(__("Ask for Release"), [field], async (values) => {
			await frappe.xcall(`${RELEASES}.request_release`, { quote: frm.doc.name, ...values });
			await frm.reload_doc();
		});
	}

	/** Open the dialog to which an e-mail has led; the link alone answers nothing, and leads to the form once it is answered. */
	function answer_as_asked(frm) {
		const asked = frappe.route_options?.answer;
		if (!asked) {
			return;
		}
		delete frappe.route_options.answer;
		history.replaceState(history.state, "", location.pathname);
		if (frm.doc.docstatus === 0 && frm.doc.__onload?.release?.may_answer) {
			const act = asked === "Refused" ? refuse : release;
			act(frm);
		}
	}

	function release(frm) {
		const sentences = status_sentences(frm).map((text) => `<p>${text}</p>`);
		const field = { fieldtype: "HTML", options: sentences.join("") };
		return sales_opportunity.dialog.ask(__("Release", null, "Quote"), [field], () => answer(frm, "release"));
	}

	function refuse(frm) {
		const field = { fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 };
		return sales_opportunity.dialog.ask(__("Refuse the Release"), [field], (values) =>
			answer(frm, "refuse_release", values),
		);
	}

	/** Answer for the quote as it is shown here: what was changed meanwhile has to be looked at first. */
	async function answer(frm, method, values = {}) {
		await frappe.xcall(`${RELEASES}.${method}`, {
			quote: frm.doc.name,
			modified: frm.doc.modified,
			...values,
		});
		await frm.reload_doc();
	}

	frappe.ui.form.on("Quote", { refresh: answer_as_asked });

	Object.assign(sales_opportunity.releases, { offer });
})();
