/** What a customer has asked on the quote's page, above the forms of quote and opportunity until it is answered there. */

frappe.provide("sales_opportunity.customer_questions");

sales_opportunity.customer_questions.show = function (frm) {
	frm.layout.wrapper.children(".so-customer-question").remove();
	const questions = frm.doc.__onload?.questions || [];
	[...questions].reverse().forEach((question) => {
		sales_opportunity.customer_questions.banner(frm, question).prependTo(frm.layout.wrapper);
	});
};

sales_opportunity.customer_questions.banner = function (frm, question) {
	const $banner = $(`<div class="form-message orange so-customer-question" role="status">
		<div class="so-customer-question-text"><strong></strong><div></div></div>
		<button type="button" class="btn btn-default btn-sm text-nowrap">${__("Answer", null, "Question")}</button>
	</div>`);
	const when = comment_when(question.asked_on);
	const heading = __("{0} asks about quote {1}", [question.person_name, question.quote]);
	$banner.find("strong").text(heading).after(` <span class="small">${when}</span>`);
	$banner.find(".so-customer-question-text > div").text(question.text);
	$banner
		.find("button")
		.toggle(Boolean(frm.perm[0].write))
		.on("click", () => sales_opportunity.customer_questions.answer(frm, question));
	return $banner;
};

/** Answer by e-mail, or note that it was answered otherwise: one dialog. */
sales_opportunity.customer_questions.answer = async function (frm, question) {
	const QUESTIONS = "sales_opportunity.sales_opportunity.doctype.quote_answer.questions";
	const draft = await frappe.xcall(`${QUESTIONS}.reply_draft`, { question: question.name });
	const by_email = "eval:!doc.is_answered";
	const dialog = sales_opportunity.dialog.make({
		title: __("Answer {0}", [frappe.utils.escape_html(question.person_name)]),
		size: "large",
		fields: [
			{
				fieldname: "recipients",
				fieldtype: "Data",
				label: __("Recipients"),
				default: draft.recipients,
				depends_on: by_email,
				mandatory_depends_on: by_email,
			},
			{
				fieldname: "subject",
				fieldtype: "Data",
				label: __("Subject"),
				default: draft.subject,
				depends_on: by_email,
				mandatory_depends_on: by_email,
			},
			{
				fieldname: "content",
				fieldtype: "Text Editor",
				label: __("E-mail Text"),
				default: draft.content,
				depends_on: by_email,
				mandatory_depends_on: by_email,
			},
			{
				fieldname: "is_answered",
				fieldtype: "Check",
				label: __("It was answered in another way, such as by telephone"),
			},
			{
				fieldname: "note",
				fieldtype: "Small Text",
				label: __("What was said or agreed"),
				depends_on: "is_answered",
			},
		],
		primary_action_label: __("Send Answer"),
		async primary_action({ recipients, subject, content, is_answered, note }) {
			if (is_answered) {
				await frappe.xcall(`${QUESTIONS}.mark_answered`, { question: question.name, note });
			} else {
				await frappe.xcall(`${QUESTIONS}.reply`, { question: question.name, recipients, subject, content });
			}
			dialog.hide();
			await frm.reload_doc();
		},
	});
	dialog.fields_dict.is_answered.df.onchange = () =>
		dialog
			.get_primary_btn()
			.text(dialog.get_value("is_answered") ? __("Mark as Answered") : __("Send Answer"));
	dialog.show();
};

["Quote", "Sales Opportunity"].forEach((doctype) => {
	frappe.ui.form.on(doctype, { refresh: sales_opportunity.customer_questions.show });
});
