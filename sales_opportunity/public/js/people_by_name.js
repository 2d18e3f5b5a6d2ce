/** Link fields to users show people by their names; what is stored is the login. */

frappe.provide("sales_opportunity.people_by_name");

(() => {
	/** Let the form's own link fields do so, and no others of the desk. */
	sales_opportunity.people_by_name.show = function (frm) {
		for (const field of frm.fields) {
			if (field.df.fieldtype === "Link" && field.df.options === "User" && !field.shows_names) {
				field.shows_names = true;
				field.set_link_title = function (user) {
					this.translate_and_set_input_value(name_of(this, user), user);
				};
				if (field.has_input) {
					field.set_formatted_input(field.value);
				}
			}
		}
	};

	for (const doctype of [
		"Sales Opportunity",
		"Quote",
		"Fulfilment Request",
		"Class ID",
		"Sales Target",
		"Sales Opportunity Settings",
	]) {
		frappe.ui.form.on(doctype, { refresh: sales_opportunity.people_by_name.show });
	}

	/** The name that came with the document, else what the field's list said of the person who was just chosen. */
	function name_of(field, user) {
		const suggested = field.awesomplete?._list?.find(({ value }) => value === user)?.description;
		return frappe.utils.get_link_title("User", user) || suggested || frappe.user_info(user).fullname;
	}
})();
