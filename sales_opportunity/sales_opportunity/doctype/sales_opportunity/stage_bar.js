/** The stages of an opportunity's class as steps on top of its form: one click moves the deal. */

frappe.provide("sales_opportunity.stage_bar");

const HEAD = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.head";
const SECONDS_OF_A_DAY = 86400;

/** Draw the bar into the element for what the form shows now, saved or not. */
sales_opportunity.stage_bar.show = async function (frm, $parent) {
	const asked = (frm.stage_bar_asked = {});
	const steps = await steps_of(frm);
	if (frm.stage_bar_asked !== asked) {
		return;
	}
	const focused = $parent.find(document.activeElement).attr("data-stage");
	const scrolled = $parent.find("ol").scrollLeft();
	const is_first = $parent.attr("data-document") !== frm.doc.name;
	$parent.attr("data-document", frm.doc.name).empty();
	if (!steps.length) {
		return;
	}
	const current = steps.findIndex((step) => step.stage === frm.doc.stage);
	const $list = $("<ol></ol>");
	steps.forEach((step, index) => $list.append(step_of(frm, step, index - current)));
	$(`<nav class="so-stage-bar"></nav>`)
		.attr("aria-label", __("Qualification Stage"))
		.append($list)
		.appendTo($parent);
	if ($list.find("[data-missing]").length) {
		$(`<p class="so-stage-missing" aria-hidden="true"></p>`).appendTo($parent);
	}
	$list.on("keydown", "button", move_focus);
	$list.on("focusin mouseenter", "button", ({ currentTarget }) => show_missing($parent, currentTarget));
	show_missing($parent);
	$list.scrollLeft(scrolled);
	if (is_first) {
		bring_into_view($list);
	}
	if (focused) {
		$list
			.find("button")
			.filter((_index, button) => button.dataset.stage === focused)
			.trigger("focus");
	}
};

/** The steps that came with the document, others if its class was changed since, or if it is new. */
async function steps_of(frm) {
	const { class_id, __onload } = frm.doc;
	if (!class_id) {
		return [];
	}
	if (__onload?.head?.class_id === class_id) {
		return __onload.head.steps;
	}
	frm.stage_steps = frm.stage_steps || {};
	frm.stage_steps[class_id] ??= frappe.xcall(`${HEAD}.stage_steps`, { class_id });
	return frm.stage_steps[class_id];
}

function step_of(frm, step, distance) {
	const facts = [`${format_number(step.probability, null, step.probability % 1 ? 1 : 0)} %`];
	const seconds = frm.doc.__onload?.head?.seconds[step.stage];
	if (step.stage_type === sales_opportunity.statuses.opportunity.open && seconds !== undefined) {
		facts.push(days_text(seconds));
	}
	const missing = distance ? missing_texts(frm.doc, step) : [];
	const label_parts = [__(step.stage, null, "Qualification Stage"), facts.join(", ")];
	if (missing.length) {
		label_parts.push(__("still requires: {0}", [missing.join(", ")]));
	}
	const { open, lost } = sales_opportunity.statuses.opportunity;
	const $button = $(
		`<button type="button"><span class="so-stage-name"></span><span class="so-stage-facts"></span></button>`,
	)
		.attr({
			"data-stage": step.stage,
			"data-type": step.stage_type,
			title: label_parts.join(" · "),
			"aria-label": label_parts.join(" · "),
		})
		.toggleClass("is-passed", distance < 0 && step.stage_type === open && frm.doc.status !== lost)
		.toggleClass("has-missing", missing.length > 0 && step.stage_type !== lost)
		.toggleClass("is-ahead", distance > 0 && sales_opportunity.statuses.is_open(frm.doc))
		.attr("data-missing", missing.join(", ") || null)
		.prop("disabled", !may_move(frm, step))
		.on("click", () => go(frm, step.stage));
	if (!distance) {
		$button.attr("aria-current", "step");
	}
	$button.find(".so-stage-name").text(__(step.stage, null, "Qualification Stage"));
	$button.find(".so-stage-facts").text(facts.join(" · "));
	return $("<li></li>").append($button);
}

/** Say below the bar what a stage, else the next with a gap, still requires; a screen reader hears it from the buttons. */
function show_missing($parent, button) {
	const target = button?.dataset.missing ? button : $parent.find(".is-ahead.has-missing").get(0);
	const { stage, missing } = target?.dataset || {};
	$parent
		.find(".so-stage-missing")
		.text(missing ? __("{0} still requires: {1}", [__(stage, null, "Qualification Stage"), missing]) : "");
}

function days_text(seconds) {
	const days = Math.floor(seconds / SECONDS_OF_A_DAY);
	if (!days) {
		return __("< 1 day");
	}
	return days === 1 ? __("1 day") : __("{0} days", [days]);
}

function missing_texts(doc, step) {
	const is_empty = (value) => (Array.isArray(value) ? !value.length : !value);
	return step.requires
		.filter(({ fieldname }) => !fieldname || is_empty(doc[fieldname]))
		.map(({ text }) => text);
}

/** A closed deal is moved by those who may reopen it; all else the server says when it is asked. */
function may_move(frm, step) {
	if (!frm.perm[0].write) {
		return false;
	}
	const { open } = sales_opportunity.statuses.opportunity;
	const is_closed = !frm.is_new() && !sales_opportunity.statuses.is_open(frm.doc);
	return !is_closed || (step.stage_type === open && frappe.boot.sales_opportunity_may.reopen);
}

/** Move the deal; what was typed before is saved along. A deal that was never saved only gets its stage. */
async function go(frm, stage) {
	if (frm.doc.stage === stage) {
		return;
	}
	if (frm.is_new()) {
		await frm.set_value("stage", stage);
		return;
	}
	await sales_opportunity.form.save_changes(frm);
	if (frm.is_dirty()) {
		return;
	}
	const answer = await sales_opportunity.stage_change.change(frm.doc.name, stage);
	if (answer) {
		for (const fieldname of Object.keys(answer)) {
			frm.doc[fieldname] = answer[fieldname];
			frm.refresh_field(fieldname);
		}
		sales_opportunity.head.show(frm);
		await frm.reload_doc();
	}
}

function move_focus(event) {
	const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
	const $buttons = $(event.delegateTarget).find("button:enabled");
	const target = step && $buttons.get($buttons.index(event.currentTarget) + step);
	if (target) {
		event.preventDefault();
		target.focus();
	}
}

function bring_into_view($list) {
	const current = $list.find("[aria-current]").get(0);
	if (current) {
		$list.scrollLeft(current.offsetLeft - ($list.width() - current.offsetWidth) / 2);
	}
}
