/** The question whether open opportunities take over what a stage or a class now says; very many do so in the background. */

frappe.provide("sales_opportunity");

(() => {
	const PROBABILITY_SYNC = "sales_opportunity.deal.probability_sync";
	const BULK_FOLLOWING = "sales_opportunity.deal.bulk_following";
	const PAUSE = 2000;

	/** Ask whether open opportunities, of all stages or some, of all classes or one, take over what stage or class say now, and let them. */
	sales_opportunity.ask_to_follow = async function (stages, class_id) {
		const count = await frappe.xcall(`${PROBABILITY_SYNC}.count_deviating`, { stages, class_id });
		if (!count) {
			return;
		}
		frappe.confirm(
			__("{0} open opportunities have another probability than their stage says now. Shall they follow?", [
				count,
			]),
			async () => {
				const { changed } = await frappe.xcall(`${BULK_FOLLOWING}.start`, { stages, class_id });
				if (changed === null) {
					watch();
				} else {
					tell(changed);
				}
			},
		);
	};

	const tell = (number) =>
		frappe.show_alert({ message: __("{0} opportunities followed.", [number]), indicator: "green" });

	/** Show how far the job is until it is over, or the dialog is closed: it goes on without it. */
	function watch() {
		const dialog = new frappe.ui.Dialog({ title: __("Opportunities Follow") });
		dialog.show();
		let timer;
		dialog.onhide = () => clearTimeout(timer);
		const look = async () => {
			const found = await frappe.xcall(`${BULK_FOLLOWING}.state`);
			if (found.state === "Finished") {
				dialog.hide();
				tell(found.done);
				return;
			}
			dialog.$body.html(progress_html(found));
			if (dialog.display && found.state !== "Failed") {
				timer = setTimeout(look, PAUSE);
			}
		};
		look();
	}

	function progress_html({ state, done, total }) {
		const texts = {
			Waiting: __("Waiting for a free worker …"),
			Failed: __(
				"It was interrupted before all had followed. Those that did stay so; start again, and it goes on.",
			),
		};
		const share = total ? Math.round((100 * done) / total) : 0;
		return `<p>${texts[state] || ""} ${done} / ${total}</p>
			<div class="progress"><div class="progress-bar" style="width: ${share}%"></div></div>`;
	}
})();
