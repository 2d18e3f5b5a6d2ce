app_name = "sales_opportunity"
app_title = "Sales Opportunity"
app_publisher = "Sales Opportunity Team"
app_description = "Opportunities, weighted forecasts and one-click PDF quotes"
app_email = "team@sales-opportunity.example"
app_license = "gpl-3.0"
required_apps = []

app_include_css = ["sales_opportunity.bundle.css"]
app_include_js = ["sales_opportunity.bundle.js"]

doctype_js = {
	"Sales Opportunity": [
		"public/js/form.js",
		"public/js/quotes.js",
		"public/js/closing_dialogs.js",
		"public/js/stage_change.js",
		"sales_opportunity/doctype/sales_opportunity/stage_bar.js",
		"public/js/people_by_name.js",
		"sales_opportunity/doctype/sales_opportunity/head.js",
		"public/js/customer_questions.js",
		"sales_opportunity/doctype/sales_opportunity/participants.js",
		"sales_opportunity/doctype/sales_opportunity/related.js",
		"public/js/activity_dialog.js",
		"public/js/activity_state.js",
		"sales_opportunity/doctype/sales_opportunity/activities.js",
		"sales_opportunity/doctype/sales_opportunity/closing.js",
		"sales_opportunity/doctype/fulfilment_request/follow_ups.js",
		"sales_opportunity/doctype/sales_opportunity/line_total.js",
		"public/js/registered_masters.js",
		"public/js/recurring_lines.js",
		"public/js/deductions.js",
		"public/js/unit_prices.js",
		"public/js/line_sources.js",
	],
	"Quote": [
		"public/js/form.js",
		"public/js/quotes.js",
		"public/js/closing_dialogs.js",
		"public/js/people_by_name.js",
		"public/js/customer_questions.js",
		"sales_opportunity/doctype/quote_answer/answers.js",
		"sales_opportunity/doctype/quote/comparison.js",
		"sales_opportunity/doctype/quote/issuing.js",
		"sales_opportunity/doctype/quote_release/releases.js",
		"sales_opportunity/doctype/quote/documents.js",
		"sales_opportunity/doctype/quote/together.js",
		"sales_opportunity/doctype/quote/sending.js",
		"public/js/registered_masters.js",
		"public/js/recurring_lines.js",
		"public/js/deductions.js",
		"public/js/unit_prices.js",
		"public/js/line_sources.js",
	],
	"Quote Template": ["public/js/registered_masters.js", "public/js/unit_prices.js"],
	"Sales Item": ["public/js/unit_prices.js"],
	"Fulfilment Request": [
		"public/js/form.js",
		"public/js/people_by_name.js",
		"public/js/recurring_lines.js",
		"public/js/unit_prices.js",
	],
	"Customer": ["public/js/partner_forms.js"],
	"Lead": ["public/js/partner_forms.js"],
	"Prospect": ["public/js/partner_forms.js"],
	"Class ID": ["public/js/people_by_name.js"],
	"Sales Target": ["public/js/people_by_name.js"],
	"Sales Opportunity Settings": [
		"public/js/form.js",
		"public/js/people_by_name.js",
		"erpnext/takeover/takeover.js",
	],
	"Report": ["public/js/own_copies.js"],
	"Print Format": ["public/js/own_copies.js"],
}

doctype_list_js = {
	"Sales Opportunity": [
		"sales_opportunity/doctype/sales_opportunity/closed_month.js",
		"public/js/activity_state.js",
		"sales_opportunity/doctype/sales_opportunity/list_columns.js",
		"public/js/list_views.js",
		"public/js/stored_views.js",
		"sales_opportunity/doctype/sales_opportunity/list_changes.js",
	],
	"Quote": ["public/js/list_views.js", "public/js/stored_views.js"],
	"Qualification Stage": "public/js/translated_names.js",
	"Closing Reason": "public/js/translated_names.js",
	"Opportunity Source": "public/js/translated_names.js",
	"Sales Unit": "public/js/translated_names.js",
}

page_renderer = ["sales_opportunity.portal.quote_page.QuotePage"]

extend_bootinfo = [
	"sales_opportunity.currency.extend_bootinfo",
	"sales_opportunity.features.extend_bootinfo",
	"sales_opportunity.masters.companies.extend_bootinfo",
	"sales_opportunity.reporting.item_groups.extend_bootinfo",
	"sales_opportunity.masters.adapters.extend_bootinfo",
	"sales_opportunity.deal.recurring.extend_bootinfo",
	"sales_opportunity.desk.bundles.extend_bootinfo",
	"sales_opportunity.desk.desk_start.extend_bootinfo",
	"sales_opportunity.desk.statuses.extend_bootinfo",
	"sales_opportunity.desk.stepped_back.extend_bootinfo",
	"sales_opportunity.desk.words.extend_bootinfo",
]

