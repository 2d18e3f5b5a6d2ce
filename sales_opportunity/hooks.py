app_name = "sales_opportunity"
app_title = "Sales Opportunity"
app_publisher = "Sales Opportunity Team"
app_description = "Opportunities, weighted forecasts and one-click PDF quotes"
app_email = "team@sales-opportunity.example"
app_license = "gpl-3.0"
required_apps = []
