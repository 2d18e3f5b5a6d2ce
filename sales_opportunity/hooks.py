app_name = "sales_opportunity"
app_title = "Sales Opportunity"
app_publisher = "Sales Opportunity Team"
app_description = "Opportunities, weighted forecasts and one-click PDF quotes"
app_email = "team@sales-opportunity.example"
app_license = "gpl-3.0"
required_apps = []

jinja = {"methods": ["sales_opportunity.paper.quote_paper"]}

after_install = "sales_opportunity.install.after_install"
before_uninstall = "sales_opportunity.uninstall.before_uninstall"

fixtures = [{"dt": "Role", "filters": [["name", "=", "Sales Viewer"]]}]

permission_query_conditions = {
	"Sales Opportunity": "sales_opportunity.permissions.opportunity_conditions",
	"Sales Opportunity Item": "sales_opportunity.permissions.opportunity_item_conditions",
	"Sales Opportunity Stage Log": "sales_opportunity.permissions.stage_log_conditions",
	"Quote": "sales_opportunity.permissions.quote_conditions",
	"Quote Item": "sales_opportunity.permissions.quote_item_conditions",
	"Quote Tax": "sales_opportunity.permissions.quote_tax_conditions",
}
has_permission = {
	"Sales Opportunity": "sales_opportunity.permissions.has_opportunity_permission",
	"Quote": "sales_opportunity.permissions.has_quote_permission",
}

override_whitelisted_methods = {
	"frappe.utils.print_format.download_pdf": "sales_opportunity.printing.download_pdf",
}

sales_party_types = {"Business Partner": "sales_opportunity.masters.business_partner"}
sales_item_types = {"Sales Item": "sales_opportunity.masters.sales_item"}

export_python_type_annotations = True