jinja = {
	"methods": [
		"sales_opportunity.sales_opportunity.doctype.quote.print_context.quote_paper",
		"sales_opportunity.notifications.sales_date",
		"sales_opportunity.notifications.sales_last_answer",
		"sales_opportunity.notifications.sales_people_to_tell",
	]
}

after_install = "sales_opportunity.install.after_install"
after_app_install = [
	"sales_opportunity.erpnext.setting_up.set_up",
	"sales_opportunity.install.link_fields",
	"sales_opportunity.masters.origins.mirror_all",
	"sales_opportunity.features.hide_without_rules",
	"sales_opportunity.desk.stepped_back.update_workspaces",
]
before_migrate = ["sales_opportunity.features.store_defaults"]
after_migrate = [
	"sales_opportunity.activities.meeting_place.ensure_place_field",
	"sales_opportunity.erpnext.setting_up.set_up",
	"sales_opportunity.install.link_fields",
	"sales_opportunity.masters.origins.mirror_all",
	"sales_opportunity.features.hide_without_rules",
	"sales_opportunity.desk.stepped_back.update_workspaces",
]
setup_wizard_complete = "sales_opportunity.install.after_setup_wizard"
before_uninstall = "sales_opportunity.uninstall.before_uninstall"
before_app_uninstall = [
	"sales_opportunity.deal.staying.convert_to_own_masters",
	"sales_opportunity.install.unlink_fields",
	"sales_opportunity.erpnext.setting_up.remove_fields_with_erpnext",
]
after_app_uninstall = [
	"sales_opportunity.features.hide_without_rules",
	"sales_opportunity.desk.stepped_back.update_workspaces",
]
before_tests = "sales_opportunity.tests.masters.prepare_masters"

fixtures = [
	{"dt": "Role", "filters": [["name", "in", ["Sales Viewer", "Sales Fulfilment"]]]},
	{
		"dt": "Custom Field",
		"filters": [
			["dt", "in", ["Event", "ToDo"]],
			["module", "=", "Sales Opportunity"],
			["fieldname", "!=", "sales_place"],
		],
	},
]

