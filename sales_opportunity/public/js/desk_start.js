/** Let the desk begin where the settings say: at its bare address only, whatever else was asked for stays. */
(() => {
	const start = frappe.boot?.sales_opportunity_start;
	const is_bare = /^\/(app|desk)\/?$/.test(location.pathname) && !location.hash;
	if (start && is_bare && frappe.boot.setup_complete && !localStorage.getItem("session_last_route")) {
		history.replaceState(null, "", `${location.pathname.replace(/\/$/, "")}/${start}${location.search}`);
	}
})();
