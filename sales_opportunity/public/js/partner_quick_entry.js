/** The dialog for a new partner: with contact and address, and with the partners that may be the same. */

(function () {
	const QUICK_ENTRY = "sales_opportunity.sales_opportunity.doctype.business_partner.quick_entry";

	frappe.ui.form.BusinessPartnerQuickEntryForm = class extends frappe.ui.form.QuickEntryForm {
		set_meta_and_mandatory_fields() {
			super.set_meta_and_mandatory_fields();
			const after = (name, ...fields) => {
				const position = this.mandatory.findIndex((field) => field.fieldname === name);
				this.mandatory.splice(position + 1, 0, ...fields);
			};
			this.mandatory = this.mandatory.map((field) => ({ ...field }));
			after("partner_name", { fieldname: "so_alike", fieldtype: "HTML" });
			after("partner_type", { fieldtype: "Column Break" });
			this.contact_fields = frappe.model.can_create("Contact")
				? [
						{ fieldtype: "Section Break", label: __("Contact Person", null, "Business Partner") },
						{ fieldname: "so_first_name", fieldtype: "Data", label: __("First Name") },
						{ fieldname: "so_email", fieldtype: "Data", options: "Email", label: __("Email") },
						{ fieldtype: "Column Break" },
						{
							fieldname: "so_last_name",
							fieldtype: "Data",
							label: __("Last Name", null, "Business Partner"),
						},
						{ fieldname: "so_phone", fieldtype: "Data", options: "Phone", label: __("Phone") },
					]
				: [];
			this.address_fields = frappe.model.can_create("Address")
				? [
						{ fieldtype: "Section Break", label: __("Address") },
						{ fieldname: "so_address_line1", fieldtype: "Data", label: __("Street") },
						{ fieldname: "so_pincode", fieldtype: "Data", label: __("Postal Code") },
						{ fieldtype: "Column Break" },
						{ fieldname: "so_city", fieldtype: "Data", label: __("City") },
						{
							fieldname: "so_country",
							fieldtype: "Link",
							options: "Country",
							label: __("Country"),
							default: frappe.boot.sysdefaults.country,
						},
					]
				: [];
			this.mandatory.push(...this.contact_fields, ...this.address_fields);
		}

		render_dialog() {
			super.render_dialog();
			this.dialog.$wrapper.addClass("so-partner-entry");
			sales_opportunity.dialog.labelled(this.dialog);
			const look = frappe.utils.debounce(() => this.find_alike(), 300);
			for (const name of ["partner_name", "so_email"]) {
				const field = this.dialog.fields_dict[name];
				field && field.$input && field.$input.on("input", look);
			}
			const place = this.dialog.fields_dict.so_alike.$wrapper;
			place
				.attr("aria-live", "polite")
				.on("click", "button", (event) => this.take(event.currentTarget.dataset.name));
			if (this.dialog.get_value("partner_name")) {
				look();
			}
		}

		async find_alike() {
			const turn = (this.turn = (this.turn || 0) + 1);
			const typed = (name) => {
				const field = this.dialog.fields_dict[name];
				return (field && field.$input && field.$input.val()) || "";
			};
			const args = { partner_name: typed("partner_name"), email: typed("so_email") };
			this.alike = await frappe.xcall(`${QUICK_ENTRY}.similar_partners`, args);
			if (turn === this.turn) {
				this.show_alike();
			}
		}

		show_alike() {
			const escape = frappe.utils.escape_html;
			const rows = this.alike.map(
				(row) => `<li><button type="button" class="btn btn-xs btn-default" data-name="${escape(row.name)}">
					${escape(row.title)}</button>
					<span class="text-muted small">${escape([__(row.role, null, "Business Partner"), ...row.reasons].join(", "))}</span></li>`,
			);
			const head = `<p class="small bold">${__("May exist already. Take one of these?")}</p>`;
			this.dialog.fields_dict.so_alike.$wrapper.html(
				rows.length ? `${head}<ul class="list-unstyled">${rows.join("")}</ul>` : "",
			);
		}

		/** Take a partner that exists already in place of a new one. */
		take(name) {
			const row = this.alike.find((one) => one.name === name);
			this.finish({ doctype: this.doctype, name, partner_name: row.title });
		}

		async insert() {
			const values = this.dialog.get_values(true);
			const part = (fields) =>
				Object.fromEntries(
					fields
						.filter((field) => field.fieldname)
						.map((field) => [field.fieldname.replace("so_", ""), values[field.fieldname] || ""]),
				);
			const own = Object.entries(values).filter(([name]) => !name.startsWith("so_"));
			try {
				const doc = await frappe.xcall(`${QUICK_ENTRY}.create`, {
					partner: { ...this.entered(), ...Object.fromEntries(own) },
					contact: part(this.contact_fields),
					address: part(this.address_fields),
				});
				this.finish(doc);
			} finally {
				this.dialog.working = false;
				this.dialog.clear_message();
			}
		}

		/** What the new document had before the dialog, such as the values of a list's filters. */
		entered() {
			const given = {};
			for (const field of frappe.get_meta(this.doctype).fields) {
				const value = this.doc[field.fieldname];
				if (!is_null(value) && !frappe.model.table_fields.includes(field.fieldtype)) {
					given[field.fieldname] = value;
				}
			}
			return given;
		}

		finish(doc) {
			this.dialog.hide();
			frappe.model.clear_doc(this.doctype, this.doc.name);
			this.dialog.doc = doc;
			if (frappe._from_link) {
				frappe.ui.form.update_calling_link(doc);
			} else if (this.after_insert) {
				this.after_insert(doc);
			} else {
				this.open_form_if_not_list();
			}
		}
	};
})();
