"""What can keep ERPNext from taking over a deal."""

import frappe


class CompanyError(frappe.ValidationError):
	pass


class NoCustomerError(frappe.ValidationError):
	pass


class UnfitLineError(frappe.ValidationError):
	pass


class TaxAccountError(frappe.ValidationError):
	pass


class NotTakenOverError(frappe.ValidationError):
	pass


class UnequalTotalsError(frappe.ValidationError):
	pass


class NotOrderedError(frappe.ValidationError):
	pass


class NotProcurableError(frappe.ValidationError):
	pass


class KeptInERPNextError(frappe.ValidationError):
	pass


class SecondBlanketOrderError(frappe.ValidationError):
	pass
