/** Issuing a quote: what a look at it finds is told first. */

frappe.provide("sales_opportunity.issuing");

const CHECKER = "sales_opportunity.sales_opportunity.doctype.quote.checker";

/** Offer to issue a draft, and to send it along where that can be done. */
function offer(frm) {
	const just_issue = [__("Issue", null, "Quote"), () => issue(frm)];
	if (sales_opportunity.sending.may_send(frm)) {
		frm.page.set_primary_action(__("Issue and Send"), () => sales_opportunity.sending.send(frm));
		frm.add_custom_button(...just_issue);
	} else {
		frm.page.set_primary_action(...just_issue);
	}
}

/** Issue the quote; what a look at it finds wrong is told first, and what blocks has to be mended. */
async function issue(frm) {
	const found = await frappe.xcall(`${CHECKER}.check`, { quote: frm.doc.name });
	if (found.length) {
		show_findings(frm, found);
	} else {
		frm.savesubmit();
	}
}

/** Tell what a look at the quote found; issue it all the same if nothing of it blocks. */
function show_findings(frm, found) {
	const is_blocked = found.some((finding) => finding.action === "Block");
	const dialog = new frappe.ui.Dialog({
		title: is_blocked ? __("The quote cannot be issued like this") : __("Issue the quote like this?"),
		indicator: is_blocked ? "red" : "orange",
		fields: [{ fieldtype: "HTML", options: found.map(finding_html).join("") }],
		primary_action_label: is_blocked ? __("Close") : __("Issue", null, "Quote"),
		primary_action() {
			dialog.hide();
			if (!is_blocked) {
				frm.save("Submit");
			}
		},
	});
	sales_opportunity.dialog.labelled(dialog).show();
}

function finding_html(finding) {
	const [label, color] = finding.action === "Block" ? [__("Mend first"), "red"] : [__("Warning"), "orange"];
	return `<div class="mb-3">
		<span class="indicator-pill ${color} mr-1">${label}</span> <b>${frappe.utils.escape_html(finding.message)}</b>
		<div class="text-muted mt-1">${frappe.utils.escape_html(finding.remedy)}</div>
	</div>`;
}

Object.assign(sales_opportunity.issuing, { offer, show_findings, finding_html });