permission_query_conditions = {
	"Sales Opportunity": "sales_opportunity.access.permissions.opportunity_conditions",
	"Sales Opportunity Item": "sales_opportunity.access.permissions.opportunity_item_conditions",
	"Sales Opportunity Stage Log": "sales_opportunity.access.permissions.stage_log_conditions",
	"Sales Opportunity Instalment": "sales_opportunity.access.permissions.instalment_conditions",
	"Sales Opportunity Contact": "sales_opportunity.access.permissions.contact_row_conditions",
	"Sales Opportunity Share": "sales_opportunity.access.permissions.share_conditions",
	"Sales Opportunity Change": "sales_opportunity.access.permissions.change_conditions",
	"Sales Pipeline Snapshot": "sales_opportunity.access.permissions.snapshot_conditions",
	"Quote": "sales_opportunity.access.permissions.quote_conditions",
	"Quote Item": "sales_opportunity.access.permissions.quote_item_conditions",
	"Quote Tax": "sales_opportunity.access.permissions.quote_tax_conditions",
	"Quote Instalment": "sales_opportunity.access.permissions.quote_instalment_conditions",
	"Quote Answer": "sales_opportunity.access.permissions.quote_answer_conditions",
	"Quote Release": "sales_opportunity.access.permissions.quote_release_conditions",
	"Quote Customer Link": "sales_opportunity.access.permissions.quote_customer_link_conditions",
	"Fulfilment Request": "sales_opportunity.access.permissions.fulfilment_request_conditions",
	"Fulfilment Request Item": "sales_opportunity.access.permissions.fulfilment_request_item_conditions",
	"Quote Document": "sales_opportunity.access.permissions.quote_document_conditions",
	"Sales Target": "sales_opportunity.access.permissions.sales_target_conditions",
	"Sales Target Period": "sales_opportunity.access.permissions.sales_target_period_conditions",
	"Prepared Report": "sales_opportunity.overrides.prepared_report.prepared_report_conditions",
	"Communication": "sales_opportunity.overrides.comments_and_tags.communication_conditions",
	"Document Follow": "sales_opportunity.overrides.comments_and_tags.document_follow_conditions",
	"Energy Point Log": "sales_opportunity.overrides.comments_and_tags.energy_point_conditions",
	"File": "sales_opportunity.files.attachments.file_conditions",
	"Tag Link": "sales_opportunity.overrides.comments_and_tags.tag_link_conditions",
}
has_permission = {
	"Sales Opportunity": "sales_opportunity.access.permissions.has_opportunity_permission",
	"Sales Opportunity Change": "sales_opportunity.access.permissions.has_change_permission",
	"Sales Pipeline Snapshot": "sales_opportunity.access.permissions.has_snapshot_permission",
	"Quote": "sales_opportunity.access.permissions.has_permission_by_opportunity",
	"Quote Answer": "sales_opportunity.access.permissions.has_permission_by_quote",
	"Quote Release": "sales_opportunity.access.permissions.has_permission_by_quote",
	"Quote Customer Link": "sales_opportunity.access.permissions.has_permission_by_quote",
	"Fulfilment Request": "sales_opportunity.access.permissions.has_permission_by_opportunity",
	"Sales Target": "sales_opportunity.access.permissions.has_sales_target_permission",
	"Prepared Report": "sales_opportunity.overrides.prepared_report.has_permission",
	"Communication": "sales_opportunity.overrides.comments_and_tags.has_permission",
	"Document Follow": "sales_opportunity.overrides.comments_and_tags.has_permission",
	"Energy Point Log": "sales_opportunity.overrides.comments_and_tags.has_permission",
	"File": "sales_opportunity.files.attachments.has_permission",
	"Tag Link": "sales_opportunity.overrides.comments_and_tags.has_permission",
}
override_doctype_class = {
	"Communication": "sales_opportunity.overrides.communication.PlainCommunication",
	"Data Import": "sales_opportunity.overrides.data_import.LocalizedDataImport",
	"Auto Email Report": "sales_opportunity.overrides.auto_email_report.PermittedAutoEmailReport",
	"Prepared Report": "sales_opportunity.overrides.prepared_report.PrivatePreparedReport",
	"Report": "sales_opportunity.overrides.report.TranslatedReport",
}

