/** Ready sets of stages and classes to begin with. */

frappe.provide("sales_opportunity.set_up_sales");

(() => {
	const SET_UP_SALES = "sales_opportunity.sales_opportunity.page.set_up_sales.set_up_sales";

	function draw(set_up, content) {
		content.html(
			`<p>${__(
				"Choose what is nearest to your business; all of it can be changed later. What is in use or was changed stays as it is.",
			)}</p><ul class="so-setup-sets">${set_up.data.sets
				.map(
					(set) => `<li class="so-setup-set" data-set="${frappe.utils.escape_html(set.name)}">
					<h4>${frappe.utils.escape_html(set.title)}</h4>
					<p class="text-muted">${frappe.utils.escape_html(set.description)}</p>
					<ol>${set.stages
						.map(
							(stage) =>
								`<li><span>${frappe.utils.escape_html(stage.title)}</span><span>${stage.probability} %</span></li>`,
						)
						.join("")}</ol>
					<p><span class="text-muted">${__("Classes")}:</span> ${set.classes.map((text) => frappe.utils.escape_html(text)).join(", ")}</p>
					<button class="btn btn-sm btn-default"></button>
				</li>`,
				)
				.join("")}</ul>`,
		);
		mark_set(set_up);
		content.find(".so-setup-set button").on("click", async (event) => {
			const name = $(event.currentTarget).closest(".so-setup-set").data("set");
			const steps = await frappe.xcall(`${SET_UP_SALES}.apply_set`, { name });
			set_up.data.chosen_set = name;
			mark_set(set_up);
			set_up.saved(steps);
		});
		set_up.action(
			"stages",
			__("Edit Stages"),
			() => frappe.set_route("List", "Qualification Stage"),
			"btn-default",
		);
		set_up.action("stages", __("Edit Classes"), () => frappe.set_route("List", "Class ID"), "btn-default");
	}

	function mark_set(set_up) {
		set_up.body.find(".so-setup-set").each((_index, element) => {
			const is_chosen = element.dataset.set === set_up.data.chosen_set;
			const label = is_chosen ? __("Chosen") : __("Take This Set");
			element.classList.toggle("is-chosen", is_chosen);
			$(element)
				.find("button")
				.text(label)
				.attr({
					"aria-pressed": String(is_chosen),
					"aria-label": `${label}: ${$(element).find("h4").text()}`,
				});
		});
	}

	sales_opportunity.set_up_sales.stages = { title: () => __("Stages and Classes"), draw };
})();
