/** Let salespeople write e-mails undisturbed: the framework asks for the signature of an account that they may not read. */
(() => {
	const composer = frappe.views?.CommunicationComposer?.prototype;
	const get_signature = composer?.get_signature;
	if (get_signature) {
		composer.get_signature = async function (...sender) {
			const may_ask = frappe.boot.user.email_signature || frappe.model.can_read("Email Account");
			return may_ask ? get_signature.apply(this, sender) : "";
		};
	}
})();