doc_events = {
	"*": {
		"validate": "sales_opportunity.texts.cleaning.clean_document",
		"before_update_after_submit": "sales_opportunity.texts.cleaning.clean_document",
		"before_rename": "sales_opportunity.texts.cleaning.validate_new_name",
		"onload": ["sales_opportunity.texts.cleaning.clean_for_view", "sales_opportunity.people.name_people"],
		"before_print": "sales_opportunity.texts.cleaning.clean_for_view",
	},
	"Sales Opportunity": {
		"onload": [
			"sales_opportunity.activities.open_activities.onload",
			"sales_opportunity.sales_opportunity.doctype.quote_answer.questions.onload_opportunity",
		],
		"validate": "sales_opportunity.reporting.slips.set_likely_date",
	},
	"Quote": {
		"onload": [
			"sales_opportunity.sales_opportunity.doctype.quote_answer.answers_by_hand.onload",
			"sales_opportunity.sales_opportunity.doctype.quote_answer.questions.onload_quote",
			"sales_opportunity.sales_opportunity.doctype.quote.background_issuing.onload",
			"sales_opportunity.sales_opportunity.doctype.quote_release.releases.onload",
			"sales_opportunity.sales_opportunity.doctype.quote.documents.onload",
			"sales_opportunity.sales_opportunity.doctype.quote.together.onload",
		],
	},
	"File": {
		"before_validate": "sales_opportunity.files.kept_files.refuse_change",
		"before_rename": "sales_opportunity.files.kept_files.refuse_renaming",
		"on_trash": "sales_opportunity.files.kept_files.refuse_deletion",
	},
	("Comment", "Communication", "Document Follow", "Tag Link", "ToDo"): {
		"before_insert": "sales_opportunity.overrides.comments_and_tags.check_adding",
	},
	"Communication": {
		"before_insert": "sales_opportunity.sales_opportunity.doctype.quote.sending.link_to_opportunity",
		"before_validate": "sales_opportunity.activities.meetings.set_description",
		"on_change": "sales_opportunity.sales_opportunity.doctype.quote.sending.on_delivery_status",
	},
	("Communication", "Comment", "Event", "ToDo"): {
		"after_insert": "sales_opportunity.activities.idle_time.on_activity",
	},
	"Business Partner": {
		"on_update": "sales_opportunity.sales_opportunity.doctype.quote.draft_refresh.on_party_update",
		"after_rename": "sales_opportunity.sales_opportunity.doctype.quote.draft_refresh.on_party_rename",
	},
	"Sales Opportunity Settings": {
		"onload": "sales_opportunity.erpnext.takeover.job.onload",
		"on_update": [
			"sales_opportunity.desk.stepped_back.on_settings",
			"sales_opportunity.reporting.slips.on_settings",
			"sales_opportunity.erpnext.masters.targets.on_settings",
		],
	},
	("Sales Opportunity", "Quote"): {
		"on_trash": "sales_opportunity.erpnext.takeover.reading.unlink_deleted_copy"
	},
	"Customer": {
		"validate": "sales_opportunity.erpnext.masters.customer_checks.on_validate",
		"on_update": "sales_opportunity.erpnext.masters.customer_checks.on_update",
	},
	"Item": {
		"validate": "sales_opportunity.erpnext.masters.items.on_validate",
		"on_update": "sales_opportunity.erpnext.masters.items.on_update",
	},
	("Customer", "Item"): {"on_trash": "sales_opportunity.erpnext.takeover.masters.unlink_deleted"},
	("Customer", "Lead"): {"on_update": "sales_opportunity.erpnext.masters.customers.on_update"},
	("Customer", "Lead", "Prospect"): {
		"after_rename": "sales_opportunity.erpnext.masters.customers.on_rename"
	},
	("Contact", "Address"): {
		"on_update": "sales_opportunity.sales_opportunity.doctype.quote.draft_refresh.on_master_update",
	},
	"User": {"after_rename": "sales_opportunity.deal.shares.on_user_rename"},
	("User", "Class ID", "Company"): {
		"after_rename": "sales_opportunity.sales_opportunity.doctype.sales_target.sales_target.on_rename",
	},
	"ToDo": {
		"before_validate": "sales_opportunity.overrides.comments_and_tags.check_changing",
		"validate": "sales_opportunity.activities.cadences.leave_out_assignment",
	},
	"Contact": {
		"on_update": [
			"sales_opportunity.sales_opportunity.doctype.business_partner.duplicates.update_partners_of_contact",
			"sales_opportunity.erpnext.masters.customer_checks.on_contact",
		],
		"after_delete": [
			"sales_opportunity.sales_opportunity.doctype.business_partner.duplicates.update_partners_of_contact",
			"sales_opportunity.erpnext.masters.customer_checks.on_contact",
		],
	},
	"Company": {"after_insert": "sales_opportunity.erpnext.company.companies.on_company"},
	"Authorization Rule": {
		"on_update": "sales_opportunity.erpnext.company.release_rules.on_rule",
		"after_delete": "sales_opportunity.erpnext.company.release_rules.on_rule",
	},
	"UOM": {
		"on_update": "sales_opportunity.erpnext.masters.mirrors.on_uom",
		"after_rename": "sales_opportunity.erpnext.masters.mirrors.on_uom",
	},
	("UTM Source", "UTM Campaign", "Lead Source", "Campaign"): {
		"on_update": "sales_opportunity.masters.origins.on_saved",
		"after_rename": "sales_opportunity.masters.origins.on_renamed",
	},
	"Sales Person": {
		"on_update": "sales_opportunity.erpnext.masters.targets.on_sales_person",
		"after_rename": "sales_opportunity.erpnext.masters.targets.on_sales_person",
		"on_trash": "sales_opportunity.erpnext.masters.targets.on_sales_person_deleted",
	},
	"Employee": {"on_update": "sales_opportunity.erpnext.masters.targets.on_employee"},
	"Monthly Distribution": {"on_update": "sales_opportunity.erpnext.masters.targets.on_distribution"},
	"Sales Target": {
		"validate": "sales_opportunity.erpnext.masters.targets.on_target",
		"on_trash": "sales_opportunity.erpnext.masters.targets.on_target_deleted",
		"on_update": "sales_opportunity.erpnext.masters.targets.on_target_gone",
		"after_delete": "sales_opportunity.erpnext.masters.targets.on_target_gone",
	},
	("Sales Taxes and Charges Template", "Item Tax Template"): {
		"on_update": "sales_opportunity.erpnext.masters.mirrors.on_tax_template",
	},
	"Blanket Order": {"validate": "sales_opportunity.erpnext.orders.blanket_orders.on_blanket_order"},
	"Sales Order": {
		"before_insert": "sales_opportunity.erpnext.orders.events.link_order_rows",
		"before_validate": "sales_opportunity.erpnext.orders.events.link_order_rows",
		"on_update": "sales_opportunity.erpnext.orders.events.on_order",
		"on_update_after_submit": "sales_opportunity.erpnext.orders.events.on_order",
		"on_submit": "sales_opportunity.erpnext.orders.blanket_orders.on_order_counted",
		"on_cancel": "sales_opportunity.erpnext.orders.blanket_orders.on_order_counted",
		"on_change": "sales_opportunity.erpnext.orders.events.on_order_status",
	},
	("Delivery Note", "Sales Invoice"): {
		"before_insert": "sales_opportunity.erpnext.orders.events.link_rows",
		"before_validate": "sales_opportunity.erpnext.orders.events.link_rows",
		"on_update": "sales_opportunity.erpnext.orders.events.on_document",
		"on_update_after_submit": "sales_opportunity.erpnext.orders.events.on_document",
	},
	("Sales Order", "Delivery Note", "Sales Invoice"): {
		"before_cancel": "sales_opportunity.erpnext.orders.events.lock_deals",
		"on_cancel": "sales_opportunity.erpnext.orders.events.free_quantities",
		"on_trash": "sales_opportunity.erpnext.orders.events.free_quantities",
	},
	"Version": {
		"before_insert": "sales_opportunity.overrides.timeline.leave_out_following_fields",
	},
	"Event": {
		"on_update": "sales_opportunity.activities.invitations.on_event_update",
		"on_trash": "sales_opportunity.activities.invitations.on_event_trash",
	},
	("Event", "ToDo"): {
		"on_update": "sales_opportunity.activities.next_activity.update_next_activity",
		"on_trash": "sales_opportunity.activities.next_activity.update_next_activity",
	},
}

