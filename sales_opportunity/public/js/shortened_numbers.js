/** Numbers on cards: where a point parts thousands, the framework would read "168.40 K" as 16,840 thousand. */
(() => {
	const { utils } = frappe;
	const shorten = utils.shorten_number;

	/** The shortened number without zeros at the end of its decimals: 168.4 is read as it is meant everywhere. */
	utils.shorten_number = function (...values) {
		return String(shorten.apply(this, values)).replace(/\.(\d*?)0+(?=\s|$)/, (_all, digits) =>
			digits ? `.${digits}` : "",
		);
	};
})();
