/** What belongs to a deal: what is called off from a frame contract, and another call-off in one click. */

(() => {
	const MAPPER = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.mapper";
	const FRAME_DOCUMENTS = "sales_opportunity.sales_opportunity.doctype.fulfilment_request.frame_documents";

	frappe.ui.form.on("Sales Opportunity", {
		setup(frm) {
			frm.make_methods = { ...frm.make_methods, "Sales Opportunity": create_call_off };
			frm.set_query("parent_opportunity", () => ({ filters: { name: ["!=", frm.doc.name || ""] } }));
		},

		refresh(frm) {
			const is_fixed =
				!sales_opportunity.statuses.is_open(frm.doc) && !frappe.boot.sales_opportunity_may.reopen;
			frm.set_df_property("is_frame", "read_only", !frm.is_new() && is_fixed ? 1 : 0);
			const found =
				frappe.boot.sales_opportunity_features.use_related_deals && frm.doc.__onload?.head?.call_offs;
			frm.get_field("call_offs").$wrapper.html(found ? sums_html(found, frm.doc.is_frame) : "");
			frm.toggle_display("section_call_offs", Boolean(found));
			const beside = frm.is_new() ? null : frm.doc.__onload?.head?.siblings;
			frm.set_df_property("parent_opportunity", "description", beside ? siblings_html(beside, frm.doc) : "");
			if (found && frm.doc.is_frame && frappe.model.can_create("Sales Opportunity")) {
				frm.add_custom_button(__("Call-Off"), () => create_call_off(frm), __("Create"));
			}
			if (
				found &&
				frm.doc.is_frame &&
				frm.doc.status === sales_opportunity.statuses.opportunity.won &&
				frm.perm[0].write
			) {
				for (const doctype of frappe.boot.sales_opportunity_frame_documents) {
					offer_document(frm, doctype);
				}
			}
		},
	});

	async function create_call_off(frm) {
		const call_off = await frappe.xcall(`${MAPPER}.make_call_off`, { opportunity: frm.doc.name });
		frappe.model.sync(call_off);
		frappe.set_route("Form", call_off.doctype, call_off.name);
	}

	/** Offer what an app makes of a won frame contract to who may create it: the days are asked for, and what was made is opened. */
	function offer_document(frm, doctype) {
		if (!frappe.model.can_create(doctype)) {
			return;
		}
		const title = __("Create {0}", [__(doctype)]);
		const today = frappe.datetime.get_today();
		const fields = [
			{ fieldname: "from_date", fieldtype: "Date", label: __("From Date"), default: today, reqd: 1 },
			{
				fieldname: "to_date",
				fieldtype: "Date",
				label: __("To Date"),
				default: frappe.datetime.add_days(frappe.datetime.add_months(today, 12), -1),
				reqd: 1,
			},
		];
		const make = async (values) => {
			const call = { opportunity: frm.doc.name, doctype, ...values };
			const name = await frappe.xcall(`${FRAME_DOCUMENTS}.create_frame_document`, call);
			frappe.set_route("Form", doctype, name);
		};
		frm.add_custom_button(title, () => sales_opportunity.dialog.ask(title, fields, make), __("Follow-ups"));
	}

	/** The other parts of the same deal, each a link, and a link to the list if there are more. */
	function siblings_html({ rows, more }, { parent_opportunity }) {
		const escape = frappe.utils.escape_html;
		const links = rows.map(
			({ name, title, status }) =>
				`<a href="${escape(frappe.utils.get_form_link("Sales Opportunity", name))}">${escape(title || name)}</a>
					(${escape(name)}, ${escape(__(status, null, "Sales Opportunity"))})`,
		);
		const list = frappe.utils.generate_route({ name: "Sales Opportunity", type: "doctype" });
		const filter = `parent_opportunity=${encodeURIComponent(parent_opportunity)}`;
		const rest = more ? `, <a href="${escape(`${list}?${filter}`)}">${__("{0} more", [more])}</a>` : "";
		return __("Also part of it: {0}", [links.join(", ") + rest]);
	}

	function sums_html({ currency, open, won, left }, is_frame) {
		const money = (amount) => frappe.utils.escape_html(strip_html(format_currency(amount, currency)));
		const number = (count) => (is_frame ? __("Call-Offs: {0}", [count]) : __("Deals: {0}", [count]));
		const figure = (label, { count, amount }) =>
			`<div class="col-sm-4"><div class="text-muted small">${label}</div>
				${count ? `<strong>${amount === null ? "" : money(amount)}</strong>` : "–"}
				<span class="text-muted">${count ? number(count) : ""}</span></div>`;
		const [of_won, of_open] = is_frame
			? [__("Called Off, Won"), __("Called Off, Open")]
			: [__("Related Deals, Won"), __("Related Deals, Open")];
		const rest =
			left === undefined
				? ""
				: `<div class="col-sm-4"><div class="text-muted small">${__("Not Called Off")}</div>
					<strong>${money(left)}</strong></div>`;
		return `<div class="row">${figure(of_won, won)}${figure(of_open, open)}${rest}</div>`;
	}
})();
