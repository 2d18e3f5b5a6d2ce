/** Sending a quote by e-mail: one dialog from the draft to the customer's inbox, and what came of it. */

frappe.provide("sales_opportunity");

const SENDING = "sales_opportunity.sales_opportunity.doctype.quote.sending";
const SENDABLE = ["Draft", "Issued", "Sent", "Accepted"];

frappe.ui.form.on("Quote", {
	refresh(frm) {
		if (frm.is_new()) {
			return;
		}
		show_state(frm);
		const may_send = frm.perm[0].email && frm.perm[0].write && (frm.doc.docstatus || frm.perm[0].submit);
		if (!may_send || !SENDABLE.includes(frm.doc.status) || frm.doc.email_status === "On Its Way") {
			return;
		}
		const label = frm.doc.docstatus ? __("Send by E-mail") : __("Issue and Send");
		const button = frm.add_custom_button(label, () => send_quote(frm, label));
		if (["Draft", "Issued"].includes(frm.doc.status)) {
			button.addClass("btn-primary");
		}
	},
});

function show_state(frm) {
	const states = {
		"On Its Way": [__("The e-mail with this quote waits to be sent."), "blue"],
		Failed: [
			__(
				"The e-mail with this quote could not be sent. Check the address and send it again, or ask your administrator to look into the Email Queue."
			),
			"red",
		],
	};
	if (states[frm.doc.email_status]) {
		frm.dashboard.set_headline_alert(...states[frm.doc.email_status]);
	}
}

async function send_quote(frm, label) {
	if (frm.is_dirty()) {
		await frm.save();
	}
	const draft = await frappe.xcall(`${SENDING}.email_draft`, { quote: frm.doc.name });
	if (draft.findings.some((finding) => finding.action === "Block")) {
		sales_opportunity.show_findings(frm, draft.findings);
		return;
	}
	const addresses = {
		fieldtype: "MultiSelect",
		get_data: (txt) => frappe.xcall("frappe.email.get_contact_list", { txt }),
	};
	const dialog = new frappe.ui.Dialog({
		title: label,
		size: "large",
		fields: [
			{ fieldtype: "HTML", options: draft.findings.map(sales_opportunity.finding_html).join("") },
			{ ...addresses, fieldname: "recipients", label: __("Recipients"), default: draft.recipients, reqd: 1 },
			{ ...addresses, fieldname: "cc", label: __("Copy To") },
			{ fieldname: "subject", fieldtype: "Data", label: __("Subject"), default: draft.subject, reqd: 1 },
			{ fieldname: "content", fieldtype: "Text Editor", label: __("Message"), default: draft.content, reqd: 1 },
			{ fieldtype: "HTML", options: attachment_html(frm, draft) },
			{ fieldname: "send_me_a_copy", fieldtype: "Check", label: __("Send me a copy") },
		],
		primary_action_label: label,
		async primary_action(values) {
			dialog.disable_primary_action();
			try {
				await frappe.xcall(`${SENDING}.send_quote`, { quote: frm.doc.name, ...values });
				dialog.hide();
				frappe.show_alert({ message: __("The e-mail is on its way."), indicator: "green" });
				frappe.model.remove_from_locals("Sales Opportunity", frm.doc.opportunity);
				await frm.reload_doc();
			} finally {
				dialog.enable_primary_action();
			}
		},
	});
	dialog.show();
}

function attachment_html(frm, draft) {
	return `<div class="text-muted small mb-3">
		${frappe.utils.icon("attachment", "sm")} ${frappe.utils.escape_html(frm.doc.name)}.pdf
		<span class="ml-3">${__("From: {0}", [frappe.utils.escape_html(draft.sender)])}</span>
	</div>`;
}
