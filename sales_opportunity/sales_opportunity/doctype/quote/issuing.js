/** Issuing a quote: what a look at it finds is told first. A long one is issued in the background, and watched. */

frappe.provide("sales_opportunity.issuing");

const CHECKER = "sales_opportunity.sales_opportunity.doctype.quote.checker";
const BACKGROUND_ISSUING = "sales_opportunity.sales_opportunity.doctype.quote.background_issuing";
const PAUSE = 2000;

/** Offer to issue a draft, and to send it along where that can be done; or show how far it is being issued. */
function offer(frm) {
	const { state, reason } = frm.doc.__onload?.issuing || {};
	if (is_under_way(state)) {
		watch(frm);
		return;
	}
	if (state === "Failed") {
		frm.dashboard.set_headline_alert(
			__("The quote was not issued: {0}", [frappe.utils.escape_html(reason)]),
			"orange",
		);
	}
	if (sales_opportunity.releases.offer(frm)) {
		return;
	}
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
	} else if (is_for_background(frm)) {
		frappe.confirm(__("Issue quote {0}?", [frm.doc.name]), () => begin(frm, []));
	} else {
		frm.savesubmit();
	}
}

const is_for_background = (frm) => Boolean(frm.doc.__onload?.issuing?.in_background);

const is_under_way = (state) => ["Waiting", "Working"].includes(state);

/** Issue the quote, and send it if there is an `email`, by a job on the server; `found` is what was passed over. */
async function begin(frm, found, email = null) {
	await frappe.xcall(`${BACKGROUND_ISSUING}.start`, {
		quote: frm.doc.name,
		modified: frm.doc.modified,
		seen: found.map((finding) => finding.rule),
		email,
	});
	frm.doc.__onload.issuing.state = "Waiting";
	frm.refresh();
}

/** Show how far the quote is until it is issued or not, or somebody has left it. */
function watch(frm) {
	const { name } = frm.doc;
	const title = __("Issuing", null, "Quote");
	frm.page.clear_primary_action();
	frm.dashboard.set_headline_alert(
		__(
			"This quote is being issued in the background. You can go on with other work. If you change it, it stays a draft.",
		),
		"blue",
	);
	const is_left = () => frm.doc.name !== name || !frm.page.wrapper.is(":visible");
	const look = async () => {
		clearTimeout(frm.issuing_timer);
		const found = is_left() || (await frappe.xcall(`${BACKGROUND_ISSUING}.state`, { quote: name }));
		if (is_left()) {
			return;
		}
		frm.doc.__onload.issuing = { ...frm.doc.__onload.issuing, ...found };
		if (is_under_way(found.state)) {
			frm.dashboard.show_progress(
				title,
				found.percent || 0,
				found.page ? __("Page {0}", [found.page]) : __("Waiting for a free worker …"),
			);
			clearTimeout(frm.issuing_timer);
			frm.issuing_timer = setTimeout(look, PAUSE);
		} else {
			frm.dashboard.hide_progress();
			show_outcome(frm, found);
		}
	};
	frappe.realtime.off("quote_issuing");
	frappe.realtime.on("quote_issuing", ({ quote }) => quote === name && look());
	look();
}

/** Show what came of it. */
async function show_outcome(frm, { state, messages, findings }) {
	frappe.realtime.off("quote_issuing");
	if (state === "Finished" && !frm.is_dirty()) {
		sales_opportunity.quotes.clear_opportunity(frm);
		await frm.reload_doc();
		frappe.show_alert({ message: __("The quote is issued."), indicator: "green" });
		messages.forEach((message) => frappe.msgprint(message));
		return;
	}
	frm.dashboard.clear_headline();
	frm.refresh();
	if (findings?.length) {
		show_findings(frm, findings);
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
			if (is_blocked) {
				return;
			}
			if (is_for_background(frm)) {
				begin(frm, found);
			} else {
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

Object.assign(sales_opportunity.issuing, { begin, finding_html, is_for_background, offer, show_findings });
