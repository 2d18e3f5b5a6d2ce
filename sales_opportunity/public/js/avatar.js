/** The picture of a person in the app's lists, boards and heads. */

frappe.provide("sales_opportunity");

/**
 * Return the picture of a person, or the first letters of the name, as an element.
 *
 * Not all releases escape what they are given as title, and some do, so that none gets more than letters and digits.
 */
sales_opportunity.avatar = function (
	name,
	image = null,
	{ css_class = "avatar-small", attributes = {} } = {},
) {
	const harmless = String(name ?? "").replace(/[^\p{L}\p{N} ]/gu, "") || "?";
	const $avatar = $(frappe.get_avatar(css_class, harmless, image && "/", false, "")).attr(attributes);
	const $frame = $avatar.find(".avatar-frame");
	if (image) {
		$frame.css("background-image", `url(${JSON.stringify(image)})`);
	}
	$avatar.add($frame).attr("title", name);
	return $avatar;
};