scheduler_events = {
	"all": ["sales_opportunity.sales_opportunity.doctype.quote.background_issuing.record_interrupted_jobs"],
	"hourly": ["sales_opportunity.sales_opportunity.doctype.quote.sending.sync_delivery_statuses"],
	"daily": [
		"sales_opportunity.exchange_rates.fetch_rates",
		"sales_opportunity.deal.related.count_as_switched",
		"sales_opportunity.sales_opportunity.doctype.quote.expiry.expire_quotes",
		"sales_opportunity.sales_opportunity.doctype.quote.expiry.notify_expiring_quotes",
		"sales_opportunity.activities.next_activity.notify_due_activities",
		"sales_opportunity.reporting.snapshots.take_snapshots",
		"sales_opportunity.reporting.slips.refresh_curves",
		"sales_opportunity.sales_opportunity.doctype.sales_probability_adoption.sales_probability_adoption.apply_due",
	],
}

auth_hooks = [
	"sales_opportunity.overrides.guests.hide_tracebacks",
	"sales_opportunity.files.attachments.refuse_unreadable_files",
	"sales_opportunity.overrides.questions.refuse_hidden_fields",
]

after_request = ["sales_opportunity.overrides.answers.conceal_in_answer"]

before_job = ["sales_opportunity.overrides.prepared_report.set_job_language"]
after_job = ["sales_opportunity.printing.styles.clear_styles"]

override_doctype_dashboards = {
	"Customer": "sales_opportunity.erpnext.dashboards.customer_dashboard",
	"Lead": "sales_opportunity.erpnext.dashboards.lead_dashboard",
	"Prospect": "sales_opportunity.erpnext.dashboards.prospect_dashboard",
	"Blanket Order": "sales_opportunity.erpnext.dashboards.blanket_order_dashboard",
	"Sales Order": "sales_opportunity.erpnext.dashboards.sales_order_dashboard",
	"Delivery Note": "sales_opportunity.erpnext.dashboards.delivery_note_dashboard",
	"Sales Invoice": "sales_opportunity.erpnext.dashboards.sales_invoice_dashboard",
	"Sales Opportunity": "sales_opportunity.erpnext.dashboards.sales_opportunity_dashboard",
	"Quote": "sales_opportunity.sales_opportunity.doctype.quote_release.releases.dashboard",
}

additional_timeline_content = {
	"Sales Opportunity": ["sales_opportunity.overrides.timeline.opportunity_stream"],
	"Quote": ["sales_opportunity.overrides.timeline.quote_stream"],
}
ignore_links_on_delete = ["Quote Release", "Sales Opportunity Change", "Sales Pipeline Snapshot"]

