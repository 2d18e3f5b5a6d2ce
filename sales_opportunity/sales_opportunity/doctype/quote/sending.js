/** Sending a quote by e-mail: one dialog from the draft to the customer's inbox, and what came of it. */

frappe.provide("sales_opportunity.sending");

const SENDING = "sales_opportunity.sales_opportunity.doctype.quote.sending";

frappe.ui.form.on("Quote", {
	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		show_state(frm);
		if (sales_opportunity.sending.may_send(frm)) {
			frm.email_doc = () => sales_opportunity.sending.send(frm);
		} else {
			delete frm.email_doc;
		}
		if (frm.doc.docstatus === 1 && sales_opportunity.sending.may_send(frm)) {
			const button = frm.add_custom_button(__("Send by E-mail"), () => sales_opportunity.sending.send(frm));
			button.toggleClass("btn-primary", frm.doc.status === sales_opportunity.statuses.quote.issued);
		}
	},
});

sales_opportunity.sending.may_send = function (frm) {
	return (
		frm.perm[0].email &&
		frm.perm[0].write &&
		sales_opportunity.statuses.quote.live.includes(frm.doc.status) &&
		!(frm.doc.docstatus === 1 && !frm.doc.pdf_file) &&
		frm.doc.email_status !== "On Its Way"
	);
};

function show_state(frm) {
	const states = {
		"On Its Way": [__("The e-mail with this quote waits to be sent."), "blue"],
		Failed: [
			__(
				"The e-mail with this quote could not be sent. Check the address and send it again, or ask your administrator to look into the Email Queue.",
			),
			"red",
		],
		Unclear: [
			__(
				"It is unclear whether the e-mail with this quote was sent: sending was interrupted. Ask the customer, or send it again.",
			),
			"orange",
		],
	};
	if (states[frm.doc.email_status]) {
		frm.dashboard.set_headline_alert(...states[frm.doc.email_status]);
	}
}

/** Ask for recipients and words of the e-mail and send it; a draft is issued with it. */
sales_opportunity.sending.send = async function (frm) {
	const label = frm.doc.docstatus ? __("Send by E-mail") : __("Issue and Send");
	const draft = await frappe.xcall(`${SENDING}.email_draft`, { quote: frm.doc.name });
	if (draft.findings.some((finding) => finding.action === "Block")) {
		sales_opportunity.issuing.show_findings(frm, draft.findings);
		return;
	}
	const dialog = sales_opportunity.dialog.make({
		title: label,
		size: "large",
		fields: [
			{ fieldtype: "HTML", options: draft.findings.map(sales_opportunity.issuing.finding_html).join("") },
			{
				fieldname: "recipients",
				fieldtype: "MultiSelect",
				label: __("Recipients"),
				default: draft.recipients,
				reqd: 1,
			},
			{ fieldname: "cc", fieldtype: "MultiSelect", label: __("Copy To") },
			{ fieldname: "subject", fieldtype: "Data", label: __("Subject"), default: draft.subject, reqd: 1 },
			{
				fieldname: "content",
				fieldtype: "Text Editor",
				label: __("E-mail Text"),
				default: draft.content,
				reqd: 1,
			},
			{ fieldtype: "HTML", options: attachment_html(frm, draft) },
			...sales_opportunity.documents.fields(draft),
			{ fieldname: "send_me_a_copy", fieldtype: "Check", label: __("Send me a copy") },
		],
		primary_action_label: label,
		async primary_action(entered) {
			const values = sales_opportunity.documents.arguments_of(entered, draft);
			if (frm.doc.docstatus === 0 && sales_opportunity.issuing.is_for_background(frm)) {
				await sales_opportunity.issuing.begin(frm, draft.findings, values);
				dialog.hide();
				return;
			}
			await frappe.xcall(`${SENDING}.send_quote`, { quote: frm.doc.name, ...values });
			dialog.hide();
			frappe.show_alert({ message: __("The e-mail is on its way."), indicator: "green" });
			sales_opportunity.quotes.clear_opportunity(frm);
			await frm.reload_doc();
		},
	});
	["recipients", "cc"].forEach((fieldname) =>
		sales_opportunity.dialog.suggest_addresses(dialog.fields_dict[fieldname], draft.participants),
	);
	sales_opportunity.documents.show_sum(dialog, draft);
	dialog.show();
};

function attachment_html(frm, draft) {
	return `<div class="text-muted small mb-3">
		${frappe.utils.icon("attachment", "sm")}
		${frappe.utils.escape_html(frm.doc.name)}.pdf
		<span class="ml-3">${__("From: {0}", [frappe.utils.escape_html(draft.sender)])}</span>
	</div>`;
}
