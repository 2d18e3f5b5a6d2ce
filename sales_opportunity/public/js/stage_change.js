/** Moving a deal to another stage, the same way from the form, the board and lists. */

frappe.provide("sales_opportunity.stage_change");

(() => {
	const STAGES = "sales_opportunity.sales_opportunity.doctype.sales_opportunity.stages";

	/**
	 * Move the opportunity to the stage and resolve to its new stage, status and values.
	 *
	 * What the stage still requires is asked for in a dialog; Won and Lost have their own dialogs. Resolves to null if the
	 * person gave up or the server refused: they have been told why.
	 */
	async function change(opportunity, stage) {
		await load_dialogs();
		const found = await call_or_null(`${STAGES}.before_change`, { opportunity, stage });
		if (!found || is_refused(found, stage)) {
			return null;
		}
		const { closing_dialogs } = sales_opportunity;
		const entered = { stage, missing: found.missing.filter((field) => field.fieldname !== "closing_reason") };
		const { open, won, lost } = sales_opportunity.statuses.opportunity;
		if (found.stage_type === won) {
			return closing_dialogs.close_as_won(null, opportunity, null, entered);
		}
		if (found.stage_type === lost) {
			return closing_dialogs.close_as_lost(null, opportunity, found.transaction_currency, entered);
		}
		if (found.status === open && !found.missing.length) {
			return call_or_null(`${STAGES}.change_stage`, { opportunity, stage });
		}
		return ask_for_missing(opportunity, stage, found);
	}

	/** Load the dialogs of closing where the page has not brought them along. */
	async function load_dialogs() {
		if (!sales_opportunity.closing_dialogs?.act) {
			await frappe.require([
				"/assets/sales_opportunity/js/quotes.js",
				"/assets/sales_opportunity/js/closing_dialogs.js",
			]);
		}
	}

	/** Return what the server answers, null if it refuses: the framework has said why. */
	async function call_or_null(method, values) {
		try {
			return await frappe.xcall(method, values);
		} catch (refusal) {
			if (refusal instanceof Error) {
				throw refusal;
			}
			return null;
		}
	}

	function ask_for_missing(opportunity, stage, { status, missing }) {
		const is_reopened = status !== sales_opportunity.statuses.opportunity.open;
		const shown_stage = frappe.utils.escape_html(__(stage, null, "Qualification Stage"));
		return sales_opportunity.dialog.ask(
			is_reopened ? __("Reopen in Stage {0}", [shown_stage]) : __("Move to {0}", [shown_stage]),
			sales_opportunity.closing_dialogs.dialog_fields(missing),
			(values) => frappe.xcall(`${STAGES}.change_stage`, { opportunity, stage, values }),
			is_reopened ? __("Reopen") : __("Move"),
		);
	}

	/** Say why the stage cannot be entered, if it is for something that no dialog can ask for. */
	function is_refused({ stage_type, status, missing }, stage) {
		const { open } = sales_opportunity.statuses.opportunity;
		let message = null;
		if (status !== open && stage_type !== open) {
			message = __("The opportunity is {0} already. Reopen it first.", [
				__(status, null, "Sales Opportunity").bold(),
			]);
		} else if (status !== open && !frappe.boot.sales_opportunity_may.reopen) {
			message = __("Only a Sales Manager may reopen a closed opportunity.");
		} else if (missing.some((field) => field.text)) {
			const texts = missing.map((field) => field.text || field.label).map(frappe.utils.escape_html);
			message = __("Stage {0} requires {1}.", [
				frappe.utils.escape_html(__(stage, null, "Qualification Stage")).bold(),
				texts.join(", "),
			]);
		}
		if (message) {
			frappe.msgprint({ title: __("Not Possible Yet"), message, indicator: "orange" });
		}
		return Boolean(message);
	}

	sales_opportunity.stage_change.change = change;
})();