make_email_body_message = ["sales_opportunity.mail.headers.encode_headers"]

delete_file_data_content = "sales_opportunity.files.kept_files.delete_content"
write_file = "sales_opportunity.files.kept_files.write_content"

override_whitelisted_methods = {
	"frappe.core.api.file.zip_files": "sales_opportunity.files.attachments.zip_files",
	"frappe.core.doctype.data_export.exporter.export_data": "sales_opportunity.overrides.exports.export_data",
	"frappe.core.doctype.data_import.data_import.download_template": "sales_opportunity.overrides.exports.export_for_import",
	"frappe.core.doctype.file.file.zip_files": "sales_opportunity.files.attachments.zip_files",
	"frappe.desk.query_report.export_query": "sales_opportunity.overrides.exports.export_report",
	"frappe.desk.reportview.export_query": "sales_opportunity.overrides.exports.export_list",
	"frappe.client.get_count": "sales_opportunity.overrides.permission_checks.get_count",
	"frappe.desk.doctype.dashboard_chart.dashboard_chart.get": "sales_opportunity.overrides.figures.get_chart",
	"frappe.desk.doctype.event.event.get_events": "sales_opportunity.overrides.permission_checks.get_events",
	"frappe.desk.doctype.tag.tag.get_tagged_docs": "sales_opportunity.overrides.permission_checks.get_tagged_docs",
	"frappe.desk.doctype.tag.tag.remove_tag": "sales_opportunity.overrides.permission_checks.remove_tag",
	"frappe.desk.form.assign_to.add": "sales_opportunity.overrides.permission_checks.add_assignment",
	"frappe.desk.form.linked_with.get": "sales_opportunity.overrides.permission_checks.get_linked",
	"frappe.desk.form.linked_with.get_submitted_linked_docs": "sales_opportunity.overrides.permission_checks.get_submitted_linked_docs",
	"frappe.desk.listview.get_group_by_count": "sales_opportunity.overrides.permission_checks.get_group_by_count",
	"frappe.desk.page.user_profile.user_profile.get_energy_points_percentage_chart_data": "sales_opportunity.overrides.figures.get_energy_points_percentage_chart_data",
	"frappe.desk.query_report.get_data_for_custom_field": "sales_opportunity.overrides.permission_checks.get_data_for_custom_field",
	"frappe.desk.reportview.get": "sales_opportunity.overrides.lists.get",
	"frappe.desk.reportview.get_list": "sales_opportunity.overrides.lists.get_list",
	"frappe.desk.search.get_link_title": "sales_opportunity.overrides.permission_checks.get_link_title",
	"frappe.desk.search.search_link": "sales_opportunity.overrides.permission_checks.search_link",
	"frappe.desk.search.search_widget": "sales_opportunity.overrides.permission_checks.search_widget",
	"frappe.email.relink": "sales_opportunity.overrides.permission_checks.relink",
	"frappe.social.doctype.energy_point_log.energy_point_log.get_reviews": "sales_opportunity.overrides.permission_checks.get_reviews",
	"frappe.utils.global_search.search": "sales_opportunity.overrides.permission_checks.search_everywhere",
	"frappe.utils.goal.get_monthly_goal_graph_data": "sales_opportunity.overrides.figures.get_monthly_goal_graph_data",
	"frappe.utils.print_format.download_multi_pdf": "sales_opportunity.overrides.print_format.download_multi_pdf",
	"frappe.utils.print_format.download_pdf": "sales_opportunity.overrides.print_format.download_pdf",
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": "sales_opportunity.overrides.figures.get_workflow_state_count",
}

sales_hooks = ["sales_opportunity.erpnext.hooks.hooks"]
sales_party_types = {"Business Partner": "sales_opportunity.masters.own_masters.business_partner"}
sales_party_roles = {"Business Partner": "sales_opportunity.masters.own_masters.advance_business_partner"}
sales_party_currencies = {"Business Partner": "sales_opportunity.masters.own_masters.partner_currencies"}
sales_sources = {"UTM Source": "name"}
sales_campaigns = {"UTM Campaign": "name"}
sales_item_groups = {"Sales Item": "item_group"}
sales_item_costs = {"Sales Item": "sales_opportunity.deal.margins.sales_item_cost"}
sales_item_types = {"Sales Item": "sales_opportunity.masters.own_masters.sales_item"}
sales_made_for_paper = ["Letter Head", "Quote Text", "Sales Opportunity Settings"]

export_python_type_annotations = True
