import frappe


class Quote:
	def validate(self):
		# ok: lost-assignment
		self.gross_total = 1

	def on_submit(self):
		# ruleid: lost-assignment
		self.status = "Issued"
		# ok: lost-assignment
		self.db_set("status", "Issued")

	def after_insert(self):
		if self.opportunity:
			# ruleid: lost-assignment
			self.status = "Draft"
		# ok: lost-assignment
		self.flags.ignore_links = True
		# ok: lost-assignment
		self._changed = True


def tell(quote):
	# ruleid: print-in-app
	print(quote)
	# ok: print-in-app
	frappe.logger().info(quote)


def check():
	# ruleid: role-all
	frappe.only_for(["All", "Sales User"])
	# ok: role-all
	frappe.only_for(["Sales User", "Sales Manager"])


# ruleid: role-all
PERMISSION = {"role": "All", "read": 1}
# ok: role-all
OWN_PERMISSION = {"role": "Sales User", "read": 1}


def keep(file):
	# ruleid: flag-as-argument
	file.flags.is_kept = True
	# ruleid: flag-as-argument
	frappe.flags["people_to_notify"] = []
	# ok: flag-as-argument
	file.flags.ignore_permissions = True
	# ok: flag-as-argument
	file.is_kept = True
